package kat.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kat.app.Cluster;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import kat.app.Progress;
import kat.app.addons.ProgramFolders;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A whole cluster with two simulated nodes in this process, shared by all tests; it ends when the
/// last has run.
public final class LiveCluster implements AutoCloseable {

    private static final int NODES = 2;
    private static final int ATTEMPTS = 5;

    private final Path folder;
    private final ClusterFiles files;
    private final Cluster cluster;
    private final AtomicInteger names = new AtomicInteger();

    private LiveCluster() throws Exception {
        folder = Files.createTempDirectory("kat-clients-");
        files = ClusterFiles.of(folder, "clients");
        files.create();
        cluster = started();
    }

    private Cluster started() throws Exception {
        Ticker ticker = new SystemTicker();
        for (int attempt = 1; ; attempt++) {
            ClusterConfig config =
                    ClusterConfig.DEFAULTS.withApiPort(freePort()).withNodes(NODES, false);
            Cluster fresh =
                    new Cluster(
                            config,
                            files,
                            new Cluster.Host(
                                    ticker,
                                    Randomness.system(),
                                    new Progress(null, ticker),
                                    ProgramFolders.NONE));
            try {
                fresh.start();
                return fresh;
            } catch (IOException taken) {
                fresh.stop();
                if (attempt == ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// The administrator's kubeconfig, with a client certificate.
    public Path kubeconfig() {
        return files.adminKubeconfig();
    }

    /// The same with a bearer token.
    public Path tokenKubeconfig() {
        return files.tokenKubeconfig();
    }

    /// A name that no other test uses.
    public String name(String prefix) {
        return prefix + "-" + names.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        try {
            cluster.stop();
        } catch (Exception e) {
            throw new IOException("the cluster did not stop", e);
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /// Gives test classes the shared cluster.
    public static final class Shared implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == LiveCluster.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(LiveCluster.class, _ -> fresh(), LiveCluster.class);
        }

        private static LiveCluster fresh() {
            try {
                return new LiveCluster();
            } catch (Exception e) {
                throw new IllegalStateException("the cluster did not start", e);
            }
        }
    }
}
