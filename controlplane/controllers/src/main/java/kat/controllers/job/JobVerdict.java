package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.controllers.job.JobStatus.Verdict;
import kat.controllers.workload.Conditions;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// What is to become of a job. A verdict that was written down stands; else failures are looked for
/// before successes.
///
/// **Source:** kube-controller-manager `job/job_controller.go`, `syncJob`.
final class JobVerdict {

    private JobVerdict() {}

    /// Null while that is open.
    static @Nullable Verdict of(JobCount count, JobIndexes indexes, Instant now) {
        Verdict known = known(count.spec.job());
        if (known != null) {
            return known;
        }
        Verdict failure = failure(count, now);
        if (failure != null) {
            return failure;
        }
        Verdict ofIndexes = count.spec.isIndexed ? ofIndexes(count, indexes) : null;
        return ofIndexes != null ? ofIndexes : completion(count);
    }

    private static @Nullable Verdict known(KubeObject job) {
        for (String type : List.of("SuccessCriteriaMet", "FailureTarget")) {
            JsonObject condition = Conditions.find(job.status().array("conditions"), type);
            if (condition.string("status").equals("True")) {
                return new Verdict(type, condition.string("reason"), condition.string("message"));
            }
        }
        return null;
    }

    private static @Nullable Verdict failure(JobCount count, Instant now) {
        for (KubeObject pod : count.pods) {
            String message = count.isFailed(pod) ? count.spec.failurePolicy.of(pod).message() : "";
            if (!message.isEmpty()) {
                return Verdict.failurePolicy(message);
            }
        }
        if (count.allFailed() > count.spec.backoffLimit() || restartedTooOften(count)) {
            return Verdict.TOO_OFTEN;
        }
        Duration left = untilDeadline(count.spec, now);
        return left != null && !left.isPositive() ? Verdict.TOO_LATE : null;
    }

    private static boolean restartedTooOften(JobCount count) {
        if (!count.spec.restartsContainers()) {
            return false;
        }
        long restarts = 0;
        for (KubeObject pod : count.pods) {
            if (!List.of("Running", "Pending").contains(Pods.phase(pod))) {
                continue;
            }
            for (String list : List.of("initContainerStatuses", "containerStatuses")) {
                for (JsonObject each : pod.status().array(list).objects()) {
                    restarts += each.integer("restartCount", 0);
                }
            }
        }
        return restarts > 0 && restarts >= count.spec.backoffLimit();
    }

    /// How long the job may still be active; null when no time is set or runs.
    static @Nullable Duration untilDeadline(JobSpec spec, Instant now) {
        String start = spec.job().status().string("startTime");
        return start.isEmpty() || spec.deadlineSeconds() < 0 || spec.isSuspended()
                ? null
                : Duration.between(now, Instant.parse(start).plusSeconds(spec.deadlineSeconds()));
    }

    private static @Nullable Verdict ofIndexes(JobCount count, JobIndexes indexes) {
        JobSpec spec = count.spec;
        int failed = indexes.failed().count();
        if (failed > spec.mostFailedIndexes()) {
            return Verdict.TOO_MANY_INDEXES;
        }
        if (failed > 0 && failed + count.succeededIndexes.count() >= spec.completions) {
            return Verdict.FAILED_INDEXES;
        }
        String met = SuccessPolicy.met(spec, count.succeededIndexes);
        return met == null ? null : Verdict.successPolicy(met);
    }

    private static @Nullable Verdict completion(JobCount count) {
        if (!count.active.isEmpty()) {
            return null;
        }
        long succeeded = count.allSucceeded();
        boolean enough =
                count.spec.hasCompletions() ? succeeded >= count.spec.completions : succeeded > 0;
        return enough ? Verdict.ENOUGH : null;
    }
}
