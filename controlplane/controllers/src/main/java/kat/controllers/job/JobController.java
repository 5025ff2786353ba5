package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.Plan;
import kat.controllers.job.JobStatus.Verdict;
import kat.controllers.workload.Claim;
import kat.controllers.workload.Finalizers;
import org.jspecify.annotations.Nullable;

/// Keeps a job's pods running until enough have succeeded, or too many failed, or time is over.
///
/// A pod that carries the finalizer of a job that is gone loses it. Such pods are looked for under
/// the name of their job; those that name none, under the empty name in their namespace.
///
/// **Source:** kube-controller-manager `job/job_controller.go`. Not here: gang scheduling
/// (`Workload`, `PodGroup`), which is alpha.
public final class JobController implements Controller {

    /// `managedBy` of jobs that are ours, besides none.
    private static final String OURS = "kubernetes.io/job-controller";

    private static final Index ORPHANS =
            new Index(
                    "orphans",
                    pod -> pod.controller() == null ? List.of(pod.namespace()) : List.of());

    private static final Index HELD =
            new Index(
                    "held by job",
                    pod -> JobCount.isHeld(pod) ? List.of(jobOf(pod).toString()) : List.of());

    @Override
    public String name() {
        return "job-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.JOB),
                new Watched(
                        Kinds.POD,
                        List.of(Index.BY_CONTROLLER, ORPHANS, HELD),
                        JobController::jobsOf));
    }

    private static boolean isOfJob(KubeObject pod) {
        OwnerReference owner = pod.controller();
        return owner != null && owner.kind().equals("Job") && owner.apiVersion().equals("batch/v1");
    }

    /// The job that a pod names; one without a name when it names none.
    private static ObjectKey jobOf(KubeObject pod) {
        OwnerReference owner = pod.controller();
        return ObjectKey.of(pod.namespace(), owner != null && isOfJob(pod) ? owner.name() : "");
    }

    private static Collection<ObjectKey> jobsOf(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        for (KubeObject pod : new @Nullable KubeObject[] {before, after}) {
            if (pod != null && (isOfJob(pod) || JobCount.isHeld(pod))) {
                keys.add(jobOf(pod));
            }
        }
        if (after != null && after.controller() == null && !after.labels().isEmpty()) {
            for (KubeObject job : view.list(Kinds.JOB, after.namespace())) {
                if (new JobSpec(job).selector().matches(after.labels())) {
                    keys.add(job.key());
                }
            }
        }
        return keys;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject job = view.get(Kinds.JOB, key);
        List<Change> ownerless = free(ownerless(view, key, job));
        if (job == null || !List.of("", OURS).contains(job.spec().string("managedBy"))) {
            return new Plan(ownerless, null);
        }
        JobSpec spec = new JobSpec(job);
        Claim claim = claim(view, spec);
        Plan.Builder plan = Plan.builder().addAll(ownerless);
        if (JobStatus.isFinished(job)) {
            return plan.addAll(free(claim.owned())).build();
        }
        plan.addAll(claim.changes());
        JobCount count = new JobCount(spec, claim.owned());
        JobIndexes indexes = new JobIndexes(count);
        Verdict verdict = JobVerdict.of(count, indexes, now);
        JobLedger ledger = new JobLedger(count, indexes, verdict);
        JobProgress progress = JobProgress.of(job, ledger, verdict, now);
        if (!progress.status().equals(job.status())) {
            plan.add(Change.Update.status(Kinds.JOB, job.withStatus(_ -> progress.status())));
        }
        plan.addAll(progress.events());
        if (verdict != null) {
            plan.addAll(JobPods.deletions(job, count.active));
        }
        plan.addAll(free(ledger.toFree));
        return job.isDeleting() || verdict != null
                ? plan.build()
                : keepRunning(count, indexes, progress, now, plan).build();
    }

    /// Pods that have the finalizer of a job of this name, and that no job has.
    private static List<KubeObject> ownerless(
            ClusterView view, ObjectKey key, @Nullable KubeObject job) {
        List<KubeObject> pods = new ArrayList<>();
        for (KubeObject pod : view.indexed(Kinds.POD, HELD, key.toString())) {
            OwnerReference owner = pod.controller();
            boolean other = owner != null && !isOfJob(pod);
            boolean owned = owner != null && job != null && owner.uid().equals(job.uid());
            if (!other && !owned) {
                pods.add(pod);
            }
        }
        return pods;
    }

    private static Claim claim(ClusterView view, JobSpec spec) {
        KubeObject job = spec.job();
        Map<String, KubeObject> candidates = new LinkedHashMap<>();
        for (KubeObject pod : view.indexed(Kinds.POD, Index.BY_CONTROLLER, job.uid())) {
            candidates.put(pod.uid(), pod);
        }
        for (KubeObject pod : view.indexed(Kinds.POD, ORPHANS, job.namespace())) {
            candidates.put(pod.uid(), pod);
        }
        return Claim.of(
                job,
                spec.selector(),
                Kinds.POD,
                List.copyOf(candidates.values()),
                JobCount.FINALIZER);
    }

    private static List<Change> free(List<KubeObject> pods) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject pod : pods) {
            if (JobCount.isHeld(pod)) {
                changes.add(Finalizers.strike(Kinds.POD, pod, JobCount.FINALIZER));
            }
        }
        return changes;
    }

    private static Plan.Builder keepRunning(
            JobCount count,
            JobIndexes indexes,
            JobProgress progress,
            Instant now,
            Plan.Builder plan) {
        JobSpec spec = count.spec;
        if (spec.isSuspended()) {
            return remove(spec, count.active, plan);
        }
        Duration left = progress.untilDeadline(spec, now);
        if (left != null) {
            plan.requeueAfter(left);
        }
        JobSize size = new JobSize(count, indexes);
        List<KubeObject> surplus = size.surplus();
        if (!surplus.isEmpty()) {
            return remove(spec, surplus, plan);
        }
        int missing = size.missing();
        Duration backoff = missing > 0 ? size.backoff(now) : Duration.ZERO;
        if (backoff.isPositive()) {
            return plan.requeueAfter(backoff);
        }
        return spec.isIndexed
                ? createIndexed(spec, indexes, size.missingIndexes(missing), now, plan)
                : plan.addAll(JobPods.creations(spec.job(), missing));
    }

    /// A pod that the job removes by its own will does not count: it loses its finalizer first.
    private static Plan.Builder remove(JobSpec spec, List<KubeObject> pods, Plan.Builder plan) {
        return plan.addAll(free(pods)).addAll(JobPods.deletions(spec.job(), pods));
    }

    private static Plan.Builder createIndexed(
            JobSpec spec,
            JobIndexes indexes,
            List<Integer> missing,
            Instant now,
            Plan.Builder plan) {
        List<KubeObject> pods = new ArrayList<>();
        Duration shortest = null;
        for (int index : missing) {
            Duration backoff = indexes.backoff(index, now);
            if (!backoff.isPositive()) {
                pods.add(JobPods.indexed(spec, indexes, index));
            } else if (shortest == null || backoff.compareTo(shortest) < 0) {
                shortest = backoff;
            }
        }
        if (shortest != null) {
            plan.requeueAfter(shortest);
        }
        return plan.addAll(JobPods.creations(spec.job(), pods));
    }
}
