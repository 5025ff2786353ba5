package kat.packages;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.KubeconfigException;
import kat.client.kubeconfig.SignIn;

/// Requests to the API server that a kubeconfig names.
///
/// **Threads:** any.
final class KubeApi implements AutoCloseable {

    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    private static final int FAULTS = 300;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI server;
    private final String authorization;
    private final HttpClient client;

    KubeApi(Kubeconfig kubeconfig) {
        try {
            Kubeconfig signedIn = SignIn.once(kubeconfig);
            server = signedIn.server();
            authorization = signedIn.authorization();
            client =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(CONNECT)
                            .sslContext(signedIn.tls())
                            .build();
        } catch (KubeconfigException e) {
            throw new HelmException("Kubernetes cluster unreachable", e);
        }
    }

    /// What the server answered.
    ///
    /// @param body an object; empty when it sent none
    record Answer(int code, JsonObject body) {

        boolean isGood() {
            return code < FAULTS;
        }

        /// The object, for callers to whom anything else is a failure.
        ///
        /// @throws HelmException with the server's message
        JsonObject orFail() {
            if (!isGood()) {
                throw new HelmException(body.string("message", "the server answered " + code));
            }
            return body;
        }
    }

    /// @param path with its query, such as `/api/v1/namespaces`
    /// @throws HelmException when the server cannot be reached
    Answer send(String method, String path, Json body) {
        return send(method, path, body, "application/json");
    }

    Answer get(String path) {
        return send("GET", path, JsonObject.EMPTY);
    }

    Answer send(String method, String path, Json body, String type) {
        HttpRequest.Builder request = request(path).timeout(PATIENCE).header("Content-Type", type);
        boolean isEmpty = body instanceof JsonObject object && object.isEmpty();
        request.method(
                method,
                isEmpty ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.toBytes()));
        try {
            HttpResponse<byte[]> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), object(answer.body()));
        } catch (IOException e) {
            throw new HelmException("Kubernetes cluster unreachable", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HelmException("interrupted");
        }
    }

    private static JsonObject object(byte[] body) {
        try {
            return body.length > 0 && Json.parse(body) instanceof JsonObject object
                    ? object
                    : JsonObject.EMPTY;
        } catch (JsonException e) {
            // A proxy's page: the status tells more than its text.
            return JsonObject.EMPTY.with("message", new String(body, StandardCharsets.UTF_8));
        }
    }

    /// A text, such as a container's log.
    String text(String path) throws IOException {
        try (InputStream body = pass(request(path).build()).body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path.substring(1)))
                        .header("Accept", "application/json");
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    /// Sends a request whose answer may have no end.
    HttpResponse<InputStream> pass(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
