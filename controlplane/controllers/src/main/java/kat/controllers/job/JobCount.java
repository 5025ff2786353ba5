package kat.controllers.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Pods;

/// What a job's pods came to so far: the numbers that its status holds, and what is on top of them.
/// [JobLedger] says how the numbers change.
///
/// **Source:** kube-controller-manager `job/job_controller.go`, `getNewFinishedPods`.
final class JobCount {

    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    final JobSpec spec;

    /// In the order of their indexes, where they have some.
    final List<KubeObject> pods;

    final List<KubeObject> active;
    final long ready;
    final long terminating;

    /// Numbers of pods that have lost their finalizer.
    final long succeeded;

    final long failed;

    /// Uids that are written down and whose pods still have the finalizer.
    final Set<String> uncountedSucceeded = new LinkedHashSet<>();

    final Set<String> uncountedFailed = new LinkedHashSet<>();

    /// Pods that nobody has written down yet, whatever the failure policy says of them.
    final List<KubeObject> newlySucceeded = new ArrayList<>();

    final List<KubeObject> newlyFailed = new ArrayList<>();

    final Indexes succeededIndexes;

    JobCount(JobSpec spec, List<KubeObject> pods) {
        this.spec = spec;
        this.pods =
                spec.isIndexed
                        ? pods.stream().sorted(Comparator.comparingInt(Indexes::of)).toList()
                        : pods;
        this.active = pods.stream().filter(Pods::isActive).toList();
        this.ready = active.stream().filter(Pods::isReady).count();
        this.terminating = pods.stream().filter(JobCount::isTerminating).count();
        JsonObject status = spec.job().status();
        JsonObject uncounted = status.object("uncountedTerminatedPods");
        Set<String> held = new LinkedHashSet<>();
        pods.stream().filter(JobCount::isHeld).forEach(pod -> held.add(pod.uid()));
        this.succeeded =
                status.integer("succeeded", 0)
                        + split(uncounted.array("succeeded"), held, uncountedSucceeded);
        this.failed =
                status.integer("failed", 0)
                        + split(uncounted.array("failed"), held, uncountedFailed);
        List<KubeObject> done = new ArrayList<>();
        for (KubeObject pod : this.pods) {
            if (isHeld(pod) && spec.hasPlaceFor(pod)) {
                sort(pod, done);
            }
        }
        this.succeededIndexes =
                spec.isIndexed
                        ? Indexes.parse(status.string("completedIndexes"), spec.completions)
                                .and(Indexes.of(done))
                        : Indexes.NONE;
    }

    /// Keeps in `left` the uids whose pods have the finalizer.
    ///
    /// @return how many have not
    private static long split(JsonArray uids, Set<String> held, Set<String> left) {
        long gone = 0;
        for (String uid : uids.strings()) {
            if (held.contains(uid)) {
                left.add(uid);
            } else {
                gone++;
            }
        }
        return gone;
    }

    private void sort(KubeObject pod, List<KubeObject> done) {
        if (Pods.phase(pod).equals("Succeeded")) {
            done.add(pod);
            if (!uncountedSucceeded.contains(pod.uid())) {
                newlySucceeded.add(pod);
            }
        } else if (isFailed(pod) && !uncountedFailed.contains(pod.uid())) {
            newlyFailed.add(pod);
        }
    }

    static boolean isHeld(KubeObject pod) {
        return pod.finalizers().contains(FINALIZER);
    }

    private static boolean isTerminating(KubeObject pod) {
        return pod.isDeleting() && !Pods.hasEnded(pod);
    }

    List<KubeObject> terminatingPods() {
        return pods.stream().filter(JobCount::isTerminating).toList();
    }

    /// Whether the pod counts as failed. One that is being deleted does, unless the job waits for
    /// its end: it may never have the chance to end.
    boolean isFailed(KubeObject pod) {
        return Pods.phase(pod).equals("Failed")
                || (!spec.replacesOnlyEnded()
                        && pod.isDeleting()
                        && !Pods.phase(pod).equals("Succeeded"));
    }

    long allSucceeded() {
        return spec.isIndexed
                ? succeededIndexes.count()
                : succeeded + uncountedSucceeded.size() + newlySucceeded.size();
    }

    /// Those that the failure policy ignores are not among them.
    long allFailed() {
        long counted =
                newlyFailed.stream().filter(pod -> spec.failurePolicy.of(pod).counts()).count();
        return failed + uncountedFailed.size() + counted;
    }
}
