package kat.controllers.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;

/// Deletes jobs so long after they finished as `ttlSecondsAfterFinished` says.
///
/// **Source:** kube-controller-manager `ttlafterfinished`.
public final class FinishedJobs implements Controller {

    @Override
    public String name() {
        return "ttl-after-finished-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(Watched.primary(Kinds.JOB));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject job = view.get(Kinds.JOB, key);
        if (job == null || job.isDeleting() || !job.spec().has("ttlSecondsAfterFinished")) {
            return Plan.NOTHING;
        }
        for (JsonObject condition : job.status().array("conditions").objects()) {
            boolean last = List.of("Complete", "Failed").contains(condition.string("type"));
            if (last && condition.string("status").equals("True")) {
                Instant end = Instant.parse(condition.string("lastTransitionTime"));
                long seconds = job.spec().integer("ttlSecondsAfterFinished", 0);
                Duration left = Duration.between(now, end.plusSeconds(seconds));
                return left.isPositive() ? Plan.after(left) : Plan.of(deletion(job));
            }
        }
        return Plan.NOTHING;
    }

    private static Change deletion(KubeObject job) {
        DeleteOptions options = DeleteOptions.of(job.uid()).withPropagation("Foreground");
        return new Change.Delete(Kinds.JOB, job.key(), options);
    }
}
