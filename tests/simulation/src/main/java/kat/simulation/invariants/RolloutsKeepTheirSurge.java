package kat.simulation.invariants;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// The ReplicaSets of a Deployment never want more pods together than its replicas and its
/// `maxSurge` allow. The controller may see the Deployment a while late.
final class RolloutsKeepTheirSurge implements Invariant {

    /// How late a controller may act on an older wish.
    private static final Duration LATE = Duration.ofMinutes(3);

    private final Map<String, Deque<Wish>> wishes = new HashMap<>();

    private record Wish(Instant when, long most) {}

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject after = commit.after();
        if (after == null) {
            return Optional.empty();
        }
        if (commit.isOf("deployments.apps")) {
            remember(commit, after);
            return Optional.empty();
        }
        OwnerReference owner = after.controller();
        if (!commit.isOf("replicasets.apps") || owner == null || !grows(commit, after)) {
            return Optional.empty();
        }
        long sum = 0;
        for (KubeObject set : objects.ownedBy("replicasets.apps", owner.uid())) {
            sum += set.spec().integer("replicas", 1);
        }
        long most = 0;
        for (Wish wish : wishes.getOrDefault(owner.uid(), new ArrayDeque<>())) {
            most = Math.max(most, wish.most());
        }
        return sum > most
                ? Optional.of(
                        "the sets of %s want %d pods of at most %d"
                                .formatted(owner.name(), sum, most))
                : Optional.empty();
    }

    private static boolean grows(Commit commit, KubeObject after) {
        KubeObject before = commit.before();
        long was = before == null ? 0 : before.spec().integer("replicas", 1);
        return after.spec().integer("replicas", 1) > was;
    }

    private void remember(Commit commit, KubeObject deployment) {
        long surge =
                deployment.spec().object("strategy").object("rollingUpdate").integer("maxSurge", 1);
        Deque<Wish> known = wishes.computeIfAbsent(deployment.uid(), _ -> new ArrayDeque<>());
        Instant old = commit.when().minus(LATE);
        known.addLast(new Wish(commit.when(), deployment.spec().integer("replicas", 1) + surge));
        while (known.size() > 1 && known.getFirst().when().isBefore(old)) {
            known.removeFirst();
        }
    }
}
