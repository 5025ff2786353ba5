package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// How long a job waits before it replaces pods that failed: 10 s after the first failure, twice as
/// long after each further one, at most 10 min. A success ends the count.
///
/// Only pods that are still there are known; Kubernetes also remembers those that are gone, until
/// its controller restarts.
///
/// **Source:** kube-controller-manager `job/backoff_utils.go`.
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST_DOUBLINGS = 6;

    private Backoff() {}

    /// @return negative or zero for no need to wait
    static Duration left(JobCount count, Instant now) {
        Instant success = Instant.MIN;
        for (KubeObject pod : count.pods) {
            if (Pods.phase(pod).equals("Succeeded") && ended(pod).isAfter(success)) {
                success = ended(pod);
            }
        }
        long failures = 0;
        Instant last = Instant.MIN;
        for (KubeObject pod : count.pods) {
            if (hasFailed(count, pod) && ended(pod).isAfter(success)) {
                failures++;
                last = ended(pod).isAfter(last) ? ended(pod) : last;
            }
        }
        return failures == 0 ? Duration.ZERO : left(failures, last, now);
    }

    /// Pods that the job itself removed have lost their finalizer before they ended.
    private static boolean hasFailed(JobCount count, KubeObject pod) {
        return count.isFailed(pod) && (JobCount.isHeld(pod) || !pod.isDeleting());
    }

    static Duration left(long failures, Instant last, Instant now) {
        int doublings = (int) Math.min(failures - 1, MOST_DOUBLINGS);
        Duration wait = FIRST.multipliedBy(1L << doublings);
        Duration bounded = wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
        return Duration.between(now, last.plus(bounded));
    }

    /// When the pod came to its end, as far as that can be known.
    static Instant ended(KubeObject pod) {
        Instant end = endOfContainers(pod);
        if (end != null) {
            return end;
        }
        JsonObject ready = Pods.condition(pod, "Ready");
        String since = ready.string("lastTransitionTime");
        if (ready.string("status").equals("False") && !since.isEmpty()) {
            return Instant.parse(since);
        }
        Instant deleted = pod.deletionTimestamp();
        if (deleted != null) {
            long grace = pod.metadata().integer("deletionGracePeriodSeconds", 0);
            return deleted.minusSeconds(grace);
        }
        Instant created = pod.creationTimestamp();
        return created == null ? Instant.EPOCH : created;
    }

    /// When the last container ended; null when one has not. Of init containers only those that
    /// run beside the others count.
    private static @Nullable Instant endOfContainers(KubeObject pod) {
        List<String> sidecars =
                pod.spec().array("initContainers").objects().stream()
                        .filter(each -> each.string("restartPolicy").equals("Always"))
                        .map(each -> each.string("name"))
                        .toList();
        Instant last = null;
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonObject each : pod.status().array(list).objects()) {
                if (list.equals("initContainerStatuses")
                        && !sidecars.contains(each.string("name"))) {
                    continue;
                }
                String text = each.at("state", "terminated").string("finishedAt");
                if (text.isEmpty()) {
                    return null;
                }
                Instant end = Instant.parse(text);
                last = last == null || end.isAfter(last) ? end : last;
            }
        }
        return last;
    }
}
