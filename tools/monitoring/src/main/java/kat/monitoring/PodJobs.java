package kat.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.client.ClusterView;
import org.jspecify.annotations.Nullable;

/// PodMonitors as jobs: one for each endpoint, with a target for each pod.
final class PodJobs {

    private final ClusterView view;
    private final Function<String, Scrape> scrapes;

    /// @param scrapes how a monitor of a namespace may be scraped
    PodJobs(ClusterView view, Function<String, Scrape> scrapes) {
        this.view = view;
        this.scrapes = scrapes;
    }

    /// @param unsupported gets the paths of fields that are not acted on
    /// @throws InvalidException when Prometheus would not take it
    List<Job> of(KubeObject monitor, List<String> unsupported) {
        Fields spec = new Fields(monitor.spec(), "spec");
        List<KubeObject> pods = Selection.of(view, Kinds.POD, spec, monitor.namespace());
        JsonObject.Builder limits = JsonObject.builder();
        Scrape.limits(spec, limits);
        String jobLabel = spec.string("jobLabel", "");
        List<String> podLabels = spec.strings("podTargetLabels");
        List<Job> jobs = new ArrayList<>();
        for (JsonObject each : spec.objects("podMetricsEndpoints")) {
            Fields endpoint = new Fields(each, "spec.podMetricsEndpoints[" + jobs.size() + "]");
            JsonObject.Builder config = limits.build().toBuilder();
            scrapes.apply(monitor.namespace()).endpoint(endpoint, config);
            endpoint.copy("path", "metrics_path", config);
            Json unused = endpoint.get("filterRunning");
            Json wanted = wanted(endpoint);
            List<Job.Target> targets = new ArrayList<>();
            for (KubeObject pod : pods) {
                String job = jobLabel.isEmpty() ? "" : pod.label(jobLabel);
                target(pod, wanted, job.isEmpty() ? monitor.key().toString() : job, podLabels)
                        .ifPresent(targets::add);
            }
            unsupported.addAll(endpoint.rest());
            jobs.add(
                    new Job(
                            "podMonitor/" + monitor.key() + "/" + jobs.size(),
                            config.build(),
                            targets));
        }
        unsupported.addAll(spec.rest());
        return jobs;
    }

    private static Json wanted(Fields endpoint) {
        for (String field : List.of("port", "portNumber", "targetPort")) {
            Json port = endpoint.get(field);
            if (port != null) {
                return port;
            }
        }
        throw new InvalidException(endpoint.path(), "names no port");
    }

    private static Optional<Job.Target> target(
            KubeObject pod, Json wanted, String job, List<String> podLabels) {
        String ip = pod.status().string("podIP");
        if (ip.isEmpty() || !ServiceJobs.isRunning(pod)) {
            return Optional.empty();
        }
        JsonObject port = port(pod, wanted);
        if (port == null) {
            return Optional.empty();
        }
        long number = port.integer("containerPort", 0);
        String name = port.string("name");
        SequencedMap<String, String> labels = new TreeMap<>();
        Meta.ofPod(pod, labels);
        labels.put("namespace", pod.namespace());
        labels.put("pod", pod.name());
        labels.put("job", job);
        labels.put("endpoint", name.isEmpty() ? Long.toString(number) : name);
        container(pod, number, labels);
        copy(pod, podLabels, labels);
        return Optional.of(new Job.Target(address(ip, number), labels));
    }

    private static List<JsonObject> containers(KubeObject pod) {
        List<JsonObject> all = new ArrayList<>(pod.spec().array("containers").objects());
        for (JsonObject init : pod.spec().array("initContainers").objects()) {
            if (init.string("restartPolicy").equals("Always")) {
                all.add(init);
            }
        }
        return all;
    }

    /// The port of a container by its number or name; null when no container has it.
    static @Nullable JsonObject port(KubeObject pod, Json wanted) {
        for (JsonObject container : containers(pod)) {
            for (JsonObject port : container.array("ports").objects()) {
                if (isMeant(port, wanted)) {
                    return port;
                }
            }
        }
        return null;
    }

    private static boolean isMeant(JsonObject port, Json wanted) {
        return wanted instanceof JsonNumber number
                ? number.longValue() == port.integer("containerPort", 0)
                : wanted.equals(new JsonString(port.string("name")));
    }

    /// Adds the container that has a port.
    static void container(KubeObject pod, long number, SequencedMap<String, String> to) {
        for (JsonObject container : containers(pod)) {
            for (JsonObject port : container.array("ports").objects()) {
                if (port.integer("containerPort", 0) == number) {
                    to.put("container", container.string("name"));
                    Meta.ofContainer(container.string("name"), port, to);
                    return;
                }
            }
        }
    }

    /// Adds labels of an object as labels of its series.
    static void copy(KubeObject from, List<String> names, SequencedMap<String, String> to) {
        for (String name : names) {
            String value = from.label(name);
            if (!value.isEmpty()) {
                to.put(Words.asLabel(name), value);
            }
        }
    }

    static String address(String ip, long port) {
        return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
    }
}
