package kat.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.apiserver.ServerGuards;
import kat.apiserver.config.ConfigFileException;
import kat.app.ClusterConfig;
import kat.app.EtcdChoice;
import kat.app.IngressChoice;
import kat.app.SecondFamily;
import kat.base.Randomness;
import org.jspecify.annotations.Nullable;

/// Settles a cluster's configuration: what it was first started with, then the file given by
/// `--config`, then the options; ports and ranges that nobody chose are ones that are free.
final class ConfigChoice {

    private static final int PORTS_TO_TRY = 200;
    private static final Path NO_IPV6 = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");

    /// Settings that an option makes, and that option.
    private static final Map<String, String> OPTIONS =
            Map.of(
                    "apiPort",
                    "--api-port",
                    "listen",
                    "--listen",
                    "simulatedNodes",
                    "--simulated-nodes",
                    EtcdChoice.STORE,
                    UpOptions.STORE,
                    EtcdChoice.ENDPOINTS,
                    UpOptions.ENDPOINTS,
                    EtcdChoice.CA_FILE,
                    "--etcd-ca-file",
                    EtcdChoice.CERT_FILE,
                    "--etcd-cert-file",
                    EtcdChoice.KEY_FILE,
                    "--etcd-key-file",
                    EtcdChoice.PREFIX,
                    UpOptions.PREFIX,
                    SecondFamily.FAMILY,
                    UpOptions.IP_FAMILY);

    private static final Map<String, String> INGRESS =
            Map.of(
                    IngressChoice.HTTP_PORT,
                    UpOptions.INGRESS_HTTP,
                    IngressChoice.HTTPS_PORT,
                    UpOptions.INGRESS_HTTPS);

    private final ClusterOptions cluster;
    private final @Nullable ClusterConfig known;
    private final JsonObject said;

    /// @param known what the cluster was started with before; null for a new one
    /// @throws CliException when the file given by `--config` cannot be read
    ConfigChoice(ClusterOptions cluster, UpOptions options, @Nullable ClusterConfig known) {
        this.cluster = cluster;
        this.known = known;
        JsonObject file = JsonObject.EMPTY;
        if (!options.configFile().isEmpty()) {
            file = readFile(Path.of(options.configFile()));
            requireSettings(file, options.configFile());
        }
        this.said = withOptions(file.with("name", cluster.name()), options);
    }

    private void requireSettings(JsonObject settings, String file) {
        try {
            var unused = ClusterConfig.parse(settings, ClusterConfig.DEFAULTS);
        } catch (ClusterConfig.ConfigException e) {
            throw new CliException("the settings in " + file + ": " + e.getMessage(), e);
        }
    }

    /// What is said about nodes.
    ///
    /// @throws CliException when a setting cannot be
    NodeWish nodes() {
        return NodeWish.of(said, parsed());
    }

    /// What the file says was looked at before: what is wrong now was said by an option.
    private ClusterConfig parsed() {
        try {
            return ClusterConfig.parse(said, known == null ? ClusterConfig.DEFAULTS : known);
        } catch (ClusterConfig.ConfigException e) {
            String message = String.valueOf(e.getMessage());
            String key = message.substring(0, Math.max(0, message.indexOf(' ')));
            String option = OPTIONS.getOrDefault(key, INGRESS.getOrDefault(key, key));
            throw new CliException(option + message.substring(key.length()), e);
        }
    }

    /// @param others clusters, also those that are down
    /// @param path where programs are looked for
    ClusterConfig choose(NodeChoice nodes, List<ClusterConfig> others, String path)
            throws InterruptedException {
        ClusterConfig config = parsed().withNodes(nodes.simulated(), nodes.realNode());
        requireSocket(config);
        requireStore(config);
        requireFamily(config);
        requireOwnAddresses(config);
        requireServerFiles(config);
        if (known == null && !said.has("serviceRange") && !said.has("podRange")) {
            config = Ranges.free(config, others, path);
        }
        config = config.withSecond(config.second().chosen(Randomness.system()));
        boolean isChosen = known != null || said.has("apiPort");
        return isChosen ? requirePort(config) : withFreePort(config, others);
    }

    /// Pods live in one containerd, so a cluster cannot change it.
    private void requireSocket(ClusterConfig config) {
        String socket = config.containerdSocket();
        if (known != null && known.realNode() && !known.containerdSocket().equals(socket)) {
            throw new CliException(
                    "cluster "
                            + cluster.name()
                            + " uses "
                            + (known.containerdSocket().isEmpty()
                                    ? "a containerd of its own"
                                    : "the containerd at " + known.containerdSocket())
                            + "; delete the cluster to change that");
        }
        if (!socket.isEmpty() && !config.realNode()) {
            throw new CliException(
                    "simulated nodes use no containerd; leave --containerd-socket out, or add"
                            + " --real-node");
        }
        if (!socket.isEmpty() && !Files.exists(Path.of(socket))) {
            throw new CliException(
                    "there is no containerd socket "
                            + socket
                            + "; start that containerd, or leave --containerd-socket out");
        }
    }

    /// The server reads the files again; what is wrong with them is better said here.
    private static void requireServerFiles(ClusterConfig config) {
        try {
            var unused = ServerGuards.of(config.apiServer());
        } catch (ConfigFileException e) {
            throw new CliException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Objects do not move from one store to another.
    private void requireStore(ClusterConfig config) {
        boolean moves = known != null && known.etcd().isChosen() != config.etcd().isChosen();
        if (moves) {
            throw new CliException(
                    "cluster "
                            + cluster.name()
                            + " keeps its objects in "
                            + (config.etcd().isChosen() ? "its folder" : "etcd")
                            + "; delete the cluster to change that");
        }
        EtcdChoice etcd = config.etcd();
        for (String file : List.of(etcd.caFile(), etcd.certFile(), etcd.keyFile())) {
            if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
                throw new CliException("the file " + file + " for etcd cannot be read");
            }
        }
    }

    /// Services and pods keep the addresses that they have.
    private void requireFamily(ClusterConfig config) {
        if (known != null && !known.second().equals(config.second())) {
            throw new CliException(
                    "cluster "
                            + cluster.name()
                            + " has "
                            + (known.second().isDual()
                                    ? "the IPv6 ranges "
                                            + known.second().serviceRange()
                                            + " and "
                                            + known.second().podRange()
                                    : "IPv4 addresses only")
                            + "; delete the cluster to change that");
        }
        if (config.second().isDual() && !config.realNode()) {
            throw new CliException(
                    "simulated nodes have IPv4 addresses only; leave "
                            + UpOptions.IP_FAMILY
                            + " out, or add --real-node");
        }
        if (config.second().isDual() && !hasIpv6()) {
            throw new CliException(
                    "this machine has no IPv6 (net.ipv6.conf.all.disable_ipv6); switch it on, or"
                            + " leave "
                            + UpOptions.IP_FAMILY
                            + " out");
        }
    }

    private static boolean hasIpv6() {
        try {
            return Files.readString(NO_IPV6).strip().equals("0");
        } catch (IOException withoutIpv6) {
            return false;
        }
    }

    /// Outsiders come by addresses of this machine only.
    private static void requireOwnAddresses(ClusterConfig config) {
        for (String address : config.listen()) {
            if (!config.realNode()) {
                throw new CliException(
                        "simulated nodes open no ports; leave --listen out, or add --real-node");
            }
            try {
                InetAddress wanted = InetAddress.ofLiteral(address);
                if (!wanted.isAnyLocalAddress()
                        && NetworkInterface.getByInetAddress(wanted) == null) {
                    throw new CliException(
                            address + " is no address of this machine; `ip address` lists them");
                }
            } catch (SocketException e) {
                throw CliException.of("cannot read the addresses of this machine", e);
            }
        }
    }

    private static JsonObject withOptions(JsonObject file, UpOptions options) {
        JsonObject tree = file;
        if (options.apiPort() != null) {
            tree = tree.with("apiPort", options.apiPort());
        }
        if (!options.listen().isEmpty()) {
            tree = tree.with("listen", JsonArray.ofStrings(options.listen()));
        }
        if (options.simulatedNodes() != null) {
            tree = tree.with("simulatedNodes", options.simulatedNodes());
        }
        if (options.realNode()) {
            tree = tree.with("realNode", true);
        }
        if (!options.containerdSocket().isEmpty()) {
            Path socket = Path.of(options.containerdSocket()).toAbsolutePath().normalize();
            tree = tree.with("containerdSocket", socket.toString());
        }
        if (!options.apiServer().isEmpty()) {
            JsonObject.Builder all = tree.object("apiServer").toBuilder();
            options.apiServer().forEach(all::put);
            tree = tree.with("apiServer", all.build());
        }
        for (Map.Entry<String, Integer> port : options.ingressPorts().entrySet()) {
            tree = tree.with(port.getKey(), port.getValue());
        }
        return withStore(tree, options.store());
    }

    /// The server runs elsewhere, so paths are told in full.
    private static JsonObject withStore(JsonObject file, Map<String, String> chosen) {
        JsonObject tree = file;
        for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
            String value = chosen.get(option.getValue());
            if (value == null) {
                continue;
            }
            String key = option.getKey();
            if (key.equals(EtcdChoice.ENDPOINTS)) {
                List<String> members = List.of(value.split(",", -1));
                tree = tree.with(key, JsonArray.ofStrings(members));
            } else if (UpOptions.STORE_FILES.contains(option.getValue())) {
                tree = tree.with(key, Path.of(value).toAbsolutePath().normalize().toString());
            } else {
                tree = tree.with(key, value);
            }
        }
        return tree;
    }

    private static JsonObject readFile(Path file) {
        try {
            if (Yaml.parse(Files.readString(file)) instanceof JsonObject settings) {
                return settings;
            }
            throw new CliException(
                    file + " holds no settings; expected lines such as apiPort: 6443");
        } catch (YamlException e) {
            throw new CliException(
                    "the settings in " + file + " are not YAML: " + CliException.oneLine(e), e);
        } catch (IOException e) {
            throw CliException.of("cannot read the settings in " + file, e);
        }
    }

    private static ClusterConfig requirePort(ClusterConfig config) {
        if (isFree(config.apiPort())) {
            return config;
        }
        throw new CliException(
                "port "
                        + config.apiPort()
                        + " is in use by another program; choose another with --api-port");
    }

    /// One that no program has at present, and no other cluster when it comes up again.
    private static ClusterConfig withFreePort(ClusterConfig config, List<ClusterConfig> others) {
        Set<Integer> taken =
                others.stream().map(ClusterConfig::apiPort).collect(Collectors.toSet());
        for (int port = config.apiPort(); port < config.apiPort() + PORTS_TO_TRY; port++) {
            if (!taken.contains(port) && isFree(port)) {
                return config.withApiPort(port);
            }
        }
        throw new CliException("no port is free from " + config.apiPort() + " on; use --api-port");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
