package kat.monitoring;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Plan;
import kat.client.testing.MemoryCluster;

/// A cluster in memory with what the chart brings, and objects given as YAML.
final class Cluster {

    private static final Map<String, Kind> MONITORS =
            Map.of(
                    "ServiceMonitor", MonitoringKinds.SERVICE_MONITOR,
                    "PodMonitor", MonitoringKinds.POD_MONITOR,
                    "Probe", MonitoringKinds.PROBE,
                    "PrometheusRule", MonitoringKinds.PROMETHEUS_RULE,
                    "AlertmanagerConfig", MonitoringKinds.ALERTMANAGER_CONFIG);

    private final MonitoringController controller = new MonitoringController(Settings.defaults());
    private final MemoryCluster memory =
            new MemoryCluster(Instant.parse("2026-11-22T12:00:00Z"), controller);

    Cluster() {
        for (String name :
                List.of(
                        MonitoringController.TARGETS,
                        MonitoringController.RULES,
                        MonitoringController.PROBLEMS)) {
            add(
                    "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: monitoring, name: "
                            + name
                            + "}}");
        }
        for (String name :
                List.of(MonitoringController.PROMETHEUS, MonitoringController.ALERTMANAGER)) {
            add(
                    "{apiVersion: v1, kind: Secret, metadata: {namespace: monitoring, name: "
                            + name
                            + "}}");
        }
    }

    MemoryCluster memory() {
        return memory;
    }

    Cluster add(String yaml) {
        for (JsonObject tree : Yaml.readObjects(yaml)) {
            KubeObject object = new KubeObject(tree);
            memory.create(kind(object), object);
        }
        return this;
    }

    private static Kind kind(KubeObject object) {
        Kind monitor = MONITORS.get(object.kind());
        return monitor == null
                ? Kinds.builtIn().require(object.apiVersion(), object.kind())
                : monitor;
    }

    Configuration compiled() {
        return Compiler.compile(memory, Settings.defaults());
    }

    Plan plan() {
        return controller.reconcile(memory, ObjectKey.of("", "all"), memory.now());
    }

    Cluster reconcile() {
        memory.run(plan());
        return this;
    }

    /// The problems as `NAME: message`.
    List<String> problems() {
        return compiled().problems().stream()
                .map(problem -> problem.of().name() + ": " + problem.message())
                .toList();
    }

    /// The only job whose name begins so.
    JsonObject job(String begin) {
        JsonObject config = yaml(compiled().prometheus().get("prometheus.yml"));
        List<JsonObject> found =
                config.array("scrape_configs").objects().stream()
                        .filter(job -> job.string("job_name").startsWith(begin))
                        .toList();
        if (found.size() != 1) {
            throw new AssertionError(begin + " is there " + found.size() + " times");
        }
        return found.getFirst();
    }

    /// The targets of that job as `ADDRESS labels`, without those for relabelling.
    List<String> targets(String begin) {
        String path =
                job(begin)
                        .array("file_sd_configs")
                        .objects()
                        .getFirst()
                        .array("files")
                        .strings()
                        .getFirst();
        String text = compiled().targets().get(path.substring(path.lastIndexOf('/') + 1));
        JsonArray groups = (JsonArray) Json.parse(text.getBytes(StandardCharsets.UTF_8));
        return groups.objects().stream()
                .map(
                        group -> {
                            JsonObject labels = group.object("labels");
                            List<String> names =
                                    labels.names().stream()
                                            .filter(name -> !name.startsWith("__meta"))
                                            .toList();
                            StringBuilder out =
                                    new StringBuilder(group.array("targets").strings().getFirst());
                            names.forEach(
                                    name ->
                                            out.append(' ')
                                                    .append(name)
                                                    .append('=')
                                                    .append(labels.string(name)));
                            return out.toString();
                        })
                .toList();
    }

    static JsonObject yaml(String text) {
        return (JsonObject) Objects.requireNonNull(Yaml.parse(text));
    }

    /// A file in one of the objects that are mounted; empty when it is not there.
    String file(Kind kind, String name, String file) {
        KubeObject object =
                Objects.requireNonNull(memory.get(kind, ObjectKey.of("monitoring", name)));
        String text = object.tree().object("data").string(file);
        return kind.equals(Kinds.SECRET)
                ? new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8)
                : text;
    }
}
