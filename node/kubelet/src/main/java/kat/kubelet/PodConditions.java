package kat.kubelet;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.kubelet.spec.RestartRules;

/// The conditions that a kubelet writes into a pod's status, computed from the statuses of its
/// containers.
///
/// **Source:** `pkg/kubelet/status/generate.go` of Kubernetes 1.36.
final class PodConditions {

    private static final String RESIZE_WAITS = "PodResizePending";
    private static final String RESIZES = "PodResizeInProgress";
    private static final String RESTARTS = "AllContainersRestarting";

    private static final Set<String> OWN =
            Set.of(
                    "PodReadyToStartContainers",
                    "Initialized",
                    "Ready",
                    "ContainersReady",
                    "PodScheduled",
                    RESIZE_WAITS,
                    RESIZES,
                    RESTARTS);

    private PodConditions() {}

    /// Whether a kubelet alone writes conditions of this type.
    static boolean isOwn(String type) {
        return OWN.contains(type);
    }

    /// What the conditions are computed from.
    ///
    /// @param phase of the pod, as it will be written
    /// @param hasNetwork whether the sandbox stands and has its address
    /// @param inits statuses of init containers, in the API's form
    /// @param containers statuses of the other containers, in the API's form
    record Facts(
            String phase, boolean hasNetwork, List<JsonObject> inits, List<JsonObject> containers) {
        Facts {
            inits = List.copyOf(inits);
            containers = List.copyOf(containers);
        }
    }

    private record Verdict(boolean holds, String reason, String message) {
        static final Verdict TRUE = new Verdict(true, "", "");
    }

    /// The whole list: what others wrote first, then the kubelet's own.
    static JsonArray of(KubeObject pod, Facts facts, Instant now) {
        List<Json> all = new ArrayList<>();
        JsonArray before = pod.status().array("conditions");
        for (JsonObject condition : before.objects()) {
            if (!isOwn(condition.string("type"))) {
                all.add(condition);
            }
        }
        Verdict containersReady = containersReady(pod, facts);
        Verdict network = new Verdict(facts.hasNetwork(), "", "");
        all.add(condition(pod, "PodReadyToStartContainers", network, now));
        all.add(condition(pod, "Initialized", initialized(pod, facts), now));
        all.add(condition(pod, "Ready", ready(pod, containersReady), now));
        all.add(condition(pod, "ContainersReady", containersReady, now));
        all.add(condition(pod, "PodScheduled", Verdict.TRUE, now));
        return new JsonArray(all);
    }

    /// What becomes of a change of resources: that it waits, that it is being made, or nothing.
    static List<Json> resizes(PodDecisions.View view) {
        List<Json> told = new ArrayList<>();
        Resizes.State resize = view.memory().resize();
        if (!resize.waits().isEmpty()) {
            Verdict deferred = new Verdict(true, "Deferred", resize.waits());
            told.add(resize(view, RESIZE_WAITS, deferred, view.pod().generation()));
        }
        if (resize.generation() > 0) {
            String failure = resize.failure();
            Verdict goesOn = failure.isEmpty() ? Verdict.TRUE : new Verdict(true, "Error", failure);
            told.add(resize(view, RESIZES, goesOn, resize.generation()));
        }
        return told;
    }

    /// A condition about a change of resources: it passes into another with its reason.
    private static JsonObject resize(
            PodDecisions.View view, String type, Verdict verdict, long generation) {
        JsonObject before = find(view.pod().status().array("conditions"), type);
        boolean stays = !before.isEmpty() && before.string("reason").equals(verdict.reason());
        boolean same =
                stays
                        && before.string("message").equals(verdict.message())
                        && before.integer("observedGeneration", 0) == generation;
        String now = time(view.now());
        return JsonObject.builder()
                .put("type", type)
                .put("status", "True")
                .putUnlessEmpty("reason", verdict.reason())
                .putUnlessEmpty("message", verdict.message())
                .put("lastProbeTime", same ? before.string("lastProbeTime", now) : now)
                .put("lastTransitionTime", stays ? before.string("lastTransitionTime", now) : now)
                .put("observedGeneration", generation)
                .build();
    }

    /// The generation of the pod that is being given other resources; 0 when none is.
    static long resizing(KubeObject pod) {
        JsonObject condition = find(pod.status().array("conditions"), RESIZES);
        return condition.isEmpty() ? 0 : condition.integer("observedGeneration", pod.generation());
    }

    /// Whether all containers of the pod are being taken away, so that they begin anew; nothing for
    /// a pod without a rule for that.
    ///
    /// @param phase of the pod, as it will be written
    static List<Json> restarts(PodDecisions.View view, String phase) {
        if (!RestartRules.mayRestartAll(view.pod().spec())) {
            return List.of();
        }
        Verdict verdict =
                switch (phase) {
                    case "Succeeded" -> new Verdict(false, "PodCompleted", "");
                    case "Failed" -> new Verdict(false, "PodFailed", "");
                    default -> restarting(view);
                };
        return List.of(condition(view.pod(), RESTARTS, verdict, view.now()));
    }

    private static Verdict restarting(PodDecisions.View view) {
        boolean asked = isRestartingAll(view.pod());
        boolean present = false;
        for (String list : List.of("initContainers", "containers")) {
            for (JsonObject container : view.pod().spec().array(list).objects()) {
                PodRuntime.Known latest = view.runtime().latest(container.string("name"));
                present |= latest != null;
                asked |=
                        latest != null
                                && latest.hasExited()
                                && RestartRules.restartsAll(container, latest.status().exitCode());
            }
        }
        return asked && present
                ? new Verdict(
                        true,
                        "RestartAllContainersStarted",
                        "container exited with restart policy rule")
                : new Verdict(false, "", "");
    }

    /// Whether the API was told that all containers of the pod are being taken away.
    static boolean isRestartingAll(KubeObject pod) {
        return holds(pod, RESTARTS);
    }

    private static boolean holds(KubeObject pod, String type) {
        return find(pod.status().array("conditions"), type).string("status").equals("True");
    }

    static Predicate<Json> is(String type) {
        return each -> each instanceof JsonObject object && object.string("type").equals(type);
    }

    /// Tells those who look after disrupted pods that the node ended this one.
    static JsonObject disrupted(KubeObject pod, Ending ending, Instant now) {
        return condition(
                pod,
                "DisruptionTarget",
                new Verdict(true, "TerminationByKubelet", ending.message()),
                now);
    }

    private static JsonObject condition(KubeObject pod, String type, Verdict verdict, Instant now) {
        String status = verdict.holds() ? "True" : "False";
        JsonObject before = find(pod.status().array("conditions"), type);
        boolean stays = before.string("status").equals(status);
        return JsonObject.builder()
                .put("type", type)
                .put("status", status)
                .putUnlessEmpty("reason", verdict.reason())
                .putUnlessEmpty("message", verdict.message())
                .put("lastProbeTime", JsonNull.NULL)
                .put("lastTransitionTime", stays ? before.string("lastTransitionTime") : time(now))
                .put("observedGeneration", pod.generation())
                .build();
    }

    static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// The condition of this type; empty when there is none.
    static JsonObject find(JsonArray conditions, String type) {
        for (JsonObject condition : conditions.objects()) {
            if (condition.string("type").equals(type)) {
                return condition;
            }
        }
        return JsonObject.EMPTY;
    }

    private static Verdict initialized(KubeObject pod, Facts facts) {
        List<String> unknown = new ArrayList<>();
        List<String> incomplete = new ArrayList<>();
        for (JsonObject container : pod.spec().array("initContainers").objects()) {
            JsonObject status = named(facts.inits(), container.string("name"));
            if (status.isEmpty()) {
                unknown.add(container.string("name"));
            } else if (!isInitialized(container, status)) {
                incomplete.add(container.string("name"));
            }
        }
        if (facts.phase().equals("Succeeded") && unknown.isEmpty()) {
            return new Verdict(true, "PodCompleted", "");
        }
        boolean begun = facts.containers().stream().anyMatch(PodConditions::hasStarted);
        if (begun || (unknown.isEmpty() && incomplete.isEmpty()) || holds(pod, "Initialized")) {
            return Verdict.TRUE;
        }
        return new Verdict(
                false, "ContainersNotInitialized", sentences(unknown, "incomplete", incomplete));
    }

    static boolean isSidecar(JsonObject initContainer) {
        return initContainer.string("restartPolicy").equals("Always");
    }

    private static boolean isInitialized(JsonObject container, JsonObject status) {
        return isSidecar(container) ? status.bool("started") : status.bool("ready");
    }

    static boolean hasStarted(JsonObject status) {
        return status.bool("started")
                || status.object("state").has("terminated")
                || status.object("lastState").has("terminated");
    }

    private static Verdict containersReady(KubeObject pod, Facts facts) {
        List<String> unknown = new ArrayList<>();
        List<String> unready = new ArrayList<>();
        for (JsonObject container : pod.spec().array("initContainers").objects()) {
            if (isSidecar(container)) {
                judge(container, facts.inits(), unknown, unready);
            }
        }
        for (JsonObject container : pod.spec().array("containers").objects()) {
            judge(container, facts.containers(), unknown, unready);
        }
        if (facts.phase().equals("Succeeded") && unknown.isEmpty()) {
            return new Verdict(false, "PodCompleted", "");
        }
        if (facts.phase().equals("Failed")) {
            return new Verdict(false, "PodFailed", "");
        }
        if (unknown.isEmpty() && unready.isEmpty()) {
            return Verdict.TRUE;
        }
        return new Verdict(false, "ContainersNotReady", sentences(unknown, "unready", unready));
    }

    private static void judge(
            JsonObject container,
            List<JsonObject> statuses,
            List<String> unknown,
            List<String> unready) {
        JsonObject status = named(statuses, container.string("name"));
        if (status.isEmpty()) {
            unknown.add(container.string("name"));
        } else if (!status.bool("ready")) {
            unready.add(container.string("name"));
        }
    }

    private static Verdict ready(KubeObject pod, Verdict containersReady) {
        if (!containersReady.holds()) {
            return containersReady;
        }
        List<String> sentences = new ArrayList<>();
        for (JsonObject gate : pod.spec().array("readinessGates").objects()) {
            String type = gate.string("conditionType");
            JsonObject condition = find(pod.status().array("conditions"), type);
            if (condition.isEmpty()) {
                sentences.add(
                        "corresponding condition of pod readiness gate \""
                                + type
                                + "\" does not exist.");
            } else if (!condition.string("status").equals("True")) {
                sentences.add(
                        "the status of pod readiness gate \""
                                + type
                                + "\" is not \"True\", but "
                                + condition.string("status"));
            }
        }
        return sentences.isEmpty()
                ? Verdict.TRUE
                : new Verdict(false, "ReadinessGatesNotReady", String.join(", ", sentences));
    }

    private static String sentences(List<String> unknown, String word, List<String> others) {
        List<String> sentences = new ArrayList<>();
        if (!unknown.isEmpty()) {
            sentences.add("containers with unknown status: " + goList(unknown));
        }
        if (!others.isEmpty()) {
            sentences.add("containers with " + word + " status: " + goList(others));
        }
        return String.join(", ", sentences);
    }

    private static String goList(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    /// The status of the container of this name; empty when there is none.
    static JsonObject named(List<JsonObject> statuses, String name) {
        for (JsonObject status : statuses) {
            if (status.string("name").equals(name)) {
                return status;
            }
        }
        return JsonObject.EMPTY;
    }
}
