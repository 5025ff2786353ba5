package kat.simulation.invariants;

import java.util.Optional;
import kat.api.KubeObject;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// What a Job counts as succeeded or failed never becomes less.
final class JobsCountOnce implements Invariant {

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject before = commit.before();
        KubeObject after = commit.after();
        if (!commit.isOf("jobs.batch") || before == null || after == null) {
            return Optional.empty();
        }
        for (String count : new String[] {"succeeded", "failed"}) {
            long was = before.status().integer(count, 0);
            long is = after.status().integer(count, 0);
            if (is < was) {
                return Optional.of(
                        "%s: %s fell from %d to %d".formatted(commit.name(), count, was, is));
            }
        }
        return Optional.empty();
    }
}
