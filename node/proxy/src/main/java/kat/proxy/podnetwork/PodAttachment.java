package kat.proxy.podnetwork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// Puts pods on the pod network by calling the CNI plugin itself, where a container runtime was
/// told of another network by its owner: the device that the runtime gave a pod is set aside under
/// another name, and brought back before the runtime takes it away.
///
/// Which address a pod has stands in the files of the plugin `host-local`: they outlive KAT, and
/// there is no second record of it.
///
/// **Source:** CNI specification 0.4.0.
///
/// **Threads:** any.
public final class PodAttachment {

    private static final String DEVICE = "eth0";
    private static final String SET_ASIDE = "runtime0";

    private final PodNetwork network;
    private final Path plugins;
    private final Commands commands;

    /// @param plugins folder of the CNI plugins
    public PodAttachment(PodNetwork network, Path plugins, Commands commands) {
        this.network = network;
        this.plugins = plugins;
        this.commands = commands;
    }

    /// @param id of the sandbox
    /// @param namespace file of its network namespace
    /// @throws CommandException when the plugin fails
    public void attach(String id, String namespace) throws InterruptedException {
        rename(namespace, DEVICE, SET_ASIDE);
        call("ADD", id, namespace);
    }

    /// Harmless when repeated.
    ///
    /// @param namespace may be empty or absent, when it is gone
    /// @throws CommandException when the plugin fails
    public void detach(String id, String namespace) throws InterruptedException {
        boolean there = !namespace.isEmpty() && Files.exists(Path.of(namespace));
        call("DEL", id, there ? namespace : "");
        if (there) {
            rename(namespace, SET_ASIDE, DEVICE);
        }
    }

    /// The sandbox's addresses, that of IPv4 first; empty when it has none.
    public List<String> addresses(String id) {
        Path given = network.addressFolder().resolve(network.name());
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(given)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (IpRange.isAddress(name) && holder(file).equals(id)) {
                    found.add(name);
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the addresses in " + given, e);
        }
        found.sort(Comparator.comparing(IpFamily::of));
        return found;
    }

    private static String holder(Path file) throws IOException {
        try {
            return Files.readString(file).strip().lines().findFirst().orElse("");
        } catch (NoSuchFileException givenBack) {
            return "";
        }
    }

    private void rename(String namespace, String from, String to) throws InterruptedException {
        String inside = "--net=" + namespace;
        if (commands.run("nsenter", inside, "ip", "link", "show", from).isSuccess()) {
            commands.require("nsenter", inside, "ip", "link", "set", from, "down");
            commands.require("nsenter", inside, "ip", "link", "set", from, "name", to);
        }
    }

    private void call(String command, String id, String namespace) throws InterruptedException {
        JsonObject plugin = plugin();
        Path program = plugins.resolve(plugin.string("type"));
        Commands.Result result =
                commands.run(
                        List.of(
                                "env",
                                "CNI_COMMAND=" + command,
                                "CNI_CONTAINERID=" + id,
                                "CNI_NETNS=" + namespace,
                                "CNI_IFNAME=" + DEVICE,
                                "CNI_PATH=" + plugins,
                                program.toString()),
                        plugin.toString());
        if (!result.isSuccess()) {
            throw new CommandException(
                    "the CNI plugin "
                            + program
                            + " failed at "
                            + command
                            + ": "
                            + result.output().strip()
                            + result.error().strip());
        }
    }

    /// The first plugin of the list, with the list's name and version, as the CNI library passes
    /// it.
    private JsonObject plugin() {
        Path file = network.configFolder().resolve(PodNetwork.CONFIG_FILE);
        try {
            if (Json.parse(Files.readAllBytes(file)) instanceof JsonObject list) {
                return list.array("plugins")
                        .objects()
                        .getFirst()
                        .with("name", list.string("name"))
                        .with("cniVersion", list.string("cniVersion"));
            }
            throw new CommandException(file + " is no CNI configuration");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the CNI configuration " + file, e);
        }
    }
}
