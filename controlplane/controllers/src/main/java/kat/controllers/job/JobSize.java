package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.controllers.workload.Pods;

/// Which pods a job lacks or has too many of.
///
/// **Source:** kube-controller-manager `job/job_controller.go`, `manageJob`.
final class JobSize {

    /// Pods created or deleted at a time.
    static final int MOST_AT_ONCE = 500;

    /// Those of least worth first: without a node, pending, not ready, ready for a short time,
    /// restarted often, young.
    private static final Comparator<KubeObject> BY_WORTH =
            Comparator.<KubeObject>comparingInt(pod -> Pods.node(pod).isEmpty() ? 0 : 1)
                    .thenComparingInt(pod -> rank(Pods.phase(pod)))
                    .thenComparingInt(pod -> Pods.isReady(pod) ? 1 : 0)
                    .thenComparing(JobSize::readySince, Comparator.reverseOrder())
                    .thenComparing(Pods::restarts, Comparator.reverseOrder())
                    .thenComparing(JobSize::created, Comparator.reverseOrder())
                    .thenComparing(KubeObject::name);

    private final JobCount count;
    private final JobIndexes indexes;

    JobSize(JobCount count, JobIndexes indexes) {
        this.count = count;
        this.indexes = indexes;
    }

    private static int rank(String phase) {
        return switch (phase) {
            case "Running" -> 2;
            case "Unknown" -> 1;
            default -> 0;
        };
    }

    private static Instant readySince(KubeObject pod) {
        Instant since = Pods.readySince(pod);
        return since == null ? Instant.MAX : since;
    }

    private static Instant created(KubeObject pod) {
        Instant created = pod.creationTimestamp();
        return created == null ? Instant.MAX : created;
    }

    private long wanted() {
        JobSpec spec = count.spec;
        long succeeded = count.allSucceeded();
        if (!spec.hasCompletions()) {
            return succeeded > 0 ? count.active.size() : spec.parallelism();
        }
        return Math.max(0, Math.min(spec.parallelism(), spec.completions - succeeded));
    }

    /// Pods that have to go: of an Indexed job also those whose index is taken or does not exist.
    List<KubeObject> surplus() {
        long tooMany = count.active.size() - wanted();
        List<KubeObject> byWorth = count.active.stream().sorted(BY_WORTH).toList();
        List<KubeObject> leaving = new ArrayList<>();
        List<KubeObject> staying = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        for (KubeObject pod : byWorth.reversed()) {
            boolean stays =
                    !count.spec.isIndexed
                            || (count.spec.hasPlaceFor(pod) && taken.add(Indexes.of(pod)));
            (stays ? staying : leaving).addFirst(pod);
        }
        for (int i = 0; leaving.size() < tooMany; i++) {
            leaving.add(staying.get(i));
        }
        return leaving.subList(0, Math.min(leaving.size(), MOST_AT_ONCE));
    }

    /// How many pods are to be created.
    int missing() {
        long leaving = count.spec.replacesOnlyEnded() ? count.terminating : 0;
        long missing = wanted() - leaving - count.active.size();
        return (int) Math.max(0, Math.min(missing, MOST_AT_ONCE));
    }

    /// The first indexes, so many, that neither have a pod nor are settled.
    List<Integer> missingIndexes(int number) {
        Indexes taken = count.succeededIndexes.and(indexes.failed()).and(Indexes.of(count.active));
        if (count.spec.replacesOnlyEnded()) {
            taken = taken.and(Indexes.of(count.terminatingPods()));
        }
        List<Integer> missing = new ArrayList<>();
        int index = taken.nextMissing(0);
        while (index < count.spec.completions && missing.size() < number) {
            missing.add(index);
            index = taken.nextMissing(index + 1);
        }
        return missing;
    }

    /// How long the job as a whole has to wait; negative or zero for not at all.
    Duration backoff(Instant now) {
        return count.spec.limitsIndexes() ? Duration.ZERO : Backoff.left(count, now);
    }
}
