package kat.proxy.podnetwork;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.nftables.Change;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
import kat.nftables.Nftables;
import kat.nftables.Transaction;
import kat.proxy.NetworkConfig;

/// What a cluster's pods of one family of addresses need of the machine: [HostTraces], passage
/// through the [FirewallOfOthers], and forwarding of the family's packets, which is switched
/// on, and back when the last cluster goes.
///
/// **Threads:** one.
final class HostSide {

    private static final Logger LOG = System.getLogger("kat.network");
    private static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";
    private static final String FORWARDING_6 = "/proc/sys/net/ipv6/conf/all/forwarding";
    private static final Pattern DEVICE = Pattern.compile("\\bdev (\\S+)");

    private final NetworkConfig config;
    private final Commands commands;
    private final Nftables nftables;
    private final HostClaims claims;
    private final FirewallOfOthers others;
    private final HostTraces traces;
    private final boolean isIpv6;
    private final Path owner;

    /// @param owner the folder of the cluster's network
    HostSide(
            NetworkConfig config,
            Commands commands,
            Nftables nftables,
            HostClaims claims,
            Path owner) {
        this.owner = owner;
        this.config = config;
        this.commands = commands;
        this.nftables = nftables;
        this.claims = claims.of(config.family());
        this.others = new FirewallOfOthers(commands, config);
        this.traces = new HostTraces(config, commands);
        this.isIpv6 = config.family() == IpFamily.IPV6;
    }

    private String switchFile() {
        return isIpv6 ? FORWARDING_6 : FORWARDING;
    }

    /// @throws kat.nftables.CommandException when the machine refuses
    void setUp() throws InterruptedException {
        String forwarding = read(switchFile());
        for (HostClaims.Claim gone : claims.claim(claim(), forwarding)) {
            clearAway(gone);
        }
        if (!forwarding.equals("1")) {
            keepDefaultRoute();
            write(switchFile(), "1");
        }
        traces.make();
        others.allow();
    }

    private void clearAway(HostClaims.Claim gone) throws InterruptedException {
        LOG.log(
                Level.INFO,
                "clearing away a cluster whose server and containers are gone cluster={0} of={1}",
                gone.cluster(),
                gone.owner());
        NetworkRanges ranges = new NetworkRanges(gone.ranges().getFirst(), gone.ranges().getLast());
        NetworkConfig left =
                new NetworkConfig(
                        gone.cluster(),
                        "",
                        ranges.services(),
                        ranges.pods(),
                        ranges.nodePods(),
                        List.of());
        nftables.apply(new Transaction(left.table(), List.of(new Change.RemoveTable())));
        new FirewallOfOthers(commands, left).disallow();
        new HostTraces(left, commands).remove();
    }

    private HostClaims.Claim claim() {
        return new HostClaims.Claim(
                config.cluster(), owner, List.of(config.serviceRange(), config.clusterRange()));
    }

    /// Whether the name or an address is that of another cluster.
    boolean isOfAnother() {
        return !claims.refusal(claim()).isEmpty();
    }

    /// Whether the name is that of another home's cluster.
    boolean isNamesake() {
        return !claims.refusal(new HostClaims.Claim(config.cluster(), owner, List.of())).isEmpty();
    }

    /// @throws CommandException when the name or an address is another's already
    void requireFree() {
        String refusal = claims.refusal(claim());
        if (!refusal.isEmpty()) {
            throw new CommandException(refusal);
        }
    }

    /// A machine that forwards IPv6 no longer learns its own default route from routers, unless it
    /// is told to.
    private void keepDefaultRoute() throws InterruptedException {
        if (!isIpv6) {
            return;
        }
        String routes = commands.run("ip", "-6", "route", "show", "default").output();
        for (String route : routes.split("\n", -1)) {
            Matcher device = DEVICE.matcher(route);
            if (route.contains(" proto ra ") && device.find()) {
                String file = "/proc/sys/net/ipv6/conf/" + device.group(1) + "/accept_ra";
                if (read(file).equals("1")) {
                    write(file, "2");
                }
            }
        }
    }

    List<String> check() throws InterruptedException {
        List<String> problems = new ArrayList<>();
        if (!read(switchFile()).equals("1")) {
            problems.add(
                    "the kernel does not forward packets, pods reach nothing; another program"
                            + " switched "
                            + (isIpv6 ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward")
                            + " off, run kat up again");
        }
        if (!commands.run("ip", isIpv6 ? "-6" : "-4", "-o", "addr", "show", "dev", "lo")
                .output()
                .contains(" " + traces.gateway() + " ")) {
            problems.add(
                    "the pods' gateway "
                            + config.gateway()
                            + " is missing on the loopback device; run kat up again");
        }
        if (others.isBlocking()) {
            problems.add(
                    "a firewall drops pods' packets (chain FORWARD or INPUT has policy drop); run"
                            + " kat up again to let pods' packets pass");
        }
        return problems;
    }

    /// Takes away everything that [#setUp] and the pods made; harmless when repeated.
    void remove() throws InterruptedException {
        others.disallow();
        traces.remove();
        restoreForwarding(claims.release(claim()));
    }

    /// Where others have packet rules of their own, forwarding may be theirs by now and stays on.
    private void restoreForwarding(Optional<String> before) throws InterruptedException {
        if (before.isEmpty() || before.get().equals("1")) {
            return;
        }
        List<String> tables =
                nftables.readTables().stream().filter(name -> !name.startsWith("kat-")).toList();
        if (tables.isEmpty()) {
            write(switchFile(), before.get());
        } else {
            LOG.log(
                    Level.INFO,
                    "forwarding stays on because other programs have packet rules tables={0}",
                    tables);
        }
    }

    private String read(String file) throws InterruptedException {
        return commands.run("cat", file).output().strip();
    }

    private void write(String file, String value) throws InterruptedException {
        commands.require("sh", "-c", "echo " + value + " > " + file);
    }
}
