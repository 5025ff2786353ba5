package kat.controllers.disruption;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import kat.controllers.workload.Disruption;
import kat.controllers.workload.Pods;

/// Takes the condition `DisruptionTarget` back from pods that were to be deleted and were not.
///
/// What a kubelet announces stands: it may take any time to end the pod.
///
/// **Source:** kube-controller-manager `disruption/disruption.go`, `syncStalePodDisruption`.
public final class StaleDisruptions implements Controller {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "stale-disruption-controller";
    }

    @Override
    public String account() {
        return "disruption-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                new Watched(
                        Kinds.POD,
                        List.of(),
                        (_, _, after) ->
                                after != null && isAnnounced(after)
                                        ? List.of(after.key())
                                        : List.of()));
    }

    private static boolean isAnnounced(KubeObject pod) {
        JsonObject condition = Pods.condition(pod, "DisruptionTarget");
        return condition.string("status").equals("True")
                && !condition.string("reason").equals("TerminationByKubelet")
                && Pods.isActive(pod);
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject pod = view.get(Kinds.POD, key);
        if (pod == null || !isAnnounced(pod)) {
            return Plan.NOTHING;
        }
        String since = Pods.condition(pod, "DisruptionTarget").string("lastTransitionTime");
        Duration left =
                since.isEmpty()
                        ? Duration.ZERO
                        : Duration.between(now, Instant.parse(since).plus(PATIENCE));
        return left.isPositive() ? Plan.after(left) : Plan.of(Disruption.takeBack(pod, now));
    }
}
