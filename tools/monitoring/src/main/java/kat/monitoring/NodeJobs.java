package kat.monitoring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.client.ClusterView;

/// What is scraped without a monitor: each node's kubelet, and pods that ask for it by
/// annotations.
///
/// **Threads:** one owner.
final class NodeJobs {

    /// By page of the node's API, and the name of its job.
    private static final Map<String, String> PAGES =
            Map.of(
                    "/metrics",
                    "kubelet",
                    "/metrics/cadvisor",
                    "cadvisor",
                    "/metrics/resource",
                    "resource");

    static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/";
    private static final String ASKS = "prometheus.io/";

    private final SequencedMap<String, List<Job.Target>> kubelets = new TreeMap<>();
    private final List<Job.Target> pods = new ArrayList<>();
    private final int most;
    private int size;
    private int nodesLeft;
    private int podsLeft;

    private NodeJobs(int most) {
        this.most = most;
        PAGES.keySet().forEach(page -> kubelets.put(page, new ArrayList<>()));
    }

    /// @param leftOut what does not fit; empty when all does
    record Found(List<Job> jobs, String leftOut) {
        Found {
            jobs = List.copyOf(jobs);
        }
    }

    /// @param most bytes of targets; nodes go before pods, in the order of their names
    static Found of(ClusterView view, int most) {
        NodeJobs all = new NodeJobs(most);
        view.list(Kinds.NODE, "").forEach(all::kubelet);
        view.list(Kinds.POD, "").forEach(all::annotated);
        List<Job> jobs = new ArrayList<>();
        all.kubelets.forEach(
                (page, targets) ->
                        jobs.add(new Job("kubelet/" + PAGES.get(page), signedIn(page), targets)));
        jobs.add(new Job("annotated-pods", JsonObject.EMPTY, all.pods));
        String leftOut =
                all.nodesLeft + all.podsLeft == 0
                        ? ""
                        : "no room for the targets of %d kubelets and %d annotated pods"
                                .formatted(all.nodesLeft, all.podsLeft);
        return new Found(jobs, leftOut);
    }

    /// Takes what these need from the room; nothing when there is not enough.
    private boolean fits(Collection<Job.Target> targets) {
        int more = targets.stream().mapToInt(Job.Target::size).sum();
        boolean fits = size + more <= most;
        size += fits ? more : 0;
        return fits;
    }

    private static JsonObject signedIn(String page) {
        return JsonObject.builder()
                .put("metrics_path", page)
                .put("scheme", "https")
                .put("honor_labels", true)
                .put("honor_timestamps", !page.equals("/metrics/cadvisor"))
                .put(
                        "authorization",
                        JsonObject.builder().put("credentials_file", ACCOUNT + "token").build())
                .put("tls_config", JsonObject.builder().put("ca_file", ACCOUNT + "ca.crt").build())
                .build();
    }

    private void kubelet(KubeObject node) {
        long port = node.status().at("daemonEndpoints", "kubeletEndpoint").integer("Port", 0);
        String address =
                node.status().array("addresses").objects().stream()
                        .filter(each -> each.string("type").equals("InternalIP"))
                        .map(each -> each.string("address"))
                        .findFirst()
                        .orElse("");
        if (port == 0 || address.isEmpty()) {
            return;
        }
        SequencedMap<String, Job.Target> targets = new TreeMap<>();
        for (String page : kubelets.keySet()) {
            SequencedMap<String, String> labels = new TreeMap<>();
            labels.put("job", "kubelet");
            labels.put("metrics_path", page);
            labels.put("node", node.name());
            targets.put(page, new Job.Target(PodJobs.address(address, port), labels));
        }
        if (fits(targets.values())) {
            targets.forEach(
                    (page, target) ->
                            kubelets.computeIfAbsent(page, _ -> new ArrayList<>()).add(target));
        } else {
            nodesLeft++;
        }
    }

    private void annotated(KubeObject pod) {
        String ip = pod.status().string("podIP");
        String port = pod.annotation(ASKS + "port");
        boolean asks = pod.annotation(ASKS + "scrape").equals("true");
        if (!asks || ip.isEmpty() || !port.matches("[0-9]{1,5}") || !ServiceJobs.isRunning(pod)) {
            return;
        }
        SequencedMap<String, String> labels = new TreeMap<>();
        labels.put("job", "annotated-pods");
        labels.put("namespace", pod.namespace());
        labels.put("pod", pod.name());
        put("__metrics_path__", pod.annotation(ASKS + "path"), labels);
        put("__scheme__", pod.annotation(ASKS + "scheme"), labels);
        Job.Target target = new Job.Target(PodJobs.address(ip, Long.parseLong(port)), labels);
        if (fits(List.of(target))) {
            pods.add(target);
        } else {
            podsLeft++;
        }
    }

    private static void put(String name, String value, SequencedMap<String, String> to) {
        if (!value.isEmpty()) {
            to.put(name, value);
        }
    }
}
