package kat.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.ServerGuards;
import kat.app.addons.ProgramFolders;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.client.node.NodeGateway;
import kat.dns.ClusterDns;
import kat.ingress.IngressClasses;
import kat.ingress.IngressController;
import kat.kubelet.SimulatedConfig;
import kat.kubelet.SimulatedNodes;
import kat.kubelet.settings.NodeSettings;
import kat.scheduler.SchedulerConfig;
import org.jspecify.annotations.Nullable;

/// A whole cluster in this process. [#start] is the order in which everything comes up.
///
/// **Threads:** one owner.
public final class Cluster {

    private static final Duration HEAD_START = Duration.ofSeconds(1);

    private final ClusterConfig config;
    private final ClusterFiles files;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Progress progress;
    private final ProgramFolders programs;
    private final SchedulerConfig schedulerConfig;
    private final ControlPlane controlPlane;
    private final ClusterMetrics clusterMetrics;
    private final IngressController ingress;
    private final NodeSettings nodeSettings;
    private final @Nullable NodeGround ground;
    private @Nullable ClusterDns dns;
    private @Nullable SimulatedNodes simulatedNodes;
    private @Nullable RealNode realNode;

    /// What a cluster takes from the process around it.
    ///
    /// @param progress is told how far the start has come
    /// @param programs where programs of add-ons are found
    public record Host(
            Ticker ticker, Randomness randomness, Progress progress, ProgramFolders programs) {}

    /// @throws IOException when files of the cluster cannot be read or written
    /// @throws ClusterConfig.ConfigException when a file that the configuration names is wrong
    public Cluster(ClusterConfig config, ClusterFiles files, Host host) throws IOException {
        this.config = config;
        this.files = files;
        this.ticker = host.ticker();
        this.randomness = host.randomness();
        this.progress = host.progress();
        this.programs = host.programs();
        this.schedulerConfig = config.scheduler().read();
        this.nodeSettings = config.kubelet().read();
        ApiServerConfig apiServer = apiServerConfig(config, files, host.programs());
        NodeGround ground = config.realNode() ? NodeGround.of(config, files, ticker) : null;
        this.ground = ground;
        this.controlPlane =
                new ControlPlane(
                        files,
                        apiServer,
                        config.etcd(),
                        () -> prepareNode(ground),
                        ticker,
                        randomness);
        this.clusterMetrics =
                new ClusterMetrics(controlPlane.informers()::started, controlPlane::newInformers);
        this.ingress = ClusterIngress.of(config, controlPlane, ticker, randomness);
    }

    private static void prepareNode(@Nullable NodeGround ground) {
        if (ground != null) {
            Thread unused = ground.begin();
        }
    }

    private static ApiServerConfig apiServerConfig(
            ClusterConfig config, ClusterFiles files, ProgramFolders programs) {
        RealNode.Addresses addresses = RealNode.addresses(config);
        return new ApiServerConfig(
                new ApiServerConfig.Listen("127.0.0.1", config.apiPort()),
                config.realNode() ? addresses.gateway() : "127.0.0.1",
                files.pki(),
                List.of(),
                config.realNode() ? List.of(addresses.gateway()) : List.of(),
                new ApiServerConfig.Services(
                        serviceRanges(config), 30_000, 32_767, "cluster.local"),
                ServerGuards.of(config.apiServer()),
                programs.page("console"));
    }

    private static List<String> serviceRanges(ClusterConfig config) {
        SecondFamily second = config.second();
        return second.isDual()
                ? List.of(config.serviceRange(), second.serviceRange())
                : List.of(config.serviceRange());
    }

    /// Brings everything up and returns when the cluster can be used.
    ///
    /// @throws IOException when a port or file cannot be used
    /// @throws InterruptedException when the cluster is stopped while it starts
    public void start() throws IOException, InterruptedException {
        NodeGround ground = this.ground;
        if (ground != null) {
            ground.awaitNetwork();
        }
        clusterMetrics.serve(controlPlane.apiServer(), ticker);
        Instant started = ticker.now();
        controlPlane
                .apiServer()
                .metrics()
                .add(to -> ProcessMetrics.tell(ProcessMetrics.SELF, started, to));
        controlPlane.startServer();
        writeKubeconfigs();
        progress.step("API server");
        ClusterDns names = startThoroughfare();
        controlPlane.startControllers(
                publishedAddress(),
                ground == null ? List.of() : RealNode.balancerAddresses(config),
                schedulerConfig,
                AddonPlace.of(config, files, programs, randomness));
        progress.step("controllers and scheduler");
        if (ground != null) {
            DefaultStorage.create(controlPlane.transport("system:kat"));
            IngressClasses.create(controlPlane.transport("system:kat"));
            controlPlane.apiServer().serveUsage();
        }
        if (config.simulatedNodes() > 0) {
            SimulatedNodes nodes =
                    new SimulatedNodes(
                            simulated(),
                            controlPlane.transport("system:kat:simulated-nodes"),
                            controlPlane.informers(),
                            ticker,
                            randomness);
            nodes.start();
            simulatedNodes = nodes;
            controlPlane.apiServer().connectNodes(nodes.gateway());
            int number = config.simulatedNodes();
            progress.step(number + (number == 1 ? " simulated node" : " simulated nodes"));
        }
        if (ground != null && names != null) {
            RealNode node =
                    new RealNode(config, files, nodeSettings, ground, controlPlane, names, ticker);
            realNode = node;
            node.start(progress);
            controlPlane.apiServer().connectNodes(gateway(node));
        }
        progress.ready();
    }

    /// Starts what requests pass through and lets it go ahead of everything else: where a cluster
    /// ran before, its pods serve already.
    ///
    /// @return the cluster's names, where real pods ask for them
    private @Nullable ClusterDns startThoroughfare() throws InterruptedException {
        ingress.start();
        ClusterDns names = null;
        if (ground != null) {
            names = RealNode.dns(config, controlPlane.informers(), ticker, randomness);
            names.start();
            dns = names;
            boolean unused = names.awaitReady(HEAD_START);
        }
        boolean unused = ingress.awaitFirstLook(HEAD_START);
        return names;
    }

    /// Servers that share a store have nodes of different names.
    private SimulatedConfig simulated() {
        SimulatedConfig nodes = SimulatedConfig.of(config.simulatedNodes());
        return config.etcd().isChosen()
                ? nodes.withPrefix(MachineAddress.hostName() + "-" + config.name() + "-node-")
                : nodes;
    }

    private NodeGateway gateway(RealNode node) {
        SimulatedNodes nodes = simulatedNodes;
        return nodes == null
                ? node.gateway()
                : new GatewayByNode(nodes::has, nodes.gateway(), node.gateway());
    }

    /// Where the Service `kubernetes` leads: the pods' gateway; simulated pods ask nobody, and a
    /// loopback address may not stand in Endpoints.
    private String publishedAddress() {
        String gateway = RealNode.addresses(config).gateway();
        return config.realNode() ? gateway : MachineAddress.find(gateway);
    }

    private void writeKubeconfigs() throws IOException {
        String context =
                config.name().equals(ClusterConfig.DEFAULT_NAME)
                        ? config.name()
                        : "kat-" + config.name();
        String certificate = controlPlane.apiServer().kubeconfig(context, false);
        String token = controlPlane.apiServer().kubeconfig(context, true);
        ClusterFiles.writePrivately(
                files.adminKubeconfig(), certificate.getBytes(StandardCharsets.UTF_8));
        ClusterFiles.writePrivately(
                files.tokenKubeconfig(), token.getBytes(StandardCharsets.UTF_8));
    }

    /// Lets the JVM see what requests and a real node need, after [#start].
    void rehearse() throws IOException, InterruptedException, ClassNotFoundException {
        new IngressRehearsal(controlPlane.transport("system:kat"), ingress).run();
        new NodeRehearsal(files, controlPlane, ticker, randomness).run();
    }

    /// Stops containers, takes rules away and ends; objects and images stay.
    public void stop() throws Exception {
        ingress.close();
        RealNode node = realNode;
        if (node != null) {
            node.stop();
        }
        ClusterDns names = dns;
        if (names != null) {
            names.close();
        }
        SimulatedNodes nodes = simulatedNodes;
        if (nodes != null) {
            nodes.close();
        }
        clusterMetrics.close();
        controlPlane.stop();
    }
}
