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
    /// @param hostAddress of the node
    static JsonObject of(PodDecisions.View view, String hostAddress) {
        KubeObject pod = view.pod();
        boolean leaves = pod.isDeleting() || view.leave();
        boolean stopped = view.runtime().running().isEmpty();
        boolean late = ActiveDeadline.isOver(pod, view.now());
        boolean isOver = (leaves || late) ? stopped : PodDecisions.isOver(pod, view.runtime());
        ContainerReports reports = new ContainerReports(view, isOver);
        List<JsonObject> inits = reports.of("initContainers");
        List<JsonObject> containers = reports.of("containers");
        boolean ended = isTerminal(pod.status().string("phase"));
        String natural = phase(pod, inits, containers, isOver);
        boolean failed = late && stopped && !ended;
        String phase = failed ? "Failed" : natural;
        PodSandboxStatus sandbox = view.runtime().sandbox();
        boolean hostNetwork = pod.spec().bool("hostNetwork");
        boolean network = sandbox != null && (hostNetwork || !sandbox.ips().isEmpty());
        PodConditions.Facts facts = new PodConditions.Facts(phase, network, inits, containers);
        JsonObject.Builder status =
                JsonObject.builder()
                        .put("phase", phase)
                        .put("observedGeneration", observed(view))
                        .put("conditions", PodConditions.of(pod, facts, view.now()))
                        .put("hostIP", hostAddress)
                        .put("hostIPs", addresses(List.of(hostAddress)))
                        .put("startTime", startTime(view))
                        .put("containerStatuses", new JsonArray(new ArrayList<>(containers)));
        if (failed) {
            status.put("reason", ActiveDeadline.REASON).put("message", ActiveDeadline.MESSAGE);
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
        List<String> own = podAddresses(view, sandbox, hostNetwork, hostAddress);
        if (!own.isEmpty()) {
            status.put("podIP", own.getFirst()).put("podIPs", addresses(own));
        }
        return status.build();
    }

    private static String phase(
            KubeObject pod, List<JsonObject> inits, List<JsonObject> containers, boolean isOver) {
        String before = pod.status().string("phase");
        return isTerminal(before) ? before : PodPhase.of(pod, inits, containers, isOver);
    }

    private static boolean isTerminal(String phase) {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /// A change of resources counts as seen when it is done.
    private static long observed(PodDecisions.View view) {
        long generation = view.pod().generation();
        return Resizes.of(view).isEmpty()
                ? generation
                : view.pod().status().integer("observedGeneration", generation);
    }

    private static String startTime(PodDecisions.View view) {
        String before = view.pod().status().string("startTime");
        return before.isEmpty() ? PodConditions.time(view.now()) : before;
    }

    private static List<String> podAddresses(
            PodDecisions.View view,
            @Nullable PodSandboxStatus sandbox,
            boolean hostNetwork,
            String hostAddress) {
        if (hostNetwork) {
            return List.of(hostAddress);
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
