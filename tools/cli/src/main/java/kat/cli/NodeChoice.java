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
    static NodeChoice of(UpOptions options, @Nullable ClusterConfig known, Host host) {
        Integer chosen = options.simulatedNodes();
        int asked = chosen != null ? chosen : known != null ? known.simulatedNodes() : 0;
        boolean usual = known != null ? known.realNode() : asked == 0;
        boolean wantsReal = options.realNode() || (chosen == null && usual);
        if (!wantsReal) {
            return new NodeChoice(asked, false, List.of(), "");
        }
        List<Host.Part> missing = host.missingParts(!options.containerdSocket().isEmpty());
        if (host.root()) {
            boolean hopeless = !missing.isEmpty() && !host.canInstall() && !options.noInstall();
            return hopeless
                    ? instead(asked, "this machine lacks " + Host.describe(missing), "install them")
                    : new NodeChoice(asked, true, missing, "");
        }
        return instead(asked, "KAT does not run as root", "run `sudo ./kat up`");
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
                        + " simulated nodes; for real ones "
                        + remedy
                        + ".");
    }
}
