package kat.controllers.job;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.job.JobStatus.Verdict;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// How a job's numbers change, so that each pod is counted exactly once.
///
/// A pod carries a finalizer until it is counted. First its uid is written into
/// `uncountedTerminatedPods`; then the finalizer goes; when it is gone, the uid becomes a number:
///
/// | pod ended | uid is uncounted | pod has finalizer | what happens |
/// |---|---|---|---|
/// | yes | no | yes | uid is written, then the finalizer is removed |
/// | yes | yes | yes | finalizer is removed |
/// | | yes | no, or pod is gone | number goes up, uid is struck |
///
/// An index that is complete needs no number: the list of indexes is the number. Once a job has
/// failed, pods that still run count as failed.
///
/// **Source:** KEP-2307; kube-controller-manager `trackJobStatusAndRemoveFinalizers`.
final class JobLedger {

    /// Uids that one status may hold.
    private static final int MOST_UNCOUNTED = 500;

    /// Whose finalizer may go once the status is written.
    final List<KubeObject> toFree = new ArrayList<>();

    private final JobCount count;
    private final JobIndexes indexes;
    private final @Nullable Verdict verdict;
    private final Set<String> succeeded;
    private final Set<String> failed;
    private boolean isCut;

    JobLedger(JobCount count, JobIndexes indexes, @Nullable Verdict verdict) {
        this.count = count;
        this.indexes = indexes;
        this.verdict = verdict;
        this.succeeded = new LinkedHashSet<>(count.uncountedSucceeded);
        this.failed = new LinkedHashSet<>(count.uncountedFailed);
        for (KubeObject pod : count.pods) {
            if (JobCount.isHeld(pod) && isFree(pod)) {
                toFree.add(pod);
                write(pod);
            }
            if (succeeded.size() + failed.size() >= MOST_UNCOUNTED) {
                isCut = true;
                break;
            }
        }
    }

    private boolean isFree(KubeObject pod) {
        return verdict != null
                || count.spec.job().isDeleting()
                || Pods.phase(pod).equals("Succeeded")
                || (count.isFailed(pod) && !indexes.isAwaitingReplacement(pod));
    }

    private void write(KubeObject pod) {
        if (count.uncountedFailed.contains(pod.uid())) {
            return;
        }
        if (Pods.phase(pod).equals("Succeeded")) {
            if (!count.spec.isIndexed) {
                succeeded.add(pod.uid());
            }
            return;
        }
        boolean isFailed = count.isFailed(pod) || (verdict != null && !verdict.isSuccess());
        if (isFailed && count.spec.hasPlaceFor(pod) && count.spec.failurePolicy.of(pod).counts()) {
            failed.add(pod.uid());
        }
    }

    /// Whether no pod is left whose end is not in the numbers.
    boolean isSettled() {
        return succeeded.isEmpty()
                && failed.isEmpty()
                && !isCut
                && count.active.isEmpty()
                && count.terminating == 0;
    }

    JsonObject write(JsonObject before) {
        JsonObject uncounted = JsonObject.EMPTY;
        if (!succeeded.isEmpty()) {
            uncounted = uncounted.with("succeeded", JsonArray.ofStrings(succeeded));
        }
        if (!failed.isEmpty()) {
            uncounted = uncounted.with("failed", JsonArray.ofStrings(failed));
        }
        JobSpec spec = count.spec;
        JsonObject status = before.with("uncountedTerminatedPods", uncounted);
        status = number(status, "active", count.active.size());
        status =
                number(
                        status,
                        "succeeded",
                        spec.isIndexed ? count.succeededIndexes.count() : count.succeeded);
        status = number(status, "failed", count.failed);
        String done = count.succeededIndexes.toString();
        status =
                done.isEmpty()
                        ? status.without("completedIndexes")
                        : status.with("completedIndexes", done);
        status =
                spec.limitsIndexes()
                        ? status.with("failedIndexes", indexes.failed().toString())
                        : status.without("failedIndexes");
        return status.with("ready", count.ready).with("terminating", count.terminating);
    }

    private static JsonObject number(JsonObject status, String name, long value) {
        return value == 0 ? status.without(name) : status.with(name, value);
    }
}
