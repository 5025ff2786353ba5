package kat.monitoring;

import java.util.ArrayList;
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

    private NodeJobs() {}

    static List<Job> of(ClusterView view) {
        List<Job> jobs = new ArrayList<>();
        for (String page : new TreeMap<>(PAGES).keySet()) {
            List<Job.Target> targets = new ArrayList<>();
            for (KubeObject node : view.list(Kinds.NODE, "")) {
                kubelet(node, page, targets);
            }
            jobs.add(new Job("kubelet/" + PAGES.get(page), signedIn(page), targets));
        }
        jobs.add(annotated(view));
        return jobs;
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

    private static void kubelet(KubeObject node, String page, List<Job.Target> targets) {
        long port = node.status().at("daemonEndpoints", "kubeletEndpoint").integer("Port", 0);
        String address =
                node.status().array("addresses").objects().stream()
                        .filter(each -> each.string("type").equals("InternalIP"))
                        .map(each -> each.string("address"))
                        .findFirst()
                        .orElse("");
        if (port > 0 && !address.isEmpty()) {
            SequencedMap<String, String> labels = new TreeMap<>();
            labels.put("job", "kubelet");
            labels.put("metrics_path", page);
            labels.put("node", node.name());
            targets.add(new Job.Target(PodJobs.address(address, port), labels));
        }
    }

    private static Job annotated(ClusterView view) {
        List<Job.Target> targets = new ArrayList<>();
        for (KubeObject pod : view.list(Kinds.POD, "")) {
            String ip = pod.status().string("podIP");
            String port = pod.annotation(ASKS + "port");
            boolean asks = pod.annotation(ASKS + "scrape").equals("true");
            if (asks && !ip.isEmpty() && port.matches("[0-9]{1,5}") && ServiceJobs.isRunning(pod)) {
                SequencedMap<String, String> labels = new TreeMap<>();
                labels.put("job", "annotated-pods");
                labels.put("namespace", pod.namespace());
                labels.put("pod", pod.name());
                put("__metrics_path__", pod.annotation(ASKS + "path"), labels);
                put("__scheme__", pod.annotation(ASKS + "scheme"), labels);
                targets.add(new Job.Target(PodJobs.address(ip, Long.parseLong(port)), labels));
            }
        }
        return new Job("annotated-pods", JsonObject.EMPTY, targets);
    }

    private static void put(String name, String value, SequencedMap<String, String> to) {
        if (!value.isEmpty()) {
            to.put(name, value);
        }
    }
}
