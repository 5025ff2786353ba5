package kat.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// A registry on loopback with one image, which lets `me` in with the password `secret` and nobody
/// else.
final class PrivateRegistry implements AutoCloseable {

    static final String USER = "me";
    static final String PASSWORD = "secret";

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final String INDEX = "index.json";

    private final HttpServer server;
    private final Path image;
    private final JsonObject manifest; // as the index describes it
    private final AtomicInteger refused = new AtomicInteger();

    private PrivateRegistry(HttpServer server, Path image) throws IOException {
        this.server = server;
        this.image = image;
        JsonObject index = (JsonObject) Json.parse(Files.readAllBytes(image.resolve(INDEX)));
        this.manifest = index.array("manifests").objects().getFirst();
    }

    /// @param archive an image as an OCI archive
    /// @param folder where its files may lie
    static PrivateRegistry of(Path archive, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Programs.run(List.of("tar", "-xf", archive.toString(), "-C", folder.toString())).ok();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer server = HttpServer.create(any, 0);
        PrivateRegistry registry = new PrivateRegistry(server, folder);
        server.createContext("/v2/", registry::answer);
        server.start();
        return registry;
    }

    /// Host and port.
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /// How many requests came without the right name and password.
    int refused() {
        return refused.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String login = USER + ":" + PASSWORD;
            String wanted = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
            if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                refused.incrementAndGet();
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"kat\"");
                exchange.sendResponseHeaders(UNAUTHORIZED, -1);
                return;
            }
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(OK, -1);
                return;
            }
            boolean isManifest = path.contains("/manifests/");
            String digest = path.substring(path.lastIndexOf('/') + 1);
            if (!digest.startsWith("sha256:")) {
                digest = manifest.string("digest");
            }
            String type = isManifest ? manifest.string("mediaType") : "application/octet-stream";
            send(exchange, digest, type);
        }
    }

    private void send(HttpExchange exchange, String digest, String type) throws IOException {
        Path blob = image.resolve("blobs").resolve(digest.replace(':', '/'));
        if (!Files.isRegularFile(blob)) {
            exchange.sendResponseHeaders(NOT_FOUND, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(Files.size(blob)));
            exchange.sendResponseHeaders(OK, -1);
            return;
        }
        exchange.sendResponseHeaders(OK, Files.size(blob));
        Files.copy(blob, exchange.getResponseBody());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
