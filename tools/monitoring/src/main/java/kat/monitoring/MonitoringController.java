package kat.monitoring;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Keeps the objects that Prometheus and Alertmanager mount as what monitors and rules say.
///
/// The objects are made by whoever installs Prometheus; here they are only filled, so that they
/// go with it. What is wrong with an object is told in an Event of it, once, and in the status
/// of kinds that have one.
public final class MonitoringController implements Controller {

    static final String PROMETHEUS = "prometheus-config";
    static final String RULES = "prometheus-rules";
    static final String TARGETS = "prometheus-targets";
    static final String ALERTMANAGER = "alertmanager-config";

    /// Remembers what was told of whom.
    static final String PROBLEMS = "monitoring-problems";

    private static final List<String> FILLED = List.of(PROMETHEUS, RULES, TARGETS, ALERTMANAGER);
    private static final ObjectKey ALL = ObjectKey.of("", "all");

    private final Settings settings;

    public MonitoringController(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "monitoring-controller";
    }

    /// Whether an object is one that Prometheus or Alertmanager mount.
    boolean isMounted(KubeObject object) {
        return object.namespace().equals(settings.namespace()) && FILLED.contains(object.name());
    }

    @Override
    public List<Watched> watches() {
        List<Watched> watches = new ArrayList<>();
        for (Kind kind :
                List.of(
                        MonitoringKinds.SERVICE_MONITOR,
                        MonitoringKinds.POD_MONITOR,
                        MonitoringKinds.PROBE,
                        MonitoringKinds.PROMETHEUS_RULE,
                        MonitoringKinds.ALERTMANAGER_CONFIG,
                        Kinds.SERVICE,
                        Kinds.INGRESS,
                        Kinds.SECRET,
                        Kinds.CONFIG_MAP)) {
            watches.add(Watched.secondary(kind, _ -> List.of(ALL)));
        }
        watches.add(
                Watched.secondary(Kinds.ENDPOINT_SLICE, _ -> List.of(ALL), ServiceJobs.BY_SERVICE));
        watches.add(
                new Watched(
                        Kinds.POD, List.of(), (_, before, after) -> unlessEqual(before, after)));
        watches.add(
                new Watched(
                        Kinds.NODE, List.of(), (_, before, after) -> unlessEqual(before, after)));
        return watches;
    }

    /// Nothing where both versions lead to the same targets: of pods and nodes much changes
    /// that no target shows.
    private static Collection<ObjectKey> unlessEqual(
            @Nullable KubeObject before, @Nullable KubeObject after) {
        boolean same = before != null && after != null && shown(before).equals(shown(after));
        return same ? List.of() : List.of(ALL);
    }

    /// What targets show of a pod or node.
    private static List<Object> shown(KubeObject object) {
        JsonObject status = object.status();
        return List.of(
                object.labels(),
                object.annotations(),
                status.string("phase"),
                status.string("podIP"),
                status.array("addresses"),
                status.object("daemonEndpoints"),
                object.spec().string("nodeName"));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        Configuration wanted = Compiler.compile(view, settings);
        Plan.Builder plan = Plan.builder();
        fill(view, Kinds.CONFIG_MAP, TARGETS, wanted.targets(), plan);
        fill(view, Kinds.CONFIG_MAP, RULES, wanted.rules(), plan);
        fill(view, Kinds.SECRET, PROMETHEUS, wanted.prometheus(), plan);
        fill(view, Kinds.SECRET, ALERTMANAGER, wanted.alertmanager(), plan);
        tell(view, wanted, plan);
        statuses(wanted, now, plan);
        return plan.build();
    }

    private void fill(
            ClusterView view,
            Kind kind,
            String name,
            SequencedMap<String, String> files,
            Plan.Builder plan) {
        KubeObject present = view.get(kind, ObjectKey.of(settings.namespace(), name));
        if (present == null) {
            return;
        }
        JsonObject.Builder data = JsonObject.builder();
        files.forEach(
                (file, text) -> data.put(file, kind.equals(Kinds.SECRET) ? base64(text) : text));
        JsonObject wanted = data.build();
        if (!present.tree().object("data").equals(wanted)) {
            plan.add(
                    Change.Update.object(
                            kind, present.withTree(tree -> tree.with("data", wanted))));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void tell(ClusterView view, Configuration wanted, Plan.Builder plan) {
        KubeObject known = view.get(Kinds.CONFIG_MAP, ObjectKey.of(settings.namespace(), PROBLEMS));
        if (known == null) {
            return;
        }
        Map<String, String> told = known.tree().object("data").strings();
        SequencedMap<String, String> now = new TreeMap<>();
        for (Problem problem : wanted.problems()) {
            now.merge(problem.key(), problem.message(), (one, other) -> one + "; " + other);
        }
        for (Problem problem : wanted.problems()) {
            String message = now.getOrDefault(problem.key(), "");
            if (!message.equals(told.get(problem.key()))) {
                String reason = problem.isFatal() ? "InvalidConfiguration" : "Unsupported";
                plan.add(Change.Emit.warning(problem.of(), reason, problem.message()));
            }
        }
        if (!now.equals(told)) {
            JsonObject data = JsonObject.ofStrings(now);
            plan.add(
                    Change.Update.object(
                            Kinds.CONFIG_MAP, known.withTree(tree -> tree.with("data", data))));
        }
    }

    private void statuses(Configuration wanted, Instant now, Plan.Builder plan) {
        for (KubeObject monitor : wanted.accepted()) {
            status(monitor, "", now, plan);
        }
        for (Problem problem : wanted.problems()) {
            if (problem.isFatal()) {
                status(problem.of(), problem.message(), now, plan);
            }
        }
    }

    /// @param message why nothing of it is used; empty when it is
    private void status(KubeObject monitor, String message, Instant now, Plan.Builder plan) {
        if (!monitor.kind().equals(MonitoringKinds.SERVICE_MONITOR.kind())) {
            return;
        }
        String status = message.isEmpty() ? "True" : "False";
        JsonObject binding =
                monitor.status().array("bindings").objects().stream()
                        .filter(each -> each.string("namespace").equals(settings.namespace()))
                        .findFirst()
                        .orElse(JsonObject.EMPTY);
        JsonObject before =
                binding.array("conditions").objects().stream().findFirst().orElse(JsonObject.EMPTY);
        boolean same =
                before.string("status").equals(status)
                        && before.string("message").equals(message)
                        && before.integer("observedGeneration", 0) == monitor.generation();
        if (same) {
            return;
        }
        boolean turned = !before.string("status").equals(status);
        JsonObject condition =
                JsonObject.builder()
                        .put("type", "Accepted")
                        .put("status", status)
                        .put("reason", message.isEmpty() ? "" : "InvalidConfiguration")
                        .put("message", message)
                        .put("observedGeneration", monitor.generation())
                        .put(
                                "lastTransitionTime",
                                turned
                                        ? now.truncatedTo(ChronoUnit.SECONDS).toString()
                                        : before.string("lastTransitionTime"))
                        .build();
        JsonObject own =
                JsonObject.builder()
                        .put("group", "monitoring.coreos.com")
                        .put("resource", "prometheuses")
                        .put("name", "prometheus")
                        .put("namespace", settings.namespace())
                        .put("conditions", JsonArray.of(condition))
                        .build();
        List<Json> bindings = new ArrayList<>();
        for (JsonObject each : monitor.status().array("bindings").objects()) {
            if (!each.string("namespace").equals(settings.namespace())) {
                bindings.add(each);
            }
        }
        bindings.add(own);
        plan.add(
                Change.Update.status(
                        MonitoringKinds.SERVICE_MONITOR,
                        monitor.withStatus(all -> all.with("bindings", new JsonArray(bindings)))));
    }
}
