package kat.simulation.invariants;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kat.api.KubeObject;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// An object that is gone never comes back, a deletion is never taken back, and an object does not
/// become another.
final class DeletedStaysDeleted implements Invariant {

    private final Set<String> gone = new HashSet<>();

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject before = commit.before();
        KubeObject after = commit.after();
        if (after == null) {
            gone.add(commit.object().uid());
            return Optional.empty();
        }
        if (gone.contains(after.uid())) {
            return Optional.of(commit.name() + " is back");
        }
        if (before != null && !before.uid().equals(after.uid())) {
            return Optional.of(commit.name() + " became another object");
        }
        if (before != null && before.isDeleting() && !after.isDeleting()) {
            return Optional.of("the deletion of " + commit.name() + " was taken back");
        }
        return Optional.empty();
    }
}
