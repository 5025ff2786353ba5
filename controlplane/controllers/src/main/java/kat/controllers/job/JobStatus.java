package kat.controllers.job;

import java.time.Instant;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Conditions;

/// A job's conditions.
final class JobStatus {

    private JobStatus() {}

    static boolean has(KubeObject job, String type) {
        return Conditions.find(job.status().array("conditions"), type)
                .string("status")
                .equals("True");
    }

    static boolean isFinished(KubeObject job) {
        return has(job, "Complete") || has(job, "Failed");
    }

    static JsonArray set(JsonArray conditions, Verdict verdict, String status, Instant now) {
        JsonObject before = Conditions.find(conditions, verdict.type());
        boolean same =
                before.string("status").equals(status)
                        && before.string("reason").equals(verdict.reason())
                        && before.string("message").equals(verdict.message());
        if (same || (before.isEmpty() && status.equals("False"))) {
            return conditions;
        }
        JsonObject condition =
                Conditions.of(verdict.type(), status, verdict.reason(), verdict.message())
                        .with("lastProbeTime", Conditions.seconds(now));
        return Conditions.set(conditions, condition, now);
    }

    /// A condition that a job gets, and why.
    record Verdict(String type, String reason, String message) {

        static final Verdict ENOUGH =
                new Verdict(
                        "SuccessCriteriaMet",
                        "CompletionsReached",
                        "Reached expected number of succeeded pods");
        static final Verdict TOO_LATE =
                new Verdict(
                        "FailureTarget",
                        "DeadlineExceeded",
                        "Job was active longer than specified deadline");
        static final Verdict TOO_OFTEN =
                new Verdict(
                        "FailureTarget",
                        "BackoffLimitExceeded",
                        "Job has reached the specified backoff limit");
        static final Verdict TOO_MANY_INDEXES =
                new Verdict(
                        "FailureTarget",
                        "MaxFailedIndexesExceeded",
                        "Job has exceeded the specified maximal number of failed indexes");
        static final Verdict FAILED_INDEXES =
                new Verdict("FailureTarget", "FailedIndexes", "Job has failed indexes");
        static final Verdict SUSPENDED = new Verdict("Suspended", "JobSuspended", "Job suspended");
        static final Verdict RESUMED = new Verdict("Suspended", "JobResumed", "Job resumed");

        static Verdict failurePolicy(String message) {
            return new Verdict("FailureTarget", "PodFailurePolicy", message);
        }

        static Verdict successPolicy(String message) {
            return new Verdict("SuccessCriteriaMet", "SuccessPolicy", message);
        }

        boolean isSuccess() {
            return type.equals("SuccessCriteriaMet") || type.equals("Complete");
        }

        /// The verdict that holds once no pod is left.
        Verdict last() {
            return new Verdict(isSuccess() ? "Complete" : "Failed", reason, message);
        }
    }
}
