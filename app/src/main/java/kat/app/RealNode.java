package kat.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.apiserver.ApiServer;
import kat.apiserver.auth.NodeAuthorizer;
import kat.app.nodeapi.NodeApi;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.client.Informers;
import kat.client.Transport;
import kat.client.node.NodeGateway;
import kat.dns.ClusterDns;
import kat.dns.DnsConfig;
import kat.dns.DnsObjects;
import kat.kubelet.Kubelet;
import kat.kubelet.KubeletConfig;
import kat.kubelet.MachineFacts;
import kat.kubelet.MachineRoom;
import kat.kubelet.settings.NodeSettings;
import kat.kubelet.shutdown.FileSignal;
import kat.kubelet.shutdown.LogindSignal;
import kat.kubelet.shutdown.ShutdownSignal;
import kat.kubelet.volumes.DiskPrograms;
import kat.kubelet.volumes.LinuxMounts;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;
import kat.nftables.NftProgram;
import kat.nftables.Nftables;
import kat.proxy.NetworkConfig;
import kat.proxy.ServiceProxy;
import kat.proxy.podnetwork.NetworkRanges;
import org.jspecify.annotations.Nullable;

/// This machine as a node: pod network, containerd, kubelet, proxy and cluster DNS.
///
/// **Threads:** one owner.
final class RealNode {

    private static final int DNS_PORT = 53;
    private static final Path PROGRAMS = Path.of("/usr/bin");
    private static final String SHUTDOWN_FILE = "shutdown";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
    private static final Logger LOG = System.getLogger("kat.app.node");

    /// @param gateway where API server and DNS listen for pods
    /// @param dns the address of the Service `kube-dns`
    record Addresses(String gateway, String dns) {}

    private final Addresses addresses;
    private final NodeGround ground;
    private final Kubelet kubelet;
    private final List<ServiceProxy> proxies;
    private final ClusterDns dns;
    private final Transport publisher;
    private final NodeApi nodeApi;

    /// @param dns of the cluster, begun by the node's owner
    RealNode(
            ClusterConfig config,
            ClusterFiles files,
            NodeSettings settings,
            NodeGround ground,
            ControlPlane controlPlane,
            ClusterDns dns,
            Ticker ticker) {
        this.addresses = addresses(config);
        this.publisher = controlPlane.transport("system:kat");
        this.ground = ground;
        this.dns = dns;
        String nodeName = MachineAddress.hostName();
        this.kubelet =
                new Kubelet(
                        kubeletConfig(config, files, nodeName).withSettings(settings),
                        controlPlane.apiServer().transport(NodeAuthorizer.agent(nodeName)),
                        controlPlane.informers(),
                        ground.containerd().runtime(),
                        ticker,
                        new Kubelet.Machine(
                                MachineFacts.read(files.node()),
                                new LinuxMounts(),
                                new DiskPrograms(ticker),
                                MachineRoom.of(Path.of("/proc")),
                                shutdownSignal(config, files, ticker)));
        this.nodeApi = nodeApi(config, controlPlane, nodeName, ticker);
        this.proxies = new ArrayList<>();
        for (int i = 0; i < ground.networks().size(); i++) {
            proxies.add(
                    new ServiceProxy(
                            controlPlane.informers(),
                            ground.networks().get(i),
                            ground.nftables().get(i),
                            ground.commands(),
                            ticker));
        }
    }

    /// The names of a cluster, answered at the gateway of its pods.
    static ClusterDns dns(
            ClusterConfig config, Informers informers, Ticker ticker, Randomness randomness) {
        Addresses addresses = addresses(config);
        return new ClusterDns(
                informers,
                DnsConfig.usual(
                        new InetSocketAddress(addresses.gateway(), DNS_PORT),
                        ranges(config),
                        addresses.dns()),
                ticker,
                randomness);
    }

    /// The machine's logind where it has one, and a file for others.
    private static ShutdownSignal shutdownSignal(
            ClusterConfig config, ClusterFiles files, Ticker ticker) {
        return ShutdownSignal.of(
                List.of(
                        new LogindSignal(PROGRAMS, logindSettings(config), ticker),
                        new FileSignal(files.node().resolve("kubelet"), SHUTDOWN_FILE)));
    }

    /// Where logind is told to wait for this cluster's pods.
    static Path logindSettings(ClusterConfig config) {
        return LogindSignal.SYSTEM_FOLDER.resolve("99-kat-" + config.name() + ".conf");
    }

    /// Like everything of the cluster, the node answers the machine itself and pods; others only
    /// where the user said so.
    private NodeApi nodeApi(
            ClusterConfig config, ControlPlane controlPlane, String nodeName, Ticker ticker) {
        String address = MachineAddress.find(addresses.gateway());
        boolean open = config.listen().contains(address) || config.listen().contains("0.0.0.0");
        List<IpRange> pods =
                networks(config, nodeName).stream().map(NetworkConfig::clusterRange).toList();
        Predicate<InetAddress> admits =
                peer ->
                        open
                                || MachineAddress.isOwn(peer)
                                || pods.stream()
                                        .anyMatch(range -> range.contains(peer.getHostAddress()));
        ApiServer apiServer = controlPlane.apiServer();
        return new NodeApi(
                new NodeApi.Node(
                        nodeName,
                        address,
                        secondAddress(config),
                        key -> podOf(controlPlane, key, nodeName)),
                new NodeApi.Access(
                        (http, addresses, handler) ->
                                apiServer.nodeServer(nodeName, addresses, http, handler, admits),
                        apiServer.nodeAuthenticator(),
                        apiServer.authorizer()),
                kubelet.gateway(),
                ticker);
    }

    private static @Nullable KubeObject podOf(
            ControlPlane controlPlane, ObjectKey key, String nodeName) {
        KubeObject pod = controlPlane.informers().get(Kinds.POD, key);
        return pod != null && pod.spec().string("nodeName").equals(nodeName) ? pod : null;
    }

    static KubeletConfig kubeletConfig(ClusterConfig config, ClusterFiles files, String nodeName) {
        NetworkRanges ranges = NetworkRanges.of(config.serviceRange(), config.podRange());
        return KubeletConfig.of(
                        nodeName,
                        MachineAddress.find(ranges.nodePods().address(1)),
                        files.node().resolve("kubelet"))
                .withDns(List.of(ranges.dnsAddress()), "cluster.local")
                .withPodRanges(
                        networks(config, nodeName).stream()
                                .map(network -> network.podRange().toString())
                                .toList())
                .withSecondAddress(secondAddress(config))
                .withCgroupRoot(cgroupRoot(config.name()));
    }

    /// Below which all containers of a cluster are.
    static String cgroupRoot(String cluster) {
        return "/kat-" + cluster;
    }

    /// Empty where there is one family.
    private static String secondAddress(ClusterConfig config) {
        SecondFamily second = config.second();
        if (!second.isDual()) {
            return "";
        }
        NetworkRanges ranges = NetworkRanges.of(second.serviceRange(), second.podRange());
        return MachineAddress.find(IpFamily.IPV6, ranges.nodePods().address(1));
    }

    static List<String> ranges(ClusterConfig config) {
        List<String> ranges = new ArrayList<>(List.of(config.serviceRange(), config.podRange()));
        if (config.second().isDual()) {
            ranges.add(config.second().serviceRange());
            ranges.add(config.second().podRange());
        }
        return ranges;
    }

    static List<Nftables> nftables(List<NetworkConfig> networks, Commands commands) {
        return networks.stream()
                .map(network -> (Nftables) new NftProgram(commands, network.family()))
                .toList();
    }

    /// The way to this node's containers, for logs, exec and the like.
    NodeGateway gateway() {
        return kubelet.gateway();
    }

    static Addresses addresses(ClusterConfig config) {
        NetworkRanges ranges = NetworkRanges.of(config.serviceRange(), config.podRange());
        return new Addresses(ranges.nodePods().address(1), ranges.dnsAddress());
    }

    /// Where Services of type LoadBalancer are reached: where the user said that the cluster is to
    /// listen, else the machine's first address, which then answers the machine and pods alone.
    static List<String> balancerAddresses(ClusterConfig config) {
        List<String> named =
                config.listen().stream().filter(address -> !isAnyOrLoopback(address)).toList();
        if (!named.isEmpty()) {
            return named;
        }
        String first = MachineAddress.find(addresses(config).gateway());
        String second = secondAddress(config);
        return second.isEmpty() ? List.of(first) : List.of(first, second);
    }

    private static boolean isAnyOrLoopback(String address) {
        return address.equals("0.0.0.0")
                || address.startsWith("127.")
                || address.equals("::")
                || address.equals("::1");
    }

    /// The cluster's network of each of its families, IPv4 first.
    static List<NetworkConfig> networks(ClusterConfig config, String nodeName) {
        List<NetworkConfig> networks = new ArrayList<>();
        networks.add(network(config, nodeName, config.serviceRange(), config.podRange()));
        SecondFamily second = config.second();
        if (second.isDual()) {
            networks.add(network(config, nodeName, second.serviceRange(), second.podRange()));
        }
        return networks;
    }

    private static NetworkConfig network(
            ClusterConfig config, String nodeName, String services, String pods) {
        NetworkRanges ranges = NetworkRanges.of(services, pods);
        IpFamily family = ranges.pods().family();
        return new NetworkConfig(
                config.name(),
                nodeName,
                ranges.services(),
                ranges.pods(),
                ranges.nodePods(),
                config.listen().stream()
                        .filter(address -> IpFamily.of(address) == family)
                        .map(IpRange::canonical)
                        .toList());
    }

    /// @throws IllegalStateException when a part does not begin to work
    void start(Progress progress) throws InterruptedException {
        ground.awaitContainerd();
        progress.step(ground.containerd().isAdopted() ? "containerd, found running" : "containerd");
        kubelet.announce(startApi());
        kubelet.start();
        progress.step("kubelet");
        proxies.forEach(ServiceProxy::start);
        DnsObjects.publish(publisher, addresses.dns(), dns.boundAddress());
        if (!dns.awaitReady(PATIENCE)) {
            throw new IllegalStateException("cluster DNS saw no Services within " + PATIENCE);
        }
        progress.step("network and DNS");
    }

    private int startApi() {
        try {
            return nodeApi.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the node's own API cannot listen", e);
        }
    }

    /// Stops containers and takes rules away.
    void stop() throws InterruptedException {
        if (!kubelet.stopPods(STOP_PATIENCE)) {
            LOG.log(Logger.Level.WARNING, "pods did not stop in time patience={0}", STOP_PATIENCE);
        }
        nodeApi.close();
        kubelet.close();
        proxies.forEach(ServiceProxy::close);
        ground.stopContainerd();
        for (ServiceProxy proxy : proxies) {
            proxy.remove();
        }
        ground.removeNetwork();
    }
}
