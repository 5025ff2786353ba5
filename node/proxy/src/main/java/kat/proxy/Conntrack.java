package kat.proxy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
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

    /// Each deletion is a process of some milliseconds.
    private static final int MOST_SINGLE = 32;

    private final Commands commands;
    private final IpFamily family;
    private final AtomicBoolean missingTold = new AtomicBoolean();

    Conntrack(Commands commands, IpFamily family) {
        this.commands = commands;
        this.family = family;
    }

    /// Deletes flows, one by one; where there are many, all flows of their front ends, whose
    /// clients find their way again with the next packet.
    void delete(SequencedSet<UdpFlow> flows) throws InterruptedException {
        SequencedSet<UdpFlow> chosen = flows;
        if (flows.size() > MOST_SINGLE) {
            chosen = new TreeSet<>();
            for (UdpFlow flow : flows) {
                chosen.add(new UdpFlow(flow.address(), flow.port(), ""));
            }
        }
        for (UdpFlow flow : chosen) {
            delete(flow);
        }
    }

    /// Deletes the tracked flows of a front end; only those to an endpoint, if that is given.
    private void delete(UdpFlow flow) throws InterruptedException {
        List<String> line = new ArrayList<>(List.of("conntrack", "-D", "-p", "udp"));
        if (family == IpFamily.IPV6) {
            line.addAll(List.of("-f", "ipv6"));
        }
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
