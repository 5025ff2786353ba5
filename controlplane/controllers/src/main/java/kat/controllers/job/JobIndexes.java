package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.controllers.job.FailurePolicy.Outcome;
import org.jspecify.annotations.Nullable;

/// The failures of each index of a job with `backoffLimitPerIndex`.
///
/// How often an index failed stands in an annotation of its pods. A failed pod therefore keeps its
/// finalizer until its replacement, which carries the number on, is there.
///
/// **Source:** KEP-3850; kube-controller-manager `job/indexed_job_utils.go`.
final class JobIndexes {

    static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";
    static final String IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count";

    private final JobCount count;
    private final Indexes failed;
    private final Map<Integer, KubeObject> awaiting = new TreeMap<>();

    JobIndexes(JobCount count) {
        this.count = count;
        this.failed = count.spec.limitsIndexes() ? countFailed() : Indexes.NONE;
        if (count.spec.limitsIndexes()) {
            findAwaiting();
        }
    }

    /// Indexes that will not be tried again.
    Indexes failed() {
        return failed;
    }

    private Indexes countFailed() {
        JobSpec spec = count.spec;
        List<KubeObject> over = new ArrayList<>();
        for (KubeObject pod : count.pods) {
            if (JobCount.isHeld(pod) && spec.hasPlaceFor(pod) && isOver(pod)) {
                over.add(pod);
            }
        }
        return Indexes.parse(spec.job().status().string("failedIndexes"), spec.completions)
                .and(Indexes.of(over));
    }

    private boolean isOver(KubeObject pod) {
        if (!count.isFailed(pod)) {
            return false;
        }
        Outcome outcome = count.spec.failurePolicy.of(pod);
        return outcome.failsIndex()
                || (outcome.counts() && number(pod, FAILURES) >= count.spec.backoffLimitPerIndex());
    }

    private void findAwaiting() {
        Indexes settled = count.succeededIndexes.and(failed).and(Indexes.of(count.active));
        for (KubeObject pod : count.pods) {
            int index = Indexes.of(pod);
            if (JobCount.isHeld(pod)
                    && count.spec.hasPlaceFor(pod)
                    && count.isFailed(pod)
                    && !settled.has(index)) {
                awaiting.merge(index, pod, JobIndexes::later);
            }
        }
    }

    private static KubeObject later(KubeObject known, KubeObject pod) {
        return failures(known) <= failures(pod)
                        && !Backoff.ended(pod).isBefore(Backoff.ended(known))
                ? pod
                : known;
    }

    boolean isAwaitingReplacement(KubeObject pod) {
        KubeObject kept = awaiting.get(Indexes.of(pod));
        return kept != null && kept.uid().equals(pod.uid());
    }

    /// The pod whose place one of this index is to take; null for none.
    @Nullable KubeObject replaced(int index) {
        return awaiting.get(index);
    }

    /// How long an index has to wait for its next pod; negative or zero for not at all.
    Duration backoff(int index, Instant now) {
        KubeObject before = awaiting.get(index);
        return before == null
                ? Duration.ZERO
                : Backoff.left(failures(before) + 1, Backoff.ended(before), now);
    }

    private static long failures(KubeObject pod) {
        return number(pod, FAILURES) + number(pod, IGNORED_FAILURES);
    }

    static long number(KubeObject pod, String annotation) {
        String text = pod.annotation(annotation);
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }
}
