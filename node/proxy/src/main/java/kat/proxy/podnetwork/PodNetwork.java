package kat.proxy.podnetwork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kat.nftables.Commands;
import kat.nftables.Nftables;
import kat.proxy.NetworkConfig;

/// The machine's side of the pod network of one cluster: what [HostSide] makes for each family of
/// addresses, and the configuration for the CNI plugins.
///
/// **Threads:** one.
public final class PodNetwork {

    /// The name of the CNI configuration in [#configFolder].
    static final String CONFIG_FILE = "10-kat.conflist";

    private static final int USUAL_MTU = 1500;
    private static final Pattern DEVICE = Pattern.compile("\\bdev (\\S+)");

    private final List<NetworkConfig> families;
    private final List<HostSide> sides;
    private final Commands commands;
    private final Path folder;

    /// @param families one of each family of addresses, IPv4 first
    /// @param nftables of each of these families, in the same order
    /// @param folder of this cluster alone, for `net.d` and the addresses given out; made by
    ///     [#setUp], removed by [#remove]
    public PodNetwork(
            List<NetworkConfig> families,
            Commands commands,
            List<Nftables> nftables,
            HostClaims claims,
            Path folder) {
        this.families = List.copyOf(families);
        this.commands = commands;
        this.folder = folder;
        Path owner = folder.toAbsolutePath();
        List<HostSide> all = new ArrayList<>();
        for (int i = 0; i < families.size(); i++) {
            all.add(new HostSide(families.get(i), commands, nftables.get(i), claims, owner));
        }
        this.sides = List.copyOf(all);
    }

    /// Of one family of addresses.
    public PodNetwork(
            NetworkConfig config,
            Commands commands,
            Nftables nftables,
            HostClaims claims,
            Path folder) {
        this(List.of(config), commands, List.of(nftables), claims, folder);
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
        return families.getFirst().table();
    }

    /// Makes everything that is not there yet; harmless when repeated.
    ///
    /// @throws kat.nftables.CommandException when the machine refuses
    public void setUp() throws InterruptedException {
        sides.forEach(HostSide::requireFree); // before the first of them changes anything
        for (HostSide side : sides) {
            side.setUp();
        }
        describe();
    }

    /// Whether the name or an address of a family is that of another cluster, so that nothing of
    /// this family on the machine is this one's.
    ///
    /// @param family its place among the families
    public boolean isOfAnother(int family) {
        return sides.get(family).isOfAnother();
    }

    /// Whether a cluster of another home has this one's name, so that what bears that name is not
    /// this one's.
    public boolean isNamesake() {
        return sides.stream().anyMatch(HostSide::isNamesake);
    }

    /// Writes the CNI configuration and nothing else: what the container runtime needs in order to
    /// take pods off the network.
    public void describe() throws InterruptedException {
        writeCniConfig(readMtu());
    }

    /// What is wrong now, each as a sentence that says what to do; empty when all is well.
    public List<String> check() throws InterruptedException {
        List<String> problems = new ArrayList<>();
        for (HostSide side : sides) {
            problems.addAll(side.check());
        }
        return problems;
    }

    /// Takes away everything that [#setUp] and the pods made; harmless when repeated. Packet rules
    /// are taken away by the proxy. Of what is another cluster's, nothing is.
    public void remove() throws InterruptedException {
        for (HostSide side : sides.reversed()) {
            if (!side.isOfAnother()) {
                side.remove();
            }
        }
        deleteFolder(folder);
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
            Files.writeString(draft, CniConfig.text(families, mtu, addresses) + "\n");
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
}
