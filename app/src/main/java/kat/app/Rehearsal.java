package kat.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.JsonObject;
import kat.app.addons.ProgramFolders;
import kat.app.load.LoadClient;
import kat.app.load.Rows;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Ticker;

/// A short life of a cluster with simulated nodes under load, so that the JVM can keep what it
/// loaded (JEP 483) and which methods were hot (JEP 515): a fresh server then compiles these first.
final class Rehearsal {

    private static final List<String> PATHS =
            List.of("/api", "/apis", "/api/v1/pods", "/api/v1/nodes", "/version", "/openapi/v3");

    private static final int CONNECTIONS = 4;
    private static final int NODES = 100;
    private static final int WRITERS = 16;
    private static final int OBJECTS = 2000;
    private static final int PODS = 300;
    private static final int LISTS = 30;
    private static final int WATCHERS = 20;
    private static final int EVENTS = 300;
    private static final int REPLICAS = 2000;

    private final ClusterFiles files;
    private final Ticker ticker;

    Rehearsal(ClusterFiles files, Ticker ticker) {
        this.files = files;
        this.ticker = ticker;
    }

    void run() throws Exception {
        files.create();
        ClusterConfig config = onFreePorts().withNodes(NODES, false);
        Cluster cluster =
                new Cluster(
                        config,
                        files,
                        new Cluster.Host(
                                ticker,
                                Randomness.system(),
                                new Progress(null, ticker),
                                ProgramFolders.NONE));
        cluster.start();
        try {
            useFromOutside();
            cluster.rehearse();
        } finally {
            cluster.stop();
        }
    }

    /// Another process makes the requests, so that what is kept is of the server alone.
    private void useFromOutside() throws IOException, InterruptedException {
        Process client =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServerMain.class.getName(),
                                ServerMain.USE,
                                files.folder().toString())
                        .inheritIO()
                        .start();
        try {
            int code = client.waitFor();
            Check.state(code == 0, "the rehearsal's client ends in order");
        } finally {
            client.destroy();
        }
    }

    /// A configuration whose API server and Ingress disturb nobody.
    static ClusterConfig onFreePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket api = new ServerSocket(0, 1, loopback);
                ServerSocket http = new ServerSocket(0, 1, loopback);
                ServerSocket https = new ServerSocket(0, 1, loopback)) {
            JsonObject.Builder ports = JsonObject.builder();
            new IngressChoice(http.getLocalPort(), https.getLocalPort()).addTo(ports);
            return ClusterConfig.parse(ports.build(), ClusterConfig.DEFAULTS)
                    .withApiPort(api.getLocalPort());
        }
    }

    /// Makes the requests of a rehearsal whose cluster lies in the folder.
    void use() throws IOException, InterruptedException {
        try (LoadClient client = LoadClient.of(files.tokenKubeconfig(), CONNECTIONS)) {
            for (String path : PATHS) {
                client.visit(path);
            }
            Rows rows = new Rows(client, ticker, "rehearsal", _ -> {});
            rows.begin();
            rows.single(WRITERS, OBJECTS);
            rows.lists(PODS, LISTS);
            rows.watch(WATCHERS, EVENTS);
            rows.deployment(REPLICAS);
            rows.end();
        }
    }
}
