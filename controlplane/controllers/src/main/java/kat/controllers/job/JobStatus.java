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
        if (before.string("status").equals(status)) {
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
        static final Verdict SUSPENDED = new Verdict("Suspended", "JobSuspended", "Job suspended");
        static final Verdict RESUMED = new Verdict("Suspended", "JobResumed", "Job resumed");

        boolean isSuccess() {
            return type.equals("SuccessCriteriaMet") || type.equals("Complete");
        }

        /// The verdict that holds once no pod is left.
        Verdict last() {
            return new Verdict(isSuccess() ? "Complete" : "Failed", reason, message);
        }
    }
}
