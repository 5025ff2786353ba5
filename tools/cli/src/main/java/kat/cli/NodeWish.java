package kat.cli;

import kat.api.json.JsonObject;
import kat.app.ClusterConfig;
import org.jspecify.annotations.Nullable;

/// What settings and options say about a cluster's nodes.
///
/// @param simulated how many without containers; null when not said
/// @param realNode whether the machine is to be one; null when not said
/// @param containerdSocket of a containerd to use; empty for a private one
record NodeWish(@Nullable Integer simulated, @Nullable Boolean realNode, String containerdSocket) {

    /// @param said what was said, by name as in [ClusterConfig]
    /// @param whole the same with everything that was not said
    static NodeWish of(JsonObject said, ClusterConfig whole) {
        return new NodeWish(
                said.has("simulatedNodes") ? (Integer) whole.simulatedNodes() : null,
                said.has("realNode") ? (Boolean) whole.realNode() : null,
                whole.containerdSocket());
    }

    /// Whether simulated nodes alone will not do.
    boolean needsContainers() {
        return Boolean.TRUE.equals(realNode)
                || (!containerdSocket.isEmpty() && !Boolean.FALSE.equals(realNode));
    }
}
