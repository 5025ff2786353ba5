package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.base.Randomness;
import kat.base.SystemTicker;

/// A webhook of the test's own: each path answers reviews as it is told.
final class HttpsHook implements AutoCloseable {

    private final HttpsServer server;
    private final String authority;
    private final Map<String, Headers> headers = new ConcurrentHashMap<>(); // by path

    /// Serves on a free port of this machine, under certificates made in `folder`.
    HttpsHook(Path folder) throws Exception {
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        authority = Pem.write(pki.authority().certificate());
        Identity identity =
                pki.serving(List.of("localhost", "hook.default.svc"), List.of("127.0.0.1"));
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry(
                "key", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// As `caBundle`.
    String authority() {
        return Base64.getEncoder().encodeToString(authority.getBytes(UTF_8));
    }

    String url(String path) {
        return "https://localhost:" + port() + path;
    }

    /// The certificate of its authority, in PEM.
    String pem() {
        return authority;
    }

    /// Serves a document at a path.
    void document(String path, Supplier<String> document) {
        server.createContext(
                path,
                exchange -> {
                    byte[] body = document.get().getBytes(UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    /// Judges what is posted to a path.
    ///
    /// @param judge gives the status
    void review(String path, UnaryOperator<JsonObject> judge) {
        server.createContext(
                path,
                exchange -> {
                    JsonObject review =
                            (JsonObject) Json.parse(exchange.getRequestBody().readAllBytes());
                    byte[] body = review.with("status", judge.apply(review)).toBytes();
                    exchange.sendResponseHeaders(201, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    /// A header of the last review that came to a path; empty for none.
    String header(String path, String name) {
        String value = headers.getOrDefault(path, new Headers()).getFirst(name);
        return value == null ? "" : value;
    }

    /// Answers reviews at a path.
    ///
    /// @param answer from the review's request to its response, which gets the request's uid where
    ///     it has none
    void answer(String path, UnaryOperator<JsonObject> answer) {
        server.createContext(
                path,
                exchange -> {
                    headers.put(path, exchange.getRequestHeaders());
                    serve(exchange, answer);
                });
    }

    /// An answer as it is.
    record Said(int code, String body) {}

    /// Answers what is posted to a path with anything.
    ///
    /// @param answer from the whole review
    void say(String path, Function<JsonObject, Said> answer) {
        server.createContext(
                path,
                exchange -> {
                    Said said =
                            answer.apply(
                                    (JsonObject)
                                            Json.parse(exchange.getRequestBody().readAllBytes()));
                    byte[] body = said.body().getBytes(UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(said.code(), body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    private static void serve(HttpExchange exchange, UnaryOperator<JsonObject> answer)
            throws IOException {
        JsonObject review = (JsonObject) Json.parse(exchange.getRequestBody().readAllBytes());
        JsonObject request = review.object("request");
        JsonObject answered = answer.apply(request);
        JsonObject response =
                answered.has("uid") ? answered : answered.with("uid", request.string("uid"));
        byte[] body = review.without("request").with("response", response).toBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
