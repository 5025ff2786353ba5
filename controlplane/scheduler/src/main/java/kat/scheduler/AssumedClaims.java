package kat.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// ResourceClaims that the scheduler has given devices, before it sees them so itself.
///
/// | a claim | is shown | until |
/// |---|---|---|
/// | decided about | with its devices, as being allotted | it is written, or that failed |
/// | written | as it was written | the same or a newer version is seen |
///
/// **Threads:** one owner.
///
/// **Source:** kube-scheduler `dynamicresources/dra_manager.go`.
final class AssumedClaims {

    /// @param owner uid of the pod for which the scheduler gave it devices or wrote it
    /// @param isWritten whether the API has it
    private record Assumed(KubeObject claim, String owner, boolean isWritten) {

        boolean isBegunBy(PodInfo pod) {
            return !isWritten && owner.equals(pod.uid());
        }
    }

    private final Map<ObjectKey, Assumed> assumed = new HashMap<>();

    /// Claims that the scheduler makes itself, by the uid of their pod; until they are seen.
    private final Map<String, KubeObject> made = new HashMap<>();

    /// Counts the devices as taken that a pod is about to get.
    void begin(PodInfo pod, List<Reservations.Entry> entries) {
        for (Reservations.Entry entry : entries) {
            if (entry.isNew()) {
                made.put(pod.uid(), entry.allotted());
            } else if (entry.allocation() != null) {
                KubeObject allotted = entry.allotted();
                assumed.put(allotted.key(), new Assumed(allotted, pod.uid(), false));
            }
        }
    }

    /// Takes in what became of that; what another pod has of the same claims stays.
    ///
    /// @param written as far as they were
    void written(PodInfo pod, List<Reservations.Entry> decided, List<KubeObject> written) {
        for (Reservations.Entry entry : decided) {
            assumed.computeIfPresent(
                    entry.claim().key(), (_, known) -> known.isBegunBy(pod) ? null : known);
        }
        made.remove(pod.uid());
        for (KubeObject claim : written) {
            if (ExtendedResources.isSpecial(claim)) {
                made.put(pod.uid(), claim);
            } else {
                assumed.merge(
                        claim.key(), new Assumed(claim, pod.uid(), true), AssumedClaims::newer);
            }
        }
    }

    /// Threads tell in any order of what they wrote.
    private static Assumed newer(Assumed known, Assumed told) {
        boolean isNewer =
                known.isWritten()
                        && known.claim().uid().equals(told.claim().uid())
                        && known.claim().revision() > told.claim().revision();
        return isNewer ? known : told;
    }

    /// No claim was made for the pod, or it went with the pod.
    void forget(PodInfo pod) {
        made.remove(pod.uid());
    }

    /// Takes in what the scheduler sees by now, so that nothing is kept that nobody looks up.
    ///
    /// @param present null when it is not there
    void seen(ObjectKey key, @Nullable KubeObject present) {
        KubeObject unused = latest(key, present);
        if (present != null) {
            made.values()
                    .removeIf(own -> isSame(own, present) && own.revision() <= present.revision());
        }
    }

    /// A claim is no more.
    void gone(KubeObject claim) {
        made.values().removeIf(own -> isSame(own, claim));
    }

    private static boolean isSame(KubeObject one, KubeObject other) {
        return one.uid().equals(other.uid());
    }

    /// Whether all that was written has been seen.
    boolean isEmpty() {
        return assumed.isEmpty() && made.isEmpty();
    }

    boolean isBeingAllotted(KubeObject claim) {
        Assumed known = assumed.get(claim.key());
        return known != null && !known.isWritten() && known.claim().uid().equals(claim.uid());
    }

    /// The claim as it is by now.
    ///
    /// @param seen null when it is not there
    @Nullable KubeObject latest(ObjectKey key, @Nullable KubeObject seen) {
        Assumed known = assumed.get(key);
        if (known == null) {
            return seen;
        }
        boolean isSame = seen != null && seen.uid().equals(known.claim().uid());
        boolean isOld = seen != null && isCaughtUp(seen, known);
        if (!isSame || isOld) {
            assumed.remove(key);
            return seen;
        }
        return known.claim();
    }

    private static boolean isCaughtUp(KubeObject seen, Assumed known) {
        return known.isWritten()
                ? seen.revision() >= known.claim().revision()
                : seen.status().has("allocation");
    }

    List<KubeObject> latest(List<KubeObject> seen) {
        if (isEmpty()) {
            return seen;
        }
        List<KubeObject> latest = new ArrayList<>();
        for (KubeObject claim : seen) {
            KubeObject known = latest(claim.key(), claim);
            seen(claim.key(), claim);
            if (made.values().stream().noneMatch(own -> isSame(own, claim))) {
                latest.add(known == null ? claim : known);
            }
        }
        latest.addAll(made.values());
        return latest;
    }
}
