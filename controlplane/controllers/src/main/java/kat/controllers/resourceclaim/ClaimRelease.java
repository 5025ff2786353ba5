package kat.controllers.resourceclaim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.device.PodDeviceClaim;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;
import kat.controllers.workload.Finalizers;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Takes pods that are done or gone off the list of those that a ResourceClaim is reserved for.
/// With the last of them the devices are given back; a claim that was made for such a pod goes.
///
/// **Source:** kube-controller-manager `resourceclaim/controller.go`, `syncClaim`. Where that
/// asks the API about a pod that it does not know, this waits until the pod must have been
/// seen.
public final class ClaimRelease implements Controller {

    /// By how much what is seen of pods may lag behind what is seen of claims.
    static final Duration LAG = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "resource_claim_release";
    }

    @Override
    public String account() {
        return "resource-claim-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(PodDeviceClaim.KIND),
                new Watched(Kinds.POD, List.of(), ClaimRelease::ofPod));
    }

    private static List<ObjectKey> ofPod(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject pod = after == null ? before : after;
        boolean isOver = after == null || isDone(after) || isAnother(before, after);
        if (pod == null || !isOver) {
            return List.of();
        }
        List<String> names = new ArrayList<>(PodDeviceClaim.names(pod));
        if (before != null) {
            names.addAll(PodDeviceClaim.names(before));
        }
        return names.stream().distinct().map(name -> ObjectKey.of(pod.namespace(), name)).toList();
    }

    private static boolean isAnother(@Nullable KubeObject before, KubeObject after) {
        return before != null && !before.uid().equals(after.uid());
    }

    /// Whether a pod will not run any more: it has ended, or was deleted before it got a node.
    private static boolean isDone(KubeObject pod) {
        return Pods.hasEnded(pod) || (pod.isDeleting() && Pods.node(pod).isEmpty());
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject claim = view.get(PodDeviceClaim.KIND, key);
        if (claim == null) {
            return Plan.NOTHING;
        }
        Plan.Builder plan = Plan.builder();
        List<JsonObject> users = claim.status().array("reservedFor").objects();
        List<Json> left = new ArrayList<>();
        for (JsonObject user : users) {
            if (mayUse(view, claim, user, now, plan)) {
                left.add(user);
            }
        }
        boolean isProtected = claim.finalizers().contains(PodDeviceClaim.FINALIZER);
        if (left.size() < users.size()) {
            plan.add(released(claim, left, isProtected));
        } else if (isProtected && claim.isDeleting() && left.isEmpty()) {
            plan.add(
                    claim.status().has("allocation")
                            ? released(claim, left, true)
                            : unprotected(claim));
        }
        if (left.isEmpty() && !claim.isDeleting() && isUseless(view, claim)) {
            plan.add(
                    new Change.Delete(
                            PodDeviceClaim.KIND, claim.key(), DeleteOptions.of(claim.uid())));
        }
        return plan.build();
    }

    /// Whether a consumer may still need the claim. What is not a pod is not known here, and
    /// stays.
    private static boolean mayUse(
            ClusterView view, KubeObject claim, JsonObject user, Instant now, Plan.Builder plan) {
        if (!user.string("apiGroup").isEmpty() || !user.string("resource").equals("pods")) {
            return true;
        }
        KubeObject pod = view.get(Kinds.POD, ObjectKey.of(claim.namespace(), user.string("name")));
        if (pod != null) {
            return pod.uid().equals(user.string("uid")) && !isDone(pod);
        }
        Instant certain = lastWritten(claim).plus(LAG);
        if (now.isBefore(certain)) {
            plan.requeueAfter(Duration.between(now, certain));
            return true;
        }
        return false;
    }

    /// When anybody last wrote the claim, and so at the latest when it was reserved.
    private static Instant lastWritten(KubeObject claim) {
        Instant made = claim.creationTimestamp();
        Instant last = made == null ? Instant.EPOCH : made;
        for (JsonObject entry : claim.metadata().array("managedFields").objects()) {
            String time = entry.string("time");
            if (!time.isEmpty() && Instant.parse(time).isAfter(last)) {
                last = Instant.parse(time);
            }
        }
        return last;
    }

    /// The claim for those that are left; without any, its devices are given back first and
    /// then it is no longer held.
    private static Change released(KubeObject claim, List<Json> left, boolean isProtected) {
        boolean isFree = left.isEmpty() && isProtected;
        KubeObject next =
                claim.withStatus(
                        status -> {
                            JsonObject kept =
                                    left.isEmpty()
                                            ? status.without("reservedFor")
                                            : status.with("reservedFor", new JsonArray(left));
                            return isFree ? kept.without("allocation") : kept;
                        });
        Change.Update update = Change.Update.status(PodDeviceClaim.KIND, next);
        return isFree ? update.then(written -> List.of(unprotected(written))) : update;
    }

    private static Change unprotected(KubeObject claim) {
        return Finalizers.without(PodDeviceClaim.KIND, claim, PodDeviceClaim.FINALIZER);
    }

    /// Whether the claim was made for a pod that will not run any more. That a pod is gone is
    /// for the garbage collector to say.
    private static boolean isUseless(ClusterView view, KubeObject claim) {
        OwnerReference owner = PodClaims.owner(claim);
        KubeObject pod =
                owner == null
                        ? null
                        : view.get(Kinds.POD, ObjectKey.of(claim.namespace(), owner.name()));
        return owner != null && pod != null && (!pod.uid().equals(owner.uid()) || isDone(pod));
    }
}
