package kat.controllers.job;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Pods;

/// What a job's pods came to, each pod counted exactly once.
///
/// A pod carries a finalizer until it is counted. First its uid is written into
/// `uncountedTerminatedPods`; then the finalizer goes; when it is gone, the uid becomes a number:
///
/// | pod ended | uid is uncounted | pod has finalizer | what happens |
/// |---|---|---|---|
/// | yes | no | yes | uid is written |
/// | yes | yes | yes | finalizer is removed |
/// | | yes | no, or pod is gone | number goes up, uid is struck |
///
/// **Source:** KEP-2307; kube-controller-manager `job/job_controller.go`.
final class JobCount {

    static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    final List<KubeObject> active = new ArrayList<>();
    final List<KubeObject> toFree = new ArrayList<>();
    final NavigableSet<Integer> completed;
    long ready;
    long terminating;

    /// As numbers, without the uncounted.
    private long succeeded;

    private long failed;
    private final Set<String> uncountedSucceeded = new LinkedHashSet<>();
    private final Set<String> uncountedFailed = new LinkedHashSet<>();

    /// @param giveUp whether pods that still run count as failed
    JobCount(KubeObject job, List<KubeObject> pods, boolean giveUp) {
        JsonObject status = job.status();
        succeeded = status.integer("succeeded", 0);
        failed = status.integer("failed", 0);
        completed = Indexes.parse(status.string("completedIndexes"));
        JsonObject uncounted = status.object("uncountedTerminatedPods");
        Set<String> held = new LinkedHashSet<>();
        for (KubeObject pod : pods) {
            if (pod.finalizers().contains(FINALIZER)) {
                held.add(pod.uid());
            }
        }
        boolean indexed = job.spec().string("completionMode").equals("Indexed");
        for (String uid : uncounted.array("succeeded").strings()) {
            if (held.contains(uid)) {
                uncountedSucceeded.add(uid);
            } else if (!indexed) {
                succeeded++;
            }
        }
        for (String uid : uncounted.array("failed").strings()) {
            if (held.contains(uid)) {
                uncountedFailed.add(uid);
            } else {
                failed++;
            }
        }
        long completions = job.spec().integer("completions", Long.MAX_VALUE);
        for (KubeObject pod : pods) {
            count(pod, held.contains(pod.uid()), indexed ? completions : -1, giveUp);
        }
        if (indexed) {
            succeeded = completed.size();
        }
    }

    /// @param completions of an Indexed job; negative for other jobs
    private void count(KubeObject pod, boolean held, long completions, boolean giveUp) {
        if (Pods.isActive(pod)) {
            active.add(pod);
            ready += Pods.isReady(pod) ? 1 : 0;
        } else if (!Pods.hasEnded(pod)) {
            terminating++;
        }
        boolean good = Pods.phase(pod).equals("Succeeded");
        boolean bad = !good && (!Pods.isActive(pod) || giveUp);
        int index = Indexes.of(pod);
        if (good && index >= 0 && index < completions) {
            completed.add(index);
        }
        if (!held || (!good && !bad)) {
            return;
        }
        boolean told =
                uncountedSucceeded.contains(pod.uid()) || uncountedFailed.contains(pod.uid());
        if (told) {
            toFree.add(pod);
        } else if (good) {
            // An index that is complete needs no number: the list of indexes is the number.
            uncountedSucceeded.add(pod.uid());
        } else {
            uncountedFailed.add(pod.uid());
        }
    }

    long succeeded(boolean indexed) {
        return indexed ? completed.size() : succeeded + uncountedSucceeded.size();
    }

    long failed() {
        return failed + uncountedFailed.size();
    }

    boolean isSettled() {
        return uncountedSucceeded.isEmpty() && uncountedFailed.isEmpty();
    }

    JsonObject write(JsonObject before) {
        JsonObject uncounted = JsonObject.EMPTY;
        if (!uncountedSucceeded.isEmpty()) {
            uncounted = uncounted.with("succeeded", JsonArray.ofStrings(uncountedSucceeded));
        }
        if (!uncountedFailed.isEmpty()) {
            uncounted = uncounted.with("failed", JsonArray.ofStrings(uncountedFailed));
        }
        JsonObject status = before.with("uncountedTerminatedPods", uncounted);
        status = number(status, "active", active.size());
        status = number(status, "succeeded", succeeded);
        status = number(status, "failed", failed);
        String indexes = Indexes.format(completed);
        status =
                indexes.isEmpty()
                        ? status.without("completedIndexes")
                        : status.with("completedIndexes", indexes);
        return status.with("ready", ready).with("terminating", terminating);
    }

    private static JsonObject number(JsonObject status, String name, long value) {
        return value == 0 ? status.without(name) : status.with(name, value);
    }
}
