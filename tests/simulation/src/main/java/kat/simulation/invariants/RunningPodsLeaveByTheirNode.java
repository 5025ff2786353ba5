package kat.simulation.invariants;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// A pod that runs is not forgotten while it may still run: only its node lets it go, or somebody
/// who knows that the node is gone. With that, a StatefulSet never runs two pods of one ordinal.
///
/// A pod that its node has let go, but that a finalizer still holds, leaves by whoever takes the
/// finalizer away.
final class RunningPodsLeaveByTheirNode implements Invariant {

    private final Set<String> letGo = new HashSet<>(); // uids

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject before = commit.before();
        if (!commit.isOf("pods") || before == null) {
            return Optional.empty();
        }
        String node = before.spec().string("nodeName");
        KubeObject after = commit.after();
        if (after != null) {
            if (commit.actor().equals("system:node:" + node) && hasNoGrace(after)) {
                letGo.add(after.uid());
            }
            return Optional.empty();
        }
        boolean runs = before.status().string("phase").equals("Running");
        boolean isThere = objects.get("nodes", ObjectKey.of("", node)) != null;
        boolean isKnown = commit.actor().equals("system:node:" + node);
        return runs && isThere && !isKnown && !letGo.remove(before.uid())
                ? Optional.of(
                        "%s ran on %s and was removed by %s"
                                .formatted(commit.name(), node, commit.actor()))
                : Optional.empty();
    }

    private static boolean hasNoGrace(KubeObject pod) {
        return pod.isDeleting() && pod.metadata().integer("deletionGracePeriodSeconds", -1) == 0;
    }
}
