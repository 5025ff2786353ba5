package kat.proxy.podnetwork;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
import kat.nftables.Nftables;
import kat.proxy.NetworkConfig;

/// What a cluster's pods of one family of addresses need of the machine.
///
/// - The **gateway**, the first address of the pod range, lies on the loopback device, so that it
///   is there before the first pod and whatever other devices do. API server and DNS listen on it.
/// - A **route** for the service range leads to the loopback device, so that programs of the
///   machine reach Services also where there is no default route. Packet rules send them on.
/// - An **unreachable route** for the pod range: packets for a pod that is gone are refused at once
///   and never leave the machine.
/// - **Forwarding** of the family's packets is switched on, and back when the last cluster goes.
///
/// **Threads:** one.
final class HostSide {

    private static final Logger LOG = System.getLogger("kat.network");
    private static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";
    private static final String FORWARDING_6 = "/proc/sys/net/ipv6/conf/all/forwarding";
    private static final Pattern DEVICE = Pattern.compile("\\bdev (\\S+)");
    private static final Pattern NAMESPACE = Pattern.compile("\\blink-netns (cni-[0-9a-f-]+)");

    private final NetworkConfig config;
    private final Commands commands;
    private final Nftables nftables;
    private final HostClaims claims;
    private final FirewallOfOthers others;
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
        this.isIpv6 = config.family() == IpFamily.IPV6;
    }

    private String switchFile() {
        return isIpv6 ? FORWARDING_6 : FORWARDING;
    }

    private String gateway() {
        return config.gateway() + "/" + config.family().bits();
    }

    private String[] ip(String... words) {
        List<String> line = new ArrayList<>(List.of("ip"));
        if (isIpv6) {
            line.add("-6");
        }
        line.addAll(List.of(words));
        return line.toArray(String[]::new);
    }

    /// @throws kat.nftables.CommandException when the machine refuses
    void setUp() throws InterruptedException {
        String forwarding = read(switchFile());
        claims.claim(claim(), forwarding);
        if (!forwarding.equals("1")) {
            keepDefaultRoute();
            write(switchFile(), "1");
        }
        String services = config.serviceRange().toString();
        commands.require(ip("addr", "replace", gateway(), "dev", "lo"));
        commands.require(ip("route", "replace", services, "dev", "lo", "src", config.gateway()));
        commands.require(ip("route", "replace", "unreachable", config.podRange().toString()));
        others.allow();
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
                .contains(" " + gateway() + " ")) {
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
        removePodDevices();
        others.disallow();
        commands.run(ip("route", "delete", config.serviceRange().toString(), "dev", "lo"));
        commands.run(ip("route", "delete", "unreachable", config.podRange().toString()));
        commands.run(ip("addr", "delete", gateway(), "dev", "lo"));
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

    /// Devices of pods that the container runtime left behind are those that a route to an address
    /// of the pod range goes through.
    private void removePodDevices() throws InterruptedException {
        String family = isIpv6 ? "-6" : "-4";
        String range = config.podRange().toString();
        String routes = commands.run("ip", family, "route", "show", "root", range).output();
        for (String route : routes.split("\n", -1)) {
            Matcher device = DEVICE.matcher(route);
            if (device.find() && device.group(1).startsWith("veth")) {
                String link = commands.run("ip", "-o", "link", "show", device.group(1)).output();
                commands.run("ip", "link", "delete", device.group(1));
                Matcher namespace = NAMESPACE.matcher(link);
                if (namespace.find()) {
                    commands.run("ip", "netns", "delete", namespace.group(1));
                }
            }
        }
    }

    private String read(String file) throws InterruptedException {
        return commands.run("cat", file).output().strip();
    }

    private void write(String file, String value) throws InterruptedException {
        commands.require("sh", "-c", "echo " + value + " > " + file);
    }
}
