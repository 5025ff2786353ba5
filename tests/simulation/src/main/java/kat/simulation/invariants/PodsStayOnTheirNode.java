package kat.simulation.invariants;

import java.util.Optional;
import kat.api.KubeObject;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// No pod is bound to two nodes, one after the other.
final class PodsStayOnTheirNode implements Invariant {

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject before = commit.before();
        KubeObject after = commit.after();
        if (!commit.isOf("pods") || before == null || after == null) {
            return Optional.empty();
        }
        String node = before.spec().string("nodeName");
        String next = after.spec().string("nodeName");
        return node.isEmpty() || node.equals(next)
                ? Optional.empty()
                : Optional.of("%s moved from %s to %s".formatted(commit.name(), node, next));
    }
}
