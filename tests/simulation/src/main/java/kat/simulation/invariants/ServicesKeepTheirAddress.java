package kat.simulation.invariants;

import java.util.Optional;
import kat.api.KubeObject;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// A Service has the address that it was given as long as it lives, and no other has it.
final class ServicesKeepTheirAddress implements Invariant {

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject after = commit.after();
        if (!commit.isOf("services") || after == null) {
            return Optional.empty();
        }
        String address = address(after);
        KubeObject before = commit.before();
        if (before != null && !address(before).equals(address)) {
            return Optional.of(
                    "%s had %s, has %s".formatted(commit.name(), address(before), address));
        }
        for (KubeObject other : objects.all("services")) {
            if (!other.uid().equals(after.uid()) && address(other).equals(address)) {
                return Optional.of(
                        "%s and %s have %s".formatted(commit.name(), other.key(), address));
            }
        }
        return Optional.empty();
    }

    private static String address(KubeObject service) {
        return service.spec().string("clusterIP");
    }
}
