package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.cri.PodSandboxStatus;
import org.jspecify.annotations.Nullable;

/// What a kubelet tells the API about a pod; pure.
///
/// **Source:** `generateAPIPodStatus` in `pkg/kubelet/kubelet_pods.go`.
final class PodStatusReport {

    private PodStatusReport() {}

    /// The status to write: only members that a kubelet owns.
    ///
    /// @param hostAddresses of the node, at least one
    static JsonObject of(PodDecisions.View view, List<String> hostAddresses) {
        JsonObject status = isRefused(view) ? refused(view) : begun(view, hostAddresses);
        JsonObject before = view.pod().status();
        boolean ends = isTerminal(status.string("phase")) && !isTerminal(before.string("phase"));
        return ends && view.memory().usesDevices() ? goingOn(status, before) : status;
    }

    /// The status without the end: whoever reads of it gives the pod's devices to others.
    ///
    /// **Source:** `mergePodStatus` in `pkg/kubelet/status/status_manager.go`.
    private static JsonObject goingOn(JsonObject status, JsonObject before) {
        return status.without("reason")
                .without("message")
                .with("phase", before.string("phase", "Pending"));
    }

    private static JsonObject begun(PodDecisions.View view, List<String> hostAddresses) {
        KubeObject pod = view.pod();
        boolean leaves = pod.isDeleting() || view.leave();
        boolean stopped = view.runtime().running().isEmpty();
        Ending ending = ending(view);
        boolean isOver =
                (leaves || ending != null) ? stopped : PodDecisions.isOver(pod, view.runtime());
        ContainerReports reports = new ContainerReports(view, isOver);
        List<JsonObject> inits = reports.of("initContainers");
        List<JsonObject> containers = reports.of("containers");
        boolean ended = isTerminal(pod.status().string("phase"));
        String natural = phase(pod, inits, containers, isOver);
        Ending fails = stopped && !ended ? ending : null;
        String phase = fails == null ? natural : "Failed";
        PodSandboxStatus sandbox = view.runtime().sandbox();
        boolean hostNetwork = pod.spec().bool("hostNetwork");
        boolean network = sandbox != null && (hostNetwork || !sandbox.ips().isEmpty());
        PodConditions.Facts facts = new PodConditions.Facts(phase, network, inits, containers);
        JsonObject.Builder status =
                JsonObject.builder()
                        .put("phase", phase)
                        .put("observedGeneration", pod.generation())
                        .put("conditions", conditions(view, facts))
                        .put("hostIP", hostAddresses.getFirst())
                        .put("hostIPs", addresses(hostAddresses))
                        .put("startTime", startTime(view))
                        .put("containerStatuses", new JsonArray(new ArrayList<>(containers)));
        PodResourcesReport.put(view, status);
        if (fails != null) {
            status.put("reason", fails.reason()).put("message", fails.message());
        } else if (ended) {
            status.putUnlessEmpty("reason", pod.status().string("reason"))
                    .putUnlessEmpty("message", pod.status().string("message"));
        }
        if (!inits.isEmpty()) {
            status.put("initContainerStatuses", new JsonArray(new ArrayList<>(inits)));
        }
        List<JsonObject> ephemeral = reports.of("ephemeralContainers");
        if (!ephemeral.isEmpty()) {
            status.put("ephemeralContainerStatuses", new JsonArray(new ArrayList<>(ephemeral)));
        }
        List<String> own = podAddresses(view, sandbox, hostNetwork, hostAddresses);
        if (!own.isEmpty()) {
            status.put("podIP", own.getFirst()).put("podIPs", addresses(own));
        }
        return status.build();
    }

    private static @Nullable Ending ending(PodDecisions.View view) {
        return ActiveDeadline.isOver(view.pod(), view.now())
                ? ActiveDeadline.ENDING
                : view.memory().ending();
    }

    private static JsonArray conditions(PodDecisions.View view, PodConditions.Facts facts) {
        List<Json> all = new ArrayList<>();
        List<Json> last = new ArrayList<>();
        for (JsonObject each : PodConditions.of(view.pod(), facts, view.now()).objects()) {
            (PodConditions.isOwn(each.string("type")) ? last : all).add(each);
        }
        Ending ending = view.memory().ending();
        boolean over = isTerminal(facts.phase()) && !view.memory().usesDevices();
        if (ending != null && ending.disrupts() && over) {
            all.removeIf(PodConditions.is("DisruptionTarget"));
            all.add(PodConditions.disrupted(view.pod(), ending, view.now()));
        }
        if (!isTerminal(facts.phase())) {
            all.addAll(PodConditions.resizes(view));
        }
        all.addAll(last);
        all.addAll(PodConditions.restarts(view, facts.phase()));
        return new JsonArray(all);
    }

    /// Whether the pod was never begun: it fails here now, or did before with nothing to show.
    private static boolean isRefused(PodDecisions.View view) {
        Ending ending = view.memory().ending();
        JsonObject status = view.pod().status();
        boolean before =
                isTerminal(status.string("phase"))
                        && status.array("containerStatuses").isEmpty()
                        && view.runtime().containers().isEmpty();
        return before || (ending != null && ending.refused());
    }

    private static JsonObject refused(PodDecisions.View view) {
        JsonObject before = view.pod().status();
        Ending ending = isTerminal(before.string("phase")) ? null : view.memory().ending();
        List<Json> others = new ArrayList<>();
        for (JsonObject condition : before.array("conditions").objects()) {
            if (!PodConditions.isOwn(condition.string("type"))) {
                others.add(condition);
            }
        }
        return JsonObject.builder()
                .put("phase", ending == null ? before.string("phase") : "Failed")
                .put("observedGeneration", view.pod().generation())
                .put("conditions", new JsonArray(others))
                .put("startTime", startTime(view))
                .putUnlessEmpty(
                        "reason", ending == null ? before.string("reason") : ending.reason())
                .putUnlessEmpty(
                        "message", ending == null ? before.string("message") : ending.message())
                .build();
    }

    private static String phase(
            KubeObject pod, List<JsonObject> inits, List<JsonObject> containers, boolean isOver) {
        String before = pod.status().string("phase");
        return isTerminal(before) ? before : PodPhase.of(pod, inits, containers, isOver);
    }

    static boolean isTerminal(String phase) {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static String startTime(PodDecisions.View view) {
        String before = view.pod().status().string("startTime");
        return before.isEmpty() ? PodConditions.time(view.now()) : before;
    }

    private static List<String> podAddresses(
            PodDecisions.View view,
            @Nullable PodSandboxStatus sandbox,
            boolean hostNetwork,
            List<String> hostAddresses) {
        if (hostNetwork) {
            return hostAddresses;
        }
        if (sandbox != null) {
            return sandbox.ips();
        }
        String before = view.pod().status().string("podIP");
        return before.isEmpty() ? List.of() : List.of(before);
    }

    private static JsonArray addresses(List<String> all) {
        List<Json> entries = new ArrayList<>();
        for (String address : all) {
            entries.add(JsonObject.of("ip", Json.of(address)));
        }
        return new JsonArray(entries);
    }
}
