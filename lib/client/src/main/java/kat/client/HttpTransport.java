package kat.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The API over HTTPS.
///
/// **Threads:** any; the caller's thread waits for the answer.
public final class HttpTransport implements Transport, AutoCloseable {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /// Tells the server which revision made the caller act.
    public static final String CAUSE_HEADER = "Kat-Cause-Revision";

    private final HttpClient http;
    private final ApiPaths paths;
    private final String token;
    private final String userAgent;

    /// @param server for example `https://127.0.0.1:6443`
    /// @param tls what to trust, and the client's certificate if it signs in by one
    /// @param token a bearer token; empty for none
    /// @param userAgent names the component; the part before the first `/` manages its fields
    public HttpTransport(URI server, SSLContext tls, String token, String userAgent) {
        this.http = HttpClient.newBuilder().sslContext(tls).connectTimeout(CONNECT_TIMEOUT).build();
        this.paths = new ApiPaths(server);
        this.token = token;
        this.userAgent = userAgent;
    }

    @Override
    public KubeObject get(Kind kind, ObjectKey key) {
        return new KubeObject(send(request(paths.object(kind, key, ""), 0).GET()));
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        JsonObject answer = send(request(paths.list(kind, query), 0).GET());
        List<KubeObject> items = new ArrayList<>();
        for (JsonObject item : answer.array("items").objects()) {
            items.add(
                    new KubeObject(
                            item.with("apiVersion", kind.apiVersion()).with("kind", kind.kind())));
        }
        JsonObject metadata = answer.object("metadata");
        return new ObjectList(
                items, revision(metadata.string("resourceVersion")), metadata.string("continue"));
    }

    @Override
    public Written create(Kind kind, KubeObject object, WriteOptions options) {
        URI uri =
                options.subresource().isEmpty()
                        ? paths.collection(kind, object.namespace(), options)
                        : paths.write(kind, object.key(), options);
        return written(
                send(request(uri, options.cause()).POST(body(object.tree())), "application/json"));
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        URI uri = paths.write(kind, object.key(), options);
        return written(
                send(request(uri, options.cause()).PUT(body(object.tree())), "application/json"));
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        URI uri = paths.patch(kind, key, patch, options);
        HttpRequest.Builder request =
                request(uri, options.cause())
                        .method(
                                "PATCH",
                                HttpRequest.BodyPublishers.ofByteArray(patch.body().toBytes()));
        return written(send(request, patch.mediaType()));
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        HttpRequest.Builder request =
                request(paths.object(kind, key, ""), options.cause())
                        .method("DELETE", body(ApiPaths.deleteBody(options)));
        JsonObject answer = send(request, "application/json");
        if (answer.string("kind").equals("Status")) {
            JsonObject last =
                    JsonObject.EMPTY
                            .withAt(Json.of(key.namespace()), "metadata", "namespace")
                            .withAt(Json.of(key.name()), "metadata", "name");
            return new Written(new KubeObject(last), 0);
        }
        return written(answer);
    }

    @Override
    public WatchStream watch(Kind kind, WatchQuery query) {
        HttpRequest request = request(paths.watch(kind, query), 0).GET().build();
        HttpResponse<InputStream> response = exchange(request);
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), read(response.body()));
        }
        return HttpWatchStream.open(response.body(), kind);
    }

    /// Ends idle connections; open watches belong to their callers.
    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(URI uri, long cause) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .header("Accept", "application/json")
                        .header("User-Agent", userAgent);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (cause > 0) {
            request.header(CAUSE_HEADER, Long.toString(cause));
        }
        return request;
    }

    private static HttpRequest.BodyPublisher body(JsonObject tree) {
        return HttpRequest.BodyPublishers.ofByteArray(tree.toBytes());
    }

    private JsonObject send(HttpRequest.Builder request, String mediaType) {
        return send(request.header("Content-Type", mediaType));
    }

    private JsonObject send(HttpRequest.Builder request) {
        HttpResponse<InputStream> response = exchange(request.timeout(REQUEST_TIMEOUT).build());
        byte[] bytes = read(response.body());
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), bytes);
        }
        return parse(bytes).orElseThrow(() -> unavailable("the answer is no JSON object", null));
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw unavailable("cannot reach " + request.uri().getAuthority(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while waiting for an answer", e);
        }
    }

    private static byte[] read(InputStream body) {
        try (body) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw unavailable("the connection ended within an answer", e);
        }
    }

    private static Optional<JsonObject> parse(byte[] bytes) {
        try {
            return Json.parse(bytes) instanceof JsonObject tree
                    ? Optional.of(tree)
                    : Optional.empty();
        } catch (JsonException notJson) {
            return Optional.empty();
        }
    }

    private static StatusException refusal(int code, byte[] bytes) {
        return parse(bytes)
                .filter(tree -> tree.string("kind").equals("Status"))
                .map(tree -> Status.parse(tree).asException())
                .orElseGet(() -> plainRefusal(code, new String(bytes, StandardCharsets.UTF_8)));
    }

    private static StatusException plainRefusal(int code, String text) {
        String reason = code == 404 ? "NotFound" : code == 401 ? "Unauthorized" : "";
        return new Status(code, reason, text.strip(), Status.Details.NONE).asException();
    }

    static StatusException unavailable(String what, @Nullable Exception cause) {
        String why = cause == null ? "" : ": " + cause;
        return Status.serviceUnavailable(what + why).asException();
    }

    private static Written written(JsonObject answer) {
        KubeObject object = new KubeObject(answer);
        return new Written(object, revision(object.resourceVersion()));
    }

    private static long revision(String resourceVersion) {
        return resourceVersion.isEmpty() ? 0 : Long.parseLong(resourceVersion);
    }
}
