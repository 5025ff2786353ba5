package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.controllers.job.JobStatus.Verdict;
import kat.controllers.workload.Conditions;
import org.jspecify.annotations.Nullable;

/// What a job tells of itself: its status as it is to be written, and events.
record JobProgress(JsonObject status, List<Change> events) {

    JobProgress {
        events = List.copyOf(events);
    }

    static JobProgress of(
            KubeObject job, JobLedger ledger, @Nullable Verdict verdict, Instant now) {
        JsonObject status = ledger.write(job.status());
        if (!job.spec().bool("suspend") && !status.has("startTime")) {
            status = status.with("startTime", Conditions.seconds(now));
        }
        if (verdict != null) {
            return judged(job, status, verdict, ledger.isSettled(), now);
        }
        return job.isDeleting() ? new JobProgress(status, List.of()) : open(job, status, now);
    }

    private static JobProgress judged(
            KubeObject job, JsonObject before, Verdict verdict, boolean settled, Instant now) {
        JsonArray conditions = JobStatus.set(before.array("conditions"), verdict, "True", now);
        if (!settled) {
            return new JobProgress(before.with("conditions", conditions), List.of());
        }
        JsonObject status =
                before.with("conditions", JobStatus.set(conditions, verdict.last(), "True", now));
        List<Change> events = new ArrayList<>();
        if (!verdict.isSuccess()) {
            events.add(Change.Emit.warning(job, verdict.reason(), verdict.message()));
            return new JobProgress(status, events);
        }
        if (job.spec().has("completions")
                && status.integer("succeeded", 0) > job.spec().integer("completions", 0)) {
            events.add(
                    Change.Emit.warning(
                            job,
                            "TooManySucceededPods",
                            "Too many succeeded pods running after completion count reached"));
        }
        events.add(Change.Emit.normal(job, "Completed", "Job completed"));
        return new JobProgress(status.with("completionTime", Conditions.seconds(now)), events);
    }

    private static JobProgress open(KubeObject job, JsonObject status, Instant now) {
        boolean suspended = job.spec().bool("suspend");
        JsonArray before = status.array("conditions");
        JsonArray conditions =
                suspended
                        ? JobStatus.set(before, Verdict.SUSPENDED, "True", now)
                        : JobStatus.set(before, Verdict.RESUMED, "False", now);
        if (conditions.equals(before)) {
            return new JobProgress(status, List.of());
        }
        JsonObject changed = status.with("conditions", conditions);
        return suspended
                ? new JobProgress(
                        changed.without("startTime"),
                        List.of(Change.Emit.normal(job, "Suspended", "Job suspended")))
                : new JobProgress(
                        changed.with("startTime", Conditions.seconds(now)),
                        List.of(Change.Emit.normal(job, "Resumed", "Job resumed")));
    }

    /// How long the job may still be active by this status; null for no limit.
    @Nullable Duration untilDeadline(JobSpec spec, Instant now) {
        return JobVerdict.untilDeadline(new JobSpec(spec.job().withStatus(_ -> status)), now);
    }
}
