package kat.proxy.podnetwork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kat.nftables.Commands;
import kat.nftables.Nftables;
import kat.proxy.NetworkConfig;

/// The machine's side of the pod network of one cluster.
///
/// - The **gateway**, the first address of the pod range, lies on the loopback device, so that it
///   is there before the first pod and whatever other devices do. API server and DNS listen on it.
/// - A **route** for the service range leads to the loopback device, so that programs of the
///   machine reach Services also where there is no default route. Packet rules send them on.
/// - An **unreachable route** for the pod range: packets for a pod that is gone are refused at once
///   and never leave the machine.
/// - **Forwarding** of IPv4 packets is switched on, and back when the last cluster goes.
///
/// **Threads:** one.
public final class PodNetwork {

    /// The name of the CNI configuration in [#configFolder].
    static final String CONFIG_FILE = "10-kat.conflist";

    private static final Logger LOG = System.getLogger("kat.network");
    private static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";
    private static final int USUAL_MTU = 1500;
    private static final Pattern DEVICE = Pattern.compile("\\bdev (\\S+)");
    private static final Pattern NAMESPACE = Pattern.compile("\\blink-netns (cni-[0-9a-f-]+)");

    private final NetworkConfig config;
    private final Commands commands;
    private final Nftables nftables;
    private final HostClaims claims;
    private final Path folder;
    private final FirewallOfOthers others;

    /// @param folder of this cluster alone, for `net.d` and the addresses given out; made by
    ///     [#setUp], removed by [#remove]
    public PodNetwork(
            NetworkConfig config,
            Commands commands,
            Nftables nftables,
            HostClaims claims,
            Path folder) {
        this.config = config;
        this.commands = commands;
        this.nftables = nftables;
        this.claims = claims;
        this.folder = folder;
        this.others = new FirewallOfOthers(commands, config);
    }

    /// The folder for the container runtime's setting of where CNI configurations are.
    public Path configFolder() {
        return folder.resolve("net.d");
    }

    /// Where `host-local` keeps which address is given out, below a folder with the network's name.
    Path addressFolder() {
        return folder.resolve("addresses");
    }

    /// The network's name in the CNI configuration.
    String name() {
        return config.table();
    }

    /// Makes everything that is not there yet; harmless when repeated.
    ///
    /// @throws kat.nftables.CommandException when the machine refuses
    public void setUp() throws InterruptedException {
        String forwarding = read(FORWARDING);
        claims.claim(claim(), forwarding);
        if (!forwarding.equals("1")) {
            write(FORWARDING, "1");
        }
        commands.require("ip", "addr", "replace", config.gateway() + "/32", "dev", "lo");
        commands.require(
                "ip",
                "route",
                "replace",
                config.serviceRange().toString(),
                "dev",
                "lo",
                "src",
                config.gateway());
        commands.require("ip", "route", "replace", "unreachable", config.podRange().toString());
        others.allow();
        describe();
    }

    private HostClaims.Claim claim() {
        return new HostClaims.Claim(
                config.cluster(),
                folder.toAbsolutePath(),
                List.of(config.serviceRange(), config.clusterRange()));
    }

    /// Whether the name or an address is that of another cluster, so that nothing on the machine
    /// is this one's.
    public boolean isOfAnother() {
        return !claims.refusal(claim()).isEmpty();
    }

    /// Writes the CNI configuration and nothing else: what the container runtime needs in order to
    /// take pods off the network.
    public void describe() throws InterruptedException {
        writeCniConfig(readMtu());
    }

    /// What is wrong now, each as a sentence that says what to do; empty when all is well.
    public List<String> check() throws InterruptedException {
        List<String> problems = new ArrayList<>();
        if (!read(FORWARDING).equals("1")) {
            problems.add(
                    "the kernel does not forward packets, pods reach nothing; another program"
                            + " switched net.ipv4.ip_forward off, run kat up again");
        }
        if (!commands.run("ip", "-4", "-o", "addr", "show", "dev", "lo")
                .output()
                .contains(" " + config.gateway() + "/32 ")) {
            problems.add(
                    "the pods' gateway "
                            + config.gateway()
                            + " is missing on the loopback device; run kat up again");
        }
        if (others.isBlocking()) {
            problems.add(
                    "a firewall drops pods' packets (chain FORWARD or I"
                            + "NPUT has policy drop); run kat"
                            + " up again to let pods' packets pass");
        }
        return problems;
    }

    /// Takes away everything that [#setUp] and the pods made; harmless when repeated. Packet rules
    /// are taken away by the proxy. Of what is another cluster's, nothing is.
    public void remove() throws InterruptedException {
        if (isOfAnother()) {
            deleteFolder(folder);
            return;
        }
        removePodDevices();
        others.disallow();
        commands.run("ip", "route", "delete", config.serviceRange().toString(), "dev", "lo");
        commands.run("ip", "route", "delete", "unreachable", config.podRange().toString());
        commands.run("ip", "addr", "delete", config.gateway() + "/32", "dev", "lo");
        restoreForwarding(claims.release(config.cluster()));
        deleteFolder(folder);
    }

    /// Where others have packet rules of their own, forwarding may be theirs by now and stays on.
    private void restoreForwarding(Optional<String> before) throws InterruptedException {
        if (before.isEmpty() || before.get().equals("1")) {
            return;
        }
        List<String> tables =
                nftables.readTables().stream().filter(name -> !name.startsWith("kat-")).toList();
        if (tables.isEmpty()) {
            write(FORWARDING, before.get());
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
        String routes =
                commands.run("ip", "-4", "route", "show", "root", config.podRange().toString())
                        .output();
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

    private int readMtu() throws InterruptedException {
        Matcher device =
                DEVICE.matcher(commands.run("ip", "-4", "route", "show", "default").output());
        if (!device.find()) {
            return USUAL_MTU;
        }
        String mtu = read("/sys/class/net/" + device.group(1) + "/mtu");
        return mtu.matches("[0-9]{3,5}") ? Integer.parseInt(mtu) : USUAL_MTU;
    }

    private void writeCniConfig(int mtu) throws InterruptedException {
        Path addresses = addressFolder();
        Path boot = folder.resolve("boot");
        String bootId = read("/proc/sys/kernel/random/boot_id");
        try {
            Files.createDirectories(configFolder());
            if (!Files.exists(boot) || !Files.readString(boot).equals(bootId)) {
                deleteFolder(addresses);
                Files.writeString(boot, bootId);
            }
            Files.createDirectories(addresses);
            Path file = configFolder().resolve(CONFIG_FILE);
            Path draft = folder.resolve(CONFIG_FILE + ".draft");
            Files.writeString(draft, CniConfig.text(config, mtu, addresses) + "\n");
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the CNI configuration in " + folder, e);
        }
    }

    private static void deleteFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    private String read(String file) throws InterruptedException {
        return commands.run("cat", file).output().strip();
    }

    private void write(String file, String value) throws InterruptedException {
        commands.require("sh", "-c", "echo " + value + " > " + file);
    }
}
