package kat.packages;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.api.protobuf.Envelope;
import kat.api.protobuf.ProtobufException;
import kat.api.protobuf.ProtobufObjects;
import kat.base.Randomness;

/// A server on loopback through which the Helm library reaches the cluster, and which shows it the
/// Secrets of releases otherwise than they are stored, and stores them otherwise than it writes.
///
/// The library can upgrade but not roll back. Seen through a lens an upgrade is a rollback, done by
/// Helm's own code: its patches, hooks and waiting. All that is no release passes unchanged,
/// but for a trial: there the cluster keeps nothing, and no release reaches it.
///
/// **Threads:** one for each request.
final class StorageLens implements AutoCloseable {

    /// What a lens does to the releases.
    interface View {

        /// The release as the library is to see it.
        ReleaseRecord shown(ReleaseRecord stored);

        /// The release as it is to be stored.
        ReleaseRecord stored(ReleaseRecord written);
    }

    private static final System.Logger LOG = System.getLogger("kat.packages.lens");

    /// Headers that belong to a connection, or are set by whoever sends.
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "content-length",
                    "host",
                    "transfer-encoding",
                    "upgrade",
                    "expect",
                    "keep-alive",
                    "authorization",
                    "http2-settings");

    private static final Pattern SECRETS =
            Pattern.compile("/api/v1/(namespaces/[^/]+/)?secrets(/sh\\.helm\\.release\\.v1\\..*)?");

    private static final JsonObject SUCCESS =
            JsonObject.of("apiVersion", Json.of("v1"), "kind", Json.of("Status"))
                    .with("status", "Success");

    private static final int OK = 200;
    private static final int NO_BODY = -1;
    private static final int CHUNKED = 0;
    private static final int FORBIDDEN = 403;
    private static final int BAD_GATEWAY = 502;
    private static final int BUFFER = 16 * 1024;

    private final KubeApi api;
    private final View view;
    private final boolean isTrial;
    private final Consumer<String> told;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// Only who knows it gets in. It stands in the path, since Kubernetes' clients send no token
    /// over plain connections.
    private final String secret;

    StorageLens(KubeApi api, Randomness randomness, View view) {
        this(api, randomness, view, false, _ -> {});
    }

    /// @param isTrial whether the cluster is to try all changes and keep none
    /// @param told what becomes of each change of an object, a line each; called by any thread
    StorageLens(
            KubeApi api, Randomness randomness, View view, boolean isTrial, Consumer<String> told) {
        this.api = api;
        secret = "/" + randomness.nextUuid();
        this.view = view;
        this.isTrial = isTrial;
        this.told = told;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new HelmException("cannot listen on loopback", e);
        }
    }

    void start() {
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// A kubeconfig that leads here.
    String kubeconfig() {
        JsonObject cluster =
                JsonObject.of(
                        "server",
                        Json.of("http://127.0.0.1:" + server.getAddress().getPort() + secret));
        return JsonObject.of("apiVersion", Json.of("v1"), "kind", Json.of("Config"))
                .with("current-context", "lens")
                .with("clusters", named("cluster", cluster))
                .with("users", named("user", JsonObject.EMPTY))
                .with(
                        "contexts",
                        named(
                                "context",
                                JsonObject.of("cluster", Json.of("lens"), "user", Json.of("lens"))))
                .toString();
    }

    private static JsonArray named(String kind, JsonObject content) {
        return JsonArray.of(JsonObject.of("name", Json.of("lens"), kind, content));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!path.startsWith(secret + "/")) {
                exchange.sendResponseHeaders(FORBIDDEN, NO_BODY);
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean isWrite = Writes.isWrite(exchange.getRequestMethod());
            boolean isRelease =
                    SECRETS.matcher(path.substring(secret.length())).matches()
                            && !String.valueOf(exchange.getRequestURI().getQuery())
                                    .contains("watch=")
                            && !(isWrite && isOther(body));
            if (isTrial && isRelease && isWrite) {
                pretend(exchange, body);
                return;
            }
            HttpResponse<InputStream> answer;
            try {
                answer = api.pass(request(exchange, body, isRelease));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "the cluster does not answer", e);
                exchange.sendResponseHeaders(BAD_GATEWAY, NO_BODY);
                return;
            }
            if (isWrite && !isRelease) {
                tell(exchange, body, answer);
            } else {
                pass(exchange, answer, isRelease);
            }
        }
    }

    /// Answers as the cluster would if it kept the release.
    private void pretend(HttpExchange exchange, byte[] body) throws IOException {
        boolean isDeletion = exchange.getRequestMethod().equals("DELETE");
        byte[] kept = isDeletion ? SUCCESS.toBytes() : secret(exchange, body).toBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(OK, kept.length);
        exchange.getResponseBody().write(kept);
    }

    private void tell(HttpExchange exchange, byte[] body, HttpResponse<InputStream> answer)
            throws IOException {
        byte[] said;
        try (InputStream in = answer.body()) {
            said = in.readAllBytes();
        }
        String path = exchange.getRequestURI().getPath().substring(secret.length());
        told.accept(
                Writes.said(exchange.getRequestMethod(), path, body, answer.statusCode(), said));
        copyHeaders(answer, exchange);
        exchange.sendResponseHeaders(answer.statusCode(), said.length == 0 ? NO_BODY : said.length);
        exchange.getResponseBody().write(said);
    }

    private HttpRequest request(HttpExchange exchange, byte[] sent, boolean isRelease)
            throws IOException {
        String method = exchange.getRequestMethod();
        String target = exchange.getRequestURI().toString().substring(secret.length());
        byte[] body = sent;
        boolean isWritten = isRelease && body.length > 0;
        boolean isTried = isTrial && Writes.isWrite(method);
        if (isWritten) {
            body = stored(secret(exchange, body)).toBytes();
        } else if (isTried) {
            body = Writes.tried(method, body);
            target = Writes.tried(target);
        }
        boolean isJson = isWritten || (isTried && method.equals("DELETE"));
        HttpRequest.Builder request = api.request(target);
        for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean isSent =
                    !HOP_BY_HOP.contains(name)
                            && !(isRelease && name.equals("accept-encoding"))
                            && !(isRelease && name.equals("accept"))
                            && !(isJson && name.equals("content-type"));
            if (isSent) {
                request.setHeader(name, String.join(", ", header.getValue()));
            }
        }
        if (isJson) {
            request.setHeader("Content-Type", "application/json");
        }
        return request.method(
                        method,
                        body.length == 0
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(body))
                .build();
    }

    private static JsonObject secret(HttpExchange exchange, byte[] body) throws IOException {
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        try {
            if (type.startsWith(Envelope.MEDIA_TYPE)) {
                return ProtobufObjects.decode(Envelope.parse(body), "v1", "Secret");
            }
            return Json.parse(body) instanceof JsonObject object ? object : JsonObject.EMPTY;
        } catch (ProtobufException | JsonException e) {
            throw new IOException("the library wrote a Secret that cannot be read", e);
        }
    }

    private JsonObject stored(JsonObject secret) {
        if (!isRelease(secret)) {
            return secret;
        }
        JsonObject changed = view.stored(ReleaseRecord.of(secret)).secret();
        return secret.with("data", changed.object("data"))
                .change(
                        "metadata",
                        metadata ->
                                metadata.with(
                                        "labels", changed.object("metadata").object("labels")));
    }

    private JsonObject shown(JsonObject secret) {
        if (!isRelease(secret)) {
            return secret;
        }
        JsonObject changed = view.shown(ReleaseRecord.of(secret)).secret();
        return secret.with("data", changed.object("data"));
    }

    /// Whether a Secret of a chart is written, not the record of a release.
    private static boolean isOther(byte[] body) {
        try {
            return body.length > 0
                    && Json.parse(body) instanceof JsonObject written
                    && written.string("kind").equals("Secret")
                    && !isRelease(written);
        } catch (JsonException e) {
            LOG.log(System.Logger.Level.DEBUG, "not JSON", e);
            return false; // the cluster says what is wrong
        }
    }

    private static boolean isRelease(JsonObject secret) {
        return secret.string("type").equals(ReleaseRecord.SECRET_TYPE)
                && secret.object("data").has("release");
    }

    private static void copyHeaders(HttpResponse<InputStream> answer, HttpExchange exchange) {
        answer.headers()
                .map()
                .forEach(
                        (name, values) -> {
                            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                                exchange.getResponseHeaders().put(name, values);
                            }
                        });
    }

    private void pass(HttpExchange exchange, HttpResponse<InputStream> answer, boolean isRelease)
            throws IOException {
        copyHeaders(answer, exchange);
        try (InputStream body = answer.body()) {
            if (isRelease) {
                byte[] changed = seen(body.readAllBytes());
                exchange.sendResponseHeaders(
                        answer.statusCode(), changed.length == 0 ? NO_BODY : changed.length);
                exchange.getResponseBody().write(changed);
                return;
            }
            exchange.sendResponseHeaders(answer.statusCode(), CHUNKED);
            copy(body, exchange.getResponseBody());
        }
    }

    private byte[] seen(byte[] body) {
        if (body.length == 0 || !(Json.parse(body) instanceof JsonObject object)) {
            return body;
        }
        if (!object.has("items")) {
            return shown(object).toBytes();
        }
        return object.with(
                        "items",
                        object.array("items")
                                .map(item -> item instanceof JsonObject one ? shown(one) : item))
                .toBytes();
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
