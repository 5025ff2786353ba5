package kat.simulation.invariants;

import java.util.Optional;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// A pod that runs is not forgotten while it may still run: only its node lets it go, or somebody
/// who knows that the node is gone. With that, a StatefulSet never runs two pods of one ordinal.
final class RunningPodsLeaveByTheirNode implements Invariant {

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject before = commit.before();
        if (!commit.isOf("pods") || commit.after() != null || before == null) {
            return Optional.empty();
        }
        String node = before.spec().string("nodeName");
        boolean runs = before.status().string("phase").equals("Running");
        boolean isThere = objects.get("nodes", ObjectKey.of("", node)) != null;
        boolean isKnown = commit.actor().equals("system:node:" + node);
        return runs && isThere && !isKnown
                ? Optional.of(
                        "%s ran on %s and was removed by %s"
                                .formatted(commit.name(), node, commit.actor()))
                : Optional.empty();
    }
}
