package kat.cli;

import java.util.List;
import kat.app.ClusterConfig;
import org.jspecify.annotations.Nullable;

/// Which nodes a cluster gets on this machine, and why.
///
/// @param simulated how many without containers
/// @param realNode whether the machine itself is one
/// @param missing parts that the real node needs and the machine lacks
/// @param why one line for the user where it is not what they may expect; else empty
record NodeChoice(int simulated, boolean realNode, List<Host.Part> missing, String why) {

    /// Enough to see scheduling at work.
    static final int DEFAULT_SIMULATED = 3;

    NodeChoice {
        missing = List.copyOf(missing);
    }

    /// @param known what the cluster was started with before; null for a new one
    /// @param noInstall whether the user takes care of what is missing
    /// @throws CliException when real containers are wanted by name and this user cannot have them
    static NodeChoice of(
            ClusterOptions cluster,
            NodeWish wish,
            @Nullable ClusterConfig known,
            Host host,
            boolean noInstall) {
        Integer number = wish.simulated();
        int asked = number != null ? number : known != null ? known.simulatedNodes() : 0;
        if (!wantsReal(wish, known, asked)) {
            return new NodeChoice(asked, false, List.of(), "");
        }
        boolean had = known != null && known.realNode();
        if (!host.root() && (had || wish.needsContainers())) {
            throw new CliException(
                    (had ? "the cluster has" : "you asked for")
                            + " real containers, which need root: run `"
                            + cluster.commandAsRoot("up")
                            + "` instead");
        }
        if (!host.root()) {
            return instead(
                    asked,
                    "KAT does not run as root",
                    "run `"
                            + cluster.command("delete")
                            + "` and then `"
                            + cluster.commandAsRoot("up")
                            + "`");
        }
        List<Host.Part> missing = host.missingParts(!wish.containerdSocket().isEmpty());
        boolean hopeless = !missing.isEmpty() && !host.canInstall() && !noInstall;
        return hopeless && !had && !wish.needsContainers()
                ? instead(asked, "this machine lacks " + Host.describe(missing), "install them")
                : new NodeChoice(asked, true, missing, "");
    }

    private static boolean wantsReal(NodeWish wish, @Nullable ClusterConfig known, int asked) {
        if (wish.realNode() != null) {
            return wish.realNode();
        }
        boolean usual = known != null ? known.realNode() : asked == 0;
        return wish.simulated() == null && usual;
    }

    private static NodeChoice instead(int asked, String reason, String remedy) {
        int simulated = asked > 0 ? asked : DEFAULT_SIMULATED;
        return new NodeChoice(
                simulated,
                false,
                List.of(),
                "No real containers, since "
                        + reason
                        + ": starting with "
                        + simulated
                        + (simulated == 1 ? " simulated node" : " simulated nodes")
                        + "; for real ones "
                        + remedy
                        + ".");
    }
}
