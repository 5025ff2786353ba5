package kat.app.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.json.JsonObject;
import kat.api.json.JsonReader;
import kat.api.yaml.Yaml;

/// Sends requests over a fixed number of HTTP/2 connections, with a bearer token.
///
/// **Threads:** any.
public final class LoadClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI server;
    private final String token;
    private final SSLContext tls;
    private final List<HttpClient> connections = new ArrayList<>();

    /// What came back.
    static final class Reply {
        private final int code;
        private final byte[] body;

        private Reply(int code, byte[] body) {
            this.code = code;
            this.body = body;
        }

        /// The HTTP status.
        int code() {
            return code;
        }

        byte[] body() {
            return body;
        }
    }

    private LoadClient(URI server, String token, SSLContext tls, int connections) {
        this.server = server;
        this.token = token;
        this.tls = tls;
        for (int i = 0; i < connections; i++) {
            this.connections.add(
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_2)
                            .sslContext(tls)
                            .build());
        }
    }

    /// A client of the same server with another token, over connections of its own.
    LoadClient as(String otherToken, int count) {
        return new LoadClient(server, otherToken, tls, count);
    }

    /// @param kubeconfig with one cluster and a token
    /// @param connections 1 or more
    /// @throws IOException when the file cannot be read or names no usable server
    public static LoadClient of(Path kubeconfig, int connections) throws IOException {
        JsonObject config =
                Yaml.parse(Files.readString(kubeconfig)) instanceof JsonObject tree
                        ? tree
                        : JsonObject.EMPTY;
        JsonObject cluster = config.array("clusters").objects().getFirst().object("cluster");
        JsonObject user = config.array("users").objects().getFirst().object("user");
        return new LoadClient(
                URI.create(cluster.string("server")),
                user.string("token"),
                trusting(cluster.string("certificate-authority-data")),
                connections);
    }

    private static SSLContext trusting(String authority) throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "authority",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(
                                            Base64.getDecoder().decode(authority))));
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot trust the authority that the kubeconfig names", e);
        }
    }

    /// Asks once and forgets the answer.
    public void visit(String path) throws IOException, InterruptedException {
        send(0, "GET", path, "", "");
    }

    /// The object at a path.
    ///
    /// @throws IOException when the server cannot be reached or answers with an error
    public JsonObject read(String path) throws IOException, InterruptedException {
        Reply reply = send(0, "GET", path, "", "");
        if (reply.code >= 300) {
            throw new IOException(path + " was answered with " + reply.code);
        }
        return JsonReader.read(reply.body) instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    /// Sends a request and reads the whole answer.
    ///
    /// @param worker decides about the connection
    /// @param contentType of the body; empty for none
    Reply send(int worker, String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path)
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(
                                                body.getBytes(StandardCharsets.UTF_8)))
                        .timeout(PATIENCE);
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        HttpResponse<byte[]> answer =
                connection(worker).send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(answer.statusCode(), answer.body());
    }

    /// Opens an answer that has no end.
    InputStream open(int worker, String path) throws IOException, InterruptedException {
        return connection(worker)
                .send(request(path).build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    private HttpClient connection(int worker) {
        return connections.get(worker % connections.size());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
    }

    @Override
    public void close() {
        connections.forEach(HttpClient::shutdownNow);
    }
}
