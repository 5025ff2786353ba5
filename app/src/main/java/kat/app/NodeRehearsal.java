package kat.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.PodSandboxFilter;
import kat.cri.testing.SilentRuntime;
import kat.dns.ClusterDns;
import kat.dns.DnsConfig;
import kat.kubelet.Kubelet;
import kat.kubelet.settings.NodeSettings;
import kat.proxy.ServiceProxy;

/// Uses once what a server with a real node needs before its first pod, so that the JVM keeps it
/// too: the way to a container runtime, answers to names, the kubelet and the proxy. Nothing of
/// the machine is touched, and it needs no rights.
final class NodeRehearsal {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(1);
    private static final System.Logger LOG = System.getLogger("kat.app.rehearsal");
    private static final String QUESTION = "kubernetes.default.svc.cluster.local";
    private static final int QUESTIONS = 100;
    private static final int ROUNDS = 20;
    private static final int MOST_ANSWER_BYTES = 512;
    private static final String CLASS = ".class";

    private final ClusterConfig config = ClusterConfig.DEFAULTS.withNodes(0, true);
    private final ClusterFiles files;
    private final ControlPlane controlPlane;
    private final Ticker ticker;
    private final Randomness randomness;

    NodeRehearsal(
            ClusterFiles files, ControlPlane controlPlane, Ticker ticker, Randomness randomness) {
        this.files = files;
        this.controlPlane = controlPlane;
        this.ticker = ticker;
        this.randomness = randomness;
    }

    void run() throws IOException, InterruptedException, ClassNotFoundException {
        try (ClusterDns dns = names()) {
            dns.start();
            Check.state(dns.awaitReady(PATIENCE), "the rehearsal's names are known");
            ask(dns.boundAddress());
            NodeGround ground = NodeGround.of(config, files, ticker);
            RealNode unused =
                    new RealNode(
                            config, files, NodeSettings.USUAL, ground, controlPlane, dns, ticker);
            meetRuntime(ground);
        }
        load(Kubelet.class);
        load(ServiceProxy.class);
    }

    private ClusterDns names() {
        return new ClusterDns(
                controlPlane.informers(),
                DnsConfig.usual(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        RealNode.ranges(config),
                        RealNode.addresses(config).dns()),
                ticker,
                randomness);
    }

    private static void ask(InetSocketAddress server) throws IOException {
        byte[] question = question();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(Math.toIntExact(ANSWER_PATIENCE.toMillis()));
            for (int i = 0; i < QUESTIONS; i++) {
                socket.send(new DatagramPacket(question, question.length, server));
                try {
                    socket.receive(
                            new DatagramPacket(new byte[MOST_ANSWER_BYTES], MOST_ANSWER_BYTES));
                } catch (SocketTimeoutException e) {
                    LOG.log(Level.WARNING, "a rehearsed name was not answered in time");
                }
            }
        }
    }

    /// For an address of type A (RFC 1035, section 4.1).
    private static byte[] question() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(new byte[] {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : QUESTION.split("\\.", -1)) {
            message.write(label.length());
            message.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        message.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return message.toByteArray();
    }

    private void meetRuntime(NodeGround ground) throws IOException {
        Path socket = NodeContainerd.socket(config, files);
        Files.createDirectories(Check.notNull(socket.getParent(), "a socket is in a folder"));
        try (SilentRuntime silent = new SilentRuntime(socket);
                ContainerRuntime runtime = ground.containerd().runtime()) {
            silent.start();
            for (int i = 0; i < ROUNDS; i++) {
                var _ = runtime.version();
                var _ = runtime.status();
                var _ = runtime.listPodSandboxes(PodSandboxFilter.ALL);
                var _ = runtime.listContainers(ContainerFilter.ALL);
                var _ = runtime.images().list();
                var _ = runtime.images().fsInfo();
            }
        }
    }

    /// All classes beside the given one, without running anything of them.
    private static void load(Class<?> one) throws IOException, ClassNotFoundException {
        for (String file : filesBeside(one)) {
            if (file.endsWith(CLASS) && file.indexOf('-') < 0) {
                String name = file.substring(0, file.length() - CLASS.length());
                Class<?> unused =
                        Class.forName(name.replace('/', '.'), false, one.getClassLoader());
            }
        }
    }

    private static List<String> filesBeside(Class<?> one) throws IOException {
        URI place = URI.create(one.getProtectionDomain().getCodeSource().getLocation().toString());
        Path path = Path.of(place);
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                return files.map(file -> path.relativize(file).toString()).toList();
            }
        }
        try (JarFile jar = new JarFile(path.toFile())) {
            return jar.stream().map(JarEntry::getName).toList();
        }
    }
}
