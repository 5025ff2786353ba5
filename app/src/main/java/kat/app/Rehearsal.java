package kat.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.base.Ticker;

/// A short life of a cluster with simulated nodes, so that the JVM can keep what it loaded and
/// compiled (JEP 514).
final class Rehearsal {

    private static final List<String> PATHS =
            List.of("/api", "/apis", "/api/v1/pods", "/api/v1/nodes", "/version", "/openapi/v3");

    private final ClusterFiles files;
    private final Ticker ticker;

    Rehearsal(ClusterFiles files, Ticker ticker) {
        this.files = files;
        this.ticker = ticker;
    }

    void run() throws Exception {
        files.create();
        ClusterConfig config = ClusterConfig.DEFAULTS.withApiPort(freePort()).withNodes(1, false);
        Cluster cluster =
                new Cluster(config, files, ticker, Randomness.system(), new Progress(null, ticker));
        cluster.start();
        try {
            use(config);
        } finally {
            cluster.stop();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void use(ClusterConfig config)
            throws IOException, InterruptedException, GeneralSecurityException {
        JsonObject kubeconfig =
                Yaml.parse(Files.readString(files.tokenKubeconfig())) instanceof JsonObject tree
                        ? tree
                        : JsonObject.EMPTY;
        String token =
                kubeconfig.array("users").objects().getFirst().object("user").string("token");
        try (HttpClient http = HttpClient.newBuilder().sslContext(trusting(kubeconfig)).build()) {
            for (String path : PATHS) {
                HttpRequest request =
                        HttpRequest.newBuilder(
                                        URI.create("https://127.0.0.1:" + config.apiPort() + path))
                                .header("Authorization", "Bearer " + token)
                                .build();
                http.send(request, HttpResponse.BodyHandlers.discarding());
            }
        }
    }

    private static SSLContext trusting(JsonObject kubeconfig)
            throws GeneralSecurityException, IOException {
        String data =
                kubeconfig
                        .array("clusters")
                        .objects()
                        .getFirst()
                        .object("cluster")
                        .string("certificate-authority-data");
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "authority",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(Base64.getDecoder().decode(data))));
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
