package kat.proxy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.nftables.Commands;
import kat.proxy.Fragment.UdpFlow;

/// Ends UDP flows that the kernel still sends to where they may not go any more. TCP needs none of
/// this: a connection to an endpoint that is gone ends by itself, one to an endpoint that only
/// stopped being ready must go on.
///
/// **Threads:** any.
final class Conntrack {

    private static final Logger LOG = System.getLogger("kat.proxy");

    /// The status of `conntrack -D` when there was nothing to delete.
    private static final int NOTHING_DELETED = 1;

    private final Commands commands;
    private final AtomicBoolean missingTold = new AtomicBoolean();

    Conntrack(Commands commands) {
        this.commands = commands;
    }

    /// Deletes the tracked flows of a front end; only those to an endpoint, if that is given.
    void delete(UdpFlow flow) throws InterruptedException {
        List<String> line = new ArrayList<>(List.of("conntrack", "-D", "-p", "udp"));
        if (!flow.address().isEmpty()) {
            line.addAll(List.of("--orig-dst", flow.address()));
        }
        line.addAll(List.of("--orig-port-dst", String.valueOf(flow.port())));
        if (!flow.endpoint().isEmpty()) {
            line.addAll(List.of("--dst-nat", flow.endpoint()));
        }
        Commands.Result result = commands.run(line, "");
        if (result.status() == Commands.NOT_FOUND) {
            if (missingTold.compareAndSet(false, true)) {
                LOG.log(
                        Level.WARNING,
                        "conntrack is not installed, UDP clients may wait for endpoints that are"
                                + " gone; install the package conntrack");
            }
        } else if (!result.isSuccess() && result.status() != NOTHING_DELETED) {
            LOG.log(
                    Level.WARNING,
                    "cannot delete tracked flows flow={0} error={1}",
                    flow,
                    result.error().strip());
        }
    }
}
