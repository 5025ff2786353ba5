package kat.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Check;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.ingress.IngressClasses;
import kat.ingress.IngressController;

/// Sends requests through Ingress to a Service without pods, so that the JVM keeps how to listen,
/// to find a route and to answer.
final class IngressRehearsal {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REQUESTS = 100;
    private static final String NAME = "rehearsal";
    private static final byte[] REQUEST =
            "GET /rehearsal HTTP/1.1\r\nHost: rehearsal.local\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final String NO_SERVER = "HTTP/1.1 503";

    private final Transport transport;
    private final IngressController ingress;

    IngressRehearsal(Transport transport, IngressController ingress) {
        this.transport = transport;
        this.ingress = ingress;
    }

    void run() throws IOException, InterruptedException {
        IngressClasses.create(transport);
        WriteOptions options = WriteOptions.by("kat");
        var _ = transport.create(Kinds.SERVICE, service(), options);
        var _ = transport.create(Kinds.INGRESS, route(), options);
        Check.state(ingress.awaitInstalled(PATIENCE), "the rehearsal's route is served");
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), ingress.httpPort());
        for (int i = 0; i < REQUESTS; i++) {
            String answer = ask(address);
            Check.state(answer.startsWith(NO_SERVER), "Ingress says that no server is there");
        }
    }

    private static String ask(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.connect(address);
            socket.getOutputStream().write(REQUEST);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static KubeObject service() {
        return of(
                "v1",
                "Service",
                JsonObject.EMPTY.with("ports", JsonArray.of(JsonObject.of("port", Json.of(80)))));
    }

    private static KubeObject route() {
        JsonObject backend =
                JsonObject.of(
                        "service",
                        JsonObject.EMPTY
                                .with("name", NAME)
                                .with("port", JsonObject.of("number", Json.of(80))));
        JsonObject path =
                JsonObject.EMPTY
                        .with("path", "/rehearsal")
                        .with("pathType", "Prefix")
                        .with("backend", backend);
        JsonObject rule =
                JsonObject.EMPTY
                        .with("host", "rehearsal.local")
                        .with("http", JsonObject.of("paths", JsonArray.of(path)));
        return of(
                "networking.k8s.io/v1",
                "Ingress",
                JsonObject.EMPTY.with("ingressClassName", "kat").with("rules", JsonArray.of(rule)));
    }

    private static KubeObject of(String version, String kind, JsonObject spec) {
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", version)
                        .put("kind", kind)
                        .put(
                                "metadata",
                                JsonObject.EMPTY.with("name", NAME).with("namespace", "default"))
                        .put("spec", spec)
                        .build());
    }
}
