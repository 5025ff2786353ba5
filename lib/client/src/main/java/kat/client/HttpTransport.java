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
import java.util.Map;
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
    private static final int FIRST_ERROR = 400;

    /// Tells the server which revision made the caller act.
    public static final String CAUSE_HEADER = "Kat-Cause-Revision";

    private static final String JSON = "application/json";

    private final HttpCarrier carrier;
    private final Runnable end;
    private final ApiPaths paths;
    private final List<Map.Entry<String, String>> always;

    /// @param server for example `https://127.0.0.1:6443`
    /// @param tls what to trust, and the client's certificate if it signs in by one
    /// @param token a bearer token; empty for none
    /// @param userAgent names the component; the part before the first `/` manages its fields
    public HttpTransport(URI server, SSLContext tls, String token, String userAgent) {
        HttpClient http =
                HttpClient.newBuilder().sslContext(tls).connectTimeout(CONNECT_TIMEOUT).build();
        this.carrier = wanted -> exchange(http, wanted);
        this.end = http::shutdownNow;
        this.paths = new ApiPaths(server);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("user-agent", userAgent));
        if (!token.isEmpty()) {
            headers.add(Map.entry("authorization", "Bearer " + token));
        }
        this.always = List.copyOf(headers);
    }

    /// @param server for messages, and for the addresses that the carrier is given
    /// @param carrier adds who asks
    public HttpTransport(URI server, HttpCarrier carrier) {
        this.carrier = carrier;
        this.end = () -> {};
        this.paths = new ApiPaths(server);
        this.always = List.of();
    }

    @Override
    public KubeObject get(Kind kind, ObjectKey key) {
        return new KubeObject(send("GET", paths.object(kind, key, ""), "", null, 0));
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        JsonObject answer = send("GET", paths.list(kind, query), "", null, 0);
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
        return written(send("POST", uri, JSON, object.tree(), options.cause()));
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        URI uri = paths.write(kind, object.key(), options);
        return written(send("PUT", uri, JSON, object.tree(), options.cause()));
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        URI uri = paths.patch(kind, key, patch, options);
        return written(send("PATCH", uri, patch.mediaType(), patch.body(), options.cause()));
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        JsonObject body = ApiPaths.deleteBody(options);
        JsonObject answer =
                send("DELETE", paths.object(kind, key, ""), JSON, body, options.cause());
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
        URI uri = paths.watch(kind, query);
        HttpCarrier.Carried answer =
                exchange(new HttpCarrier.Wanted("GET", uri, headers("", 0), null, false));
        if (answer.code() >= FIRST_ERROR) {
            throw refusal(answer.code(), read(answer.body()));
        }
        return HttpWatchStream.open(answer.body(), kind);
    }

    /// Ends idle connections; open watches belong to their callers.
    @Override
    public void close() {
        end.run();
    }

    private List<Map.Entry<String, String>> headers(String mediaType, long cause) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(always);
        headers.add(Map.entry("accept", JSON));
        if (!mediaType.isEmpty()) {
            headers.add(Map.entry("content-type", mediaType));
        }
        if (cause > 0) {
            headers.add(Map.entry(CAUSE_HEADER, Long.toString(cause)));
        }
        return headers;
    }

    private JsonObject send(
            String method, URI uri, String mediaType, @Nullable Json body, long cause) {
        HttpCarrier.Carried answer =
                exchange(
                        new HttpCarrier.Wanted(method, uri, headers(mediaType, cause), body, true));
        byte[] bytes = read(answer.body());
        if (answer.code() >= FIRST_ERROR) {
            throw refusal(answer.code(), bytes);
        }
        return parse(bytes).orElseThrow(() -> unavailable("the answer is no JSON object", null));
    }

    private HttpCarrier.Carried exchange(HttpCarrier.Wanted wanted) {
        try {
            return carrier.carry(wanted);
        } catch (IOException e) {
            throw unavailable("cannot reach " + wanted.uri().getAuthority(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while waiting for an answer", e);
        }
    }

    private static HttpCarrier.Carried exchange(HttpClient http, HttpCarrier.Wanted wanted)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(wanted.uri())
                        .method(
                                wanted.method(),
                                wanted.body() == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(wanted.bytes()));
        wanted.headers().forEach(each -> request.header(each.getKey(), each.getValue()));
        if (wanted.endsSoon()) {
            request.timeout(REQUEST_TIMEOUT);
        }
        HttpResponse<InputStream> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        return new HttpCarrier.Carried(answer.statusCode(), answer.body());
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
