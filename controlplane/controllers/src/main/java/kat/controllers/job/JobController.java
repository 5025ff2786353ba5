package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.job.JobStatus.Verdict;
import kat.controllers.workload.Conditions;
import kat.controllers.workload.Finalizers;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Keeps a job's pods running until enough have succeeded, or too many failed, or time is over.
///
/// Pods are created when nothing is left to be counted, so that each number that a decision rests
/// on has been written.
///
/// **Source:** kube-controller-manager `job/job_controller.go`. Not yet here: podFailurePolicy,
/// successPolicy, backoffLimitPerIndex.
public final class JobController implements Controller {

    /// `managedBy` of jobs that are ours, besides none.
    private static final String OURS = "kubernetes.io/job-controller";

    private static final int MOST_AT_ONCE = 500;
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);
    private static final int MOST_DOUBLINGS = 6;

    @Override
    public String name() {
        return "job-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.JOB),
                Watched.secondary(Kinds.POD, JobController::jobsOf, Index.BY_CONTROLLER));
    }

    private static Collection<ObjectKey> jobsOf(KubeObject pod) {
        OwnerReference owner = pod.controller();
        return owner != null && owner.kind().equals("Job")
                ? List.of(ObjectKey.of(pod.namespace(), owner.name()))
                : List.of();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject job = view.get(Kinds.JOB, key);
        if (job == null || !List.of("", OURS).contains(job.spec().string("managedBy"))) {
            return Plan.NOTHING;
        }
        List<KubeObject> pods =
                List.copyOf(view.indexed(Kinds.POD, Index.BY_CONTROLLER, job.uid()));
        if (JobStatus.isFinished(job) || job.isDeleting()) {
            return new Plan(free(pods), null);
        }
        Verdict verdict = verdict(job, new JobCount(job, pods, false), pods, now);
        boolean failing = verdict != null && !verdict.isSuccess();
        JobCount count = new JobCount(job, pods, failing);
        List<Change> changes = new ArrayList<>();
        JsonObject status = status(job, count, verdict, now, changes);
        Plan.Builder plan = Plan.builder();
        if (!status.equals(job.status())) {
            plan.add(Change.Update.status(Kinds.JOB, job.withStatus(_ -> status)));
        }
        plan.addAll(changes).addAll(free(count.toFree));
        if (verdict != null || job.spec().bool("suspend")) {
            return plan.addAll(deletions(job, count.active)).build();
        }
        deadline(job, status, now, plan);
        return keepRunning(job, count, pods, now, plan).build();
    }

    /// What is to become of the job; null while that is open.
    private static @Nullable Verdict verdict(
            KubeObject job, JobCount count, List<KubeObject> pods, Instant now) {
        JsonArray conditions = job.status().array("conditions");
        for (String type : List.of("SuccessCriteriaMet", "FailureTarget")) {
            JsonObject known = Conditions.find(conditions, type);
            if (known.string("status").equals("True")) {
                return new Verdict(type, known.string("reason"), known.string("message"));
            }
        }
        long limit = job.spec().integer("backoffLimit", 6);
        if (count.failed() > limit || restarts(job, pods) > limit) {
            return Verdict.TOO_OFTEN;
        }
        Instant end = end(job, job.status());
        if (end != null && !end.isAfter(now) && !job.spec().bool("suspend")) {
            return Verdict.TOO_LATE;
        }
        boolean indexed = job.spec().string("completionMode").equals("Indexed");
        long succeeded = count.succeeded(indexed);
        if (!job.spec().has("completions")) {
            return succeeded > 0 && count.active.isEmpty() ? Verdict.ENOUGH : null;
        }
        return succeeded >= job.spec().integer("completions", 1) ? Verdict.ENOUGH : null;
    }

    private static long restarts(KubeObject job, List<KubeObject> pods) {
        if (!job.spec().at("template", "spec").string("restartPolicy").equals("OnFailure")) {
            return 0;
        }
        long restarts = 0;
        for (KubeObject pod : pods) {
            for (JsonObject each : pod.status().array("containerStatuses").objects()) {
                restarts += each.integer("restartCount", 0);
            }
        }
        return restarts;
    }

    private static @Nullable Instant end(KubeObject job, JsonObject status) {
        String start = status.string("startTime");
        return start.isEmpty() || !job.spec().has("activeDeadlineSeconds")
                ? null
                : Instant.parse(start).plusSeconds(job.spec().integer("activeDeadlineSeconds", 0));
    }

    private static void deadline(
            KubeObject job, JsonObject status, Instant now, Plan.Builder plan) {
        Instant end = end(job, status);
        if (end != null) {
            plan.requeueAfter(Duration.between(now, end));
        }
    }

    private static JsonObject status(
            KubeObject job,
            JobCount count,
            @Nullable Verdict verdict,
            Instant now,
            List<Change> told) {
        JsonObject status = count.write(job.status());
        JsonArray before = status.array("conditions");
        JsonArray conditions = before;
        boolean suspended = job.spec().bool("suspend");
        if (verdict != null) {
            conditions = JobStatus.set(conditions, verdict, "True", now);
            boolean over = count.active.isEmpty() && count.terminating == 0;
            if (over && count.isSettled()) {
                conditions = JobStatus.set(conditions, verdict.last(), "True", now);
                told.add(finished(job, verdict));
                if (verdict.isSuccess()) {
                    status = status.with("completionTime", Conditions.seconds(now));
                }
            }
        } else if (suspended) {
            conditions = JobStatus.set(conditions, Verdict.SUSPENDED, "True", now);
            status = status.without("startTime");
            if (conditions != before) {
                told.add(Change.Emit.normal(job, "Suspended", "Job suspended"));
            }
        } else {
            if (JobStatus.has(job, "Suspended")) {
                conditions = JobStatus.set(conditions, Verdict.RESUMED, "False", now);
                told.add(Change.Emit.normal(job, "Resumed", "Job resumed"));
            }
            if (!status.has("startTime")) {
                status = status.with("startTime", Conditions.seconds(now));
            }
        }
        return conditions.isEmpty() ? status : status.with("conditions", conditions);
    }

    private static Change finished(KubeObject job, Verdict verdict) {
        return verdict.isSuccess()
                ? Change.Emit.normal(job, "Completed", "Job completed")
                : Change.Emit.warning(job, verdict.reason(), verdict.message());
    }

    private static Plan.Builder keepRunning(
            KubeObject job, JobCount count, List<KubeObject> pods, Instant now, Plan.Builder plan) {
        boolean indexed = job.spec().string("completionMode").equals("Indexed");
        long parallelism = job.spec().integer("parallelism", 1);
        long succeeded = count.succeeded(indexed);
        long wanted =
                job.spec().has("completions")
                        ? Math.min(parallelism, job.spec().integer("completions", 1) - succeeded)
                        : succeeded > 0 ? Math.min(parallelism, count.active.size()) : parallelism;
        long missing = wanted - count.active.size();
        if (job.spec().string("podReplacementPolicy").equals("Failed")) {
            missing -= count.terminating;
        }
        if (missing < 0 && count.active.size() > wanted) {
            List<KubeObject> surplus = count.active.subList((int) wanted, count.active.size());
            return plan.addAll(deletions(job, surplus));
        }
        Duration backoff = missing > 0 ? backoff(count, pods, now) : Duration.ZERO;
        if (backoff.isPositive()) {
            return plan.requeueAfter(backoff);
        }
        int number = (int) Math.min(missing, MOST_AT_ONCE);
        return plan.addAll(indexed ? indexed(job, count, number) : plain(job, number));
    }

    /// After failures new pods wait, the longer the more have failed.
    private static Duration backoff(JobCount count, List<KubeObject> pods, Instant now) {
        Instant last = null;
        for (KubeObject pod : pods) {
            if (Pods.phase(pod).equals("Failed")) {
                Instant ended = ended(pod);
                last = last == null || ended.isAfter(last) ? ended : last;
            }
        }
        if (last == null || count.failed() == 0) {
            return Duration.ZERO;
        }
        int doublings = (int) Math.min(count.failed() - 1, MOST_DOUBLINGS);
        Duration wait = FIRST_BACKOFF.multipliedBy(1L << doublings);
        Duration bounded = wait.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : wait;
        return Duration.between(now, last.plus(bounded));
    }

    private static Instant ended(KubeObject pod) {
        Instant last = pod.creationTimestamp() == null ? Instant.EPOCH : pod.creationTimestamp();
        for (JsonObject each : pod.status().array("containerStatuses").objects()) {
            String text = each.at("state", "terminated").string("finishedAt");
            Instant end = text.isEmpty() ? last : Instant.parse(text);
            last = end.isAfter(last) ? end : last;
        }
        return last;
    }

    private static List<Change> plain(KubeObject job, int number) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            changes.add(creation(job, JobPods.plain(job)));
        }
        return changes;
    }

    private static List<Change> indexed(KubeObject job, JobCount count, int number) {
        Set<Integer> taken = new TreeSet<>(count.completed);
        count.active.forEach(pod -> taken.add(Indexes.of(pod)));
        long completions = job.spec().integer("completions", 0);
        List<Change> changes = new ArrayList<>();
        for (int index = 0; index < completions && changes.size() < number; index++) {
            if (!taken.contains(index)) {
                changes.add(creation(job, JobPods.indexed(job, index)));
            }
        }
        return changes;
    }

    private static Change creation(KubeObject job, KubeObject pod) {
        return new Change.Create(
                Kinds.POD,
                pod,
                made ->
                        List.of(
                                Change.Emit.normal(
                                        job, "SuccessfulCreate", "Created pod: " + made.name())),
                refused ->
                        List.of(
                                Change.Emit.warning(
                                        job,
                                        "FailedCreate",
                                        "Error creating: " + refused.message())));
    }

    private static List<Change> deletions(KubeObject job, List<KubeObject> pods) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject pod : pods) {
            changes.add(
                    new Change.Delete(
                            Kinds.POD,
                            pod.key(),
                            DeleteOptions.of(pod.uid()),
                            _ ->
                                    List.of(
                                            Change.Emit.normal(
                                                    job,
                                                    "SuccessfulDelete",
                                                    "Deleted pod: " + pod.name()))));
        }
        return changes;
    }

    private static List<Change> free(List<KubeObject> pods) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject pod : pods) {
            if (pod.finalizers().contains(JobCount.FINALIZER)) {
                changes.add(Finalizers.without(Kinds.POD, pod, JobCount.FINALIZER));
            }
        }
        return changes;
    }
}
