package kat.app;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// Everything that can be chosen about a cluster. What is chosen at the first start is kept with
/// the cluster and holds for every later one.
///
/// @param name of the cluster: a DNS label, default `kat`
/// @param apiPort of the API server on loopback, 1 to 65535, default 6443
/// @param listen further addresses on which NodePorts answer; default none: loopback only
/// @param serviceRange IPv4 range of ClusterIPs, default 10.96.0.0/16
/// @param podRange IPv4 range that nodes take theirs from, default 10.244.0.0/16
/// @param simulatedNodes how many nodes without containers, 0 to 10000, default 0
/// @param realNode whether this machine is a node that runs containers, default true
/// @param containerdSocket absolute path of the socket of a containerd to use instead of a private
///     one, default empty: a private one
/// @param apiServer options that kube-apiserver has too, default none
/// @param etcd where the objects are kept, when not in the cluster's folder
/// @param ingress where Ingress listens
/// @param scheduler how pods are placed
/// @param kubelet how this machine's node does
/// @param second whether there are IPv6 addresses too
public record ClusterConfig(
        String name,
        int apiPort,
        List<String> listen,
        String serviceRange,
        String podRange,
        int simulatedNodes,
        boolean realNode,
        String containerdSocket,
        ServerOptions apiServer,
        EtcdChoice etcd,
        IngressChoice ingress,
        SchedulerChoice scheduler,
        KubeletChoice kubelet,
        SecondFamily second) {

    public static final String DEFAULT_NAME = "kat";
    public static final int DEFAULT_API_PORT = 6443;
    public static final String DEFAULT_SERVICE_RANGE = "10.96.0.0/16";
    public static final String DEFAULT_POD_RANGE = "10.244.0.0/16";
    public static final int MOST_SIMULATED_NODES = 10_000;

    private static final int LARGEST_RANGE = 8;

    /// Cluster DNS has the tenth address.
    private static final int SMALLEST_SERVICE_RANGE = 28;

    /// What one node takes.
    private static final int SMALLEST_POD_RANGE = 24;

    public static final ClusterConfig DEFAULTS =
            new ClusterConfig(
                    DEFAULT_NAME,
                    DEFAULT_API_PORT,
                    List.of(),
                    DEFAULT_SERVICE_RANGE,
                    DEFAULT_POD_RANGE,
                    0,
                    true,
                    "",
                    ServerOptions.NONE,
                    EtcdChoice.NONE,
                    IngressChoice.AUTOMATIC,
                    SchedulerChoice.USUAL,
                    KubeletChoice.USUAL,
                    SecondFamily.NONE);

    private static final Set<String> KEYS =
            new TreeSet<>(
                    List.of(
                            "name",
                            "apiPort",
                            "listen",
                            "serviceRange",
                            "podRange",
                            "simulatedNodes",
                            "realNode",
                            "containerdSocket",
                            "apiServer"));

    static {
        KEYS.addAll(EtcdChoice.KEYS);
        KEYS.addAll(IngressChoice.KEYS);
        KEYS.addAll(SchedulerChoice.KEYS);
        KEYS.addAll(KubeletChoice.KEYS);
        KEYS.addAll(SecondFamily.KEYS);
    }

    public ClusterConfig {
        listen = List.copyOf(listen);
        ConfigException.require(
                name.matches("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?"),
                "name",
                name,
                "at most 40 lower-case letters, digits and '-'");
        ConfigException.require(apiPort >= 1 && apiPort <= 65535, "apiPort", apiPort, "1 to 65535");
        ConfigException.require(
                simulatedNodes >= 0 && simulatedNodes <= MOST_SIMULATED_NODES,
                "simulatedNodes",
                simulatedNodes,
                "0 to " + MOST_SIMULATED_NODES);
        for (String address : listen) {
            boolean fits = second.isDual() || IpFamily.of(address) == IpFamily.IPV4;
            String wanted = "a list of " + (second.isDual() ? "IP" : "IPv4") + " addresses";
            ConfigException.require(fits && IpRange.isAddress(address), "listen", address, wanted);
        }
        ConfigException.require(
                !listen.contains("::") || listen.contains("0.0.0.0"),
                "listen",
                "::",
                "beside 0.0.0.0, since it opens the addresses of IPv4 too");
        ConfigException.require(
                containerdSocket.isEmpty() || containerdSocket.startsWith("/"),
                "containerdSocket",
                containerdSocket,
                "an absolute path or empty");
        requireRange("serviceRange", serviceRange, SMALLEST_SERVICE_RANGE);
        requireRange("podRange", podRange, SMALLEST_POD_RANGE);
    }

    private static void requireRange(String key, String value, int longest) {
        boolean holds;
        try {
            IpRange range = IpRange.parse(value);
            int prefix = range.prefix();
            holds = range.family() == IpFamily.IPV4 && prefix >= LARGEST_RANGE && prefix <= longest;
        } catch (IllegalArgumentException notOne) {
            holds = false;
        }
        String wanted =
                "an IPv4 range such as %s of %d to %d bits"
                        .formatted(DEFAULT_SERVICE_RANGE, LARGEST_RANGE, longest);
        ConfigException.require(holds, key, value, wanted);
    }

    /// Reads a configuration; what is not named keeps the value of `base`.
    ///
    /// @throws ConfigException on an unknown key or a value of the wrong type or range
    public static ClusterConfig parse(JsonObject tree, ClusterConfig base) {
        for (String key : tree.names()) {
            if (!KEYS.contains(key)) {
                throw new ConfigException(
                        "unknown key \"" + key + "\"; known are " + String.join(", ", KEYS));
            }
        }
        return new ClusterConfig(
                text(tree, "name", base.name),
                number(tree, "apiPort", base.apiPort),
                texts(tree, "listen", base.listen),
                text(tree, "serviceRange", base.serviceRange),
                text(tree, "podRange", base.podRange),
                number(tree, "simulatedNodes", base.simulatedNodes),
                truth(tree, "realNode", base.realNode),
                text(tree, "containerdSocket", base.containerdSocket),
                options(tree, base.apiServer),
                EtcdChoice.parse(tree, base.etcd),
                IngressChoice.parse(tree, base.ingress),
                SchedulerChoice.parse(tree, base.scheduler),
                KubeletChoice.parse(tree, base.kubelet),
                SecondFamily.parse(tree, base.second));
    }

    public JsonObject toJson() {
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("name", name)
                        .put("apiPort", apiPort)
                        .put("listen", JsonArray.ofStrings(listen))
                        .put("serviceRange", serviceRange)
                        .put("podRange", podRange)
                        .put("simulatedNodes", simulatedNodes)
                        .put("realNode", realNode)
                        .put("containerdSocket", containerdSocket)
                        .put("apiServer", apiServer.toJson());
        etcd.addTo(json);
        ingress.addTo(json);
        scheduler.addTo(json);
        kubelet.addTo(json);
        second.addTo(json);
        return json.build();
    }

    private static ServerOptions options(JsonObject tree, ServerOptions absent) {
        try {
            return switch (tree.get("apiServer")) {
                case null -> absent;
                case JsonObject named -> absent.with(named);
                case Json other -> throw wrongType("apiServer", "a list of options", other);
            };
        } catch (ConfigFileException e) {
            throw new ConfigException("apiServer: " + e.getMessage());
        }
    }

    static String text(JsonObject tree, String key, String absent) {
        return switch (tree.get(key)) {
            case null -> absent;
            case JsonString(String value) -> value;
            case Json other -> throw wrongType(key, "a text", other);
        };
    }

    static int number(JsonObject tree, String key, int absent) {
        return switch (tree.get(key)) {
            case null -> absent;
            case JsonNumber value when value.isInteger() ->
                    Math.clamp(value.longValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
            case Json other -> throw wrongType(key, "a whole number", other);
        };
    }

    private static boolean truth(JsonObject tree, String key, boolean absent) {
        return switch (tree.get(key)) {
            case null -> absent;
            case JsonBoolean value -> value.value();
            case Json other -> throw wrongType(key, "true or false", other);
        };
    }

    static List<String> texts(JsonObject tree, String key, List<String> absent) {
        return switch (tree.get(key)) {
            case null -> absent;
            case JsonArray array when array.strings().size() == array.size() -> array.strings();
            case Json other -> throw wrongType(key, "a list of texts", other);
        };
    }

    private static ConfigException wrongType(String key, String wanted, Json found) {
        return new ConfigException(key + " must be " + wanted + ", but is " + found);
    }

    public ClusterConfig withApiPort(int port) {
        return new ClusterConfig(
                name,
                port,
                listen,
                serviceRange,
                podRange,
                simulatedNodes,
                realNode,
                containerdSocket,
                apiServer,
                etcd,
                ingress,
                scheduler,
                kubelet,
                second);
    }

    public ClusterConfig withRanges(String services, String pods) {
        return new ClusterConfig(
                name,
                apiPort,
                listen,
                services,
                pods,
                simulatedNodes,
                realNode,
                containerdSocket,
                apiServer,
                etcd,
                ingress,
                scheduler,
                kubelet,
                second);
    }

    public ClusterConfig withSecond(SecondFamily chosen) {
        return new ClusterConfig(
                name,
                apiPort,
                listen,
                serviceRange,
                podRange,
                simulatedNodes,
                realNode,
                containerdSocket,
                apiServer,
                etcd,
                ingress,
                scheduler,
                kubelet,
                chosen);
    }

    public ClusterConfig withNodes(int simulated, boolean real) {
        return new ClusterConfig(
                name,
                apiPort,
                listen,
                serviceRange,
                podRange,
                simulated,
                real,
                containerdSocket,
                apiServer,
                etcd,
                ingress,
                scheduler,
                kubelet,
                second);
    }

    /// A configuration that cannot be used; the message is one sentence for its author.
    public static final class ConfigException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public ConfigException(String message) {
            super(message);
        }

        /// Here, since parts of a configuration are made before it.
        static void require(boolean holds, String key, Object value, String range) {
            if (!holds) {
                throw new ConfigException(key + " must be " + range + ", but is \"" + value + "\"");
            }
        }
    }
}
