package kat.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.client.ClusterView;
import kat.client.Index;
import org.jspecify.annotations.Nullable;

/// ServiceMonitors as jobs: one for each endpoint, with a target for each address of each
/// Service.
final class ServiceJobs {

    /// EndpointSlices by the Service that they belong to.
    static final Index BY_SERVICE =
            new Index(
                    "monitored-service",
                    slice -> {
                        String service = slice.label("kubernetes.io/service-name");
                        return service.isEmpty()
                                ? List.of()
                                : List.of(slice.namespace() + "/" + service);
                    });

    private final ClusterView view;
    private final Function<String, Scrape> scrapes;

    /// @param scrapes how a monitor of a namespace may be scraped
    ServiceJobs(ClusterView view, Function<String, Scrape> scrapes) {
        this.view = view;
        this.scrapes = scrapes;
    }

    /// @param unsupported gets the paths of fields that are not acted on
    /// @throws InvalidException when Prometheus would not take it
    List<Job> of(KubeObject monitor, List<String> unsupported) {
        Fields spec = new Fields(monitor.spec(), "spec");
        List<KubeObject> services = Selection.of(view, Kinds.SERVICE, spec, monitor.namespace());
        JsonObject.Builder limits = JsonObject.builder();
        Scrape.limits(spec, limits);
        Naming naming =
                new Naming(
                        spec.string("jobLabel", ""),
                        spec.strings("targetLabels"),
                        spec.strings("podTargetLabels"));
        List<Job> jobs = new ArrayList<>();
        for (JsonObject each : spec.objects("endpoints")) {
            Fields endpoint = new Fields(each, "spec.endpoints[" + jobs.size() + "]");
            JsonObject.Builder config = limits.build().toBuilder();
            scrapes.apply(monitor.namespace()).endpoint(endpoint, config);
            endpoint.copy("path", "metrics_path", config);
            String port = endpoint.string("port", "");
            Json targetPort = endpoint.get("targetPort");
            Json unused = endpoint.get("filterRunning");
            if (port.isEmpty() && targetPort == null) {
                throw new InvalidException(endpoint.path(), "names no port");
            }
            List<Job.Target> targets = new ArrayList<>();
            services.forEach(
                    service -> targets(service, new Port(port, targetPort), naming, targets));
            unsupported.addAll(endpoint.rest());
            jobs.add(
                    new Job(
                            "serviceMonitor/" + monitor.key() + "/" + jobs.size(),
                            config.build(),
                            targets));
        }
        unsupported.addAll(spec.rest());
        return jobs;
    }

    private record Port(String name, @Nullable Json target) {}

    private record Naming(String jobLabel, List<String> ofService, List<String> ofPod) {}

    private void targets(KubeObject service, Port port, Naming naming, List<Job.Target> targets) {
        String key = service.namespace() + "/" + service.name();
        for (KubeObject slice : view.indexed(Kinds.ENDPOINT_SLICE, BY_SERVICE, key)) {
            for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
                KubeObject pod = pod(service, endpoint);
                JsonObject meant = port(slice, port, pod);
                if (meant != null && isRunning(pod)) {
                    add(service, meant, endpoint, pod, naming, targets);
                }
            }
        }
    }

    /// The port that is meant: one of the Service by its name, or one of a container of the
    /// pod, also where the Service does not lead to it.
    private static @Nullable JsonObject port(
            KubeObject slice, Port wanted, @Nullable KubeObject pod) {
        if (wanted.name().isEmpty() && pod != null && wanted.target() != null) {
            JsonObject found = PodJobs.port(pod, wanted.target());
            return found == null
                    ? null
                    : JsonObject.builder()
                            .put("name", found.string("name"))
                            .put("port", found.integer("containerPort", 0))
                            .build();
        }
        for (JsonObject each : slice.tree().array("ports").objects()) {
            boolean meant =
                    wanted.name().isEmpty()
                            ? Objects.equals(each.get("port"), wanted.target())
                            : each.string("name").equals(wanted.name());
            if (meant) {
                return each;
            }
        }
        return null;
    }

    private @Nullable KubeObject pod(KubeObject service, JsonObject endpoint) {
        JsonObject of = endpoint.object("targetRef");
        return of.string("kind").equals("Pod")
                ? view.get(Kinds.POD, ObjectKey.of(service.namespace(), of.string("name")))
                : null;
    }

    static boolean isRunning(@Nullable KubeObject pod) {
        String phase = pod == null ? "" : pod.status().string("phase");
        return !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    private static void add(
            KubeObject service,
            JsonObject port,
            JsonObject endpoint,
            @Nullable KubeObject pod,
            Naming naming,
            List<Job.Target> targets) {
        SequencedMap<String, String> labels = new TreeMap<>();
        Meta.ofPod(pod, labels);
        Meta.ofService(service, labels);
        long number = port.integer("port", 0);
        String name = port.string("name");
        labels.put("namespace", service.namespace());
        labels.put("service", service.name());
        labels.put("endpoint", name.isEmpty() ? Long.toString(number) : name);
        JsonObject of = endpoint.object("targetRef");
        if (of.string("kind").equals("Node")) {
            labels.put("node", of.string("name"));
        }
        if (pod != null) {
            labels.put("pod", pod.name());
            PodJobs.container(pod, number, labels);
            PodJobs.copy(pod, naming.ofPod(), labels);
        }
        PodJobs.copy(service, naming.ofService(), labels);
        String job = naming.jobLabel().isEmpty() ? "" : service.label(naming.jobLabel());
        labels.put("job", job.isEmpty() ? service.name() : job);
        for (String address : endpoint.array("addresses").strings()) {
            targets.add(new Job.Target(PodJobs.address(address, number), labels));
        }
    }
}
