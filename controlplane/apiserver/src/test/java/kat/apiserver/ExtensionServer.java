package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.kubeconfig.TrustAll;

/// A server of `fruits.example.com/v1` that tells who asked it.
final class ExtensionServer implements AutoCloseable {

    /// Where an answer ends in its middle.
    static final String BREAKS_OFF = "/apis/fruits.example.com/v1/broken";

    private static final String BEGUN = "{\"kind\":\"Apple\"";

    private static final String LIST =
            """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"fruits.example.com/v1",
             "resources":[{"name":"apples","singularName":"apple","namespaced":true,
               "kind":"Apple","verbs":["delete","get","list","watch"]}]}
            """;

    private static final String APPLE =
            """
            {"kind":"Apple","apiVersion":"fruits.example.com/v1","metadata":{"name":"a",\
            "namespace":"garden","uid":"u","resourceVersion":"7"}}""";

    private static final String OPEN_API =
            """
            {"swagger":"2.0","paths":{
               "/apis/fruits.example.com/v1/apples":{"get":{"responses":{"200":{
                 "schema":{"$ref":"#/definitions/Apple"}}}}},
               "/version":{"get":{}}},
             "definitions":{
               "Apple":{"properties":{"status":{
                 "$ref":"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Status"}}},
               "io.k8s.apimachinery.pkg.apis.meta.v1.Status":{"type":"string"}}}
            """;

    private final HttpsServer server;
    private volatile boolean isEaten;
    private volatile boolean isIll;
    private volatile Supplier<String> openApi = () -> OPEN_API;
    private final String authority;

    ExtensionServer(Path folder) throws Exception {
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        authority = Pem.write(pki.authority().certificate());
        Identity identity = pki.serving(List.of("fruits.default.svc"), List.of());
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry(
                "key", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new TrustManager[] {new TrustAll()}, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = context.getDefaultSSLParameters();
                        wanted.setWantClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    /// Changes what it says of itself at `/openapi/v2`.
    void describe(UnaryOperator<String> change) {
        openApi = () -> change.apply(OPEN_API);
    }

    /// Makes discovery fail, or work again.
    void fallIll(boolean ill) {
        isIll = ill;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// As `caBundle`.
    String authority() {
        return Base64.getEncoder().encodeToString(authority.getBytes(UTF_8));
    }

    /// One apple, as long as nobody deletes it; a watch ends after it was told.
    private String apples(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        if (exchange.getRequestMethod().equals("DELETE")) {
            isEaten = true;
            return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}";
        }
        if (query != null && query.contains("watch=true")) {
            return "{\"type\":\"ADDED\",\"object\":" + APPLE + "}\n";
        }
        return "{\"kind\":\"AppleList\",\"apiVersion\":\"fruits.example.com/v1\","
                + "\"metadata\":{\"resourceVersion\":\"7\"},\"items\":["
                + (isEaten ? "" : APPLE)
                + "]}";
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals(BREAKS_OFF)) {
            exchange.sendResponseHeaders(200, 2L * BEGUN.length());
            exchange.getResponseBody().write(BEGUN.getBytes(UTF_8));
            exchange.close();
            return;
        }
        boolean root = path.equals("/apis/fruits.example.com/v1");
        boolean described = path.equals("/openapi/v2");
        boolean kept = path.startsWith("/apis/fruits.example.com/v1/namespaces/garden/apples");
        byte[] body =
                root
                        ? LIST.getBytes(UTF_8)
                        : kept
                                ? apples(exchange).getBytes(UTF_8)
                                : described
                                        ? openApi.get().getBytes(UTF_8)
                                        : whoAsks((HttpsExchange) exchange).toBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(root && isIll ? 500 : 200, root ? 0 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static JsonObject whoAsks(HttpsExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("authorization");
        JsonObject.Builder remote = JsonObject.builder();
        exchange.getRequestHeaders()
                .forEach(
                        (name, values) -> {
                            if (name.toLowerCase(Locale.ROOT).startsWith("x-remote-")) {
                                remote.put(
                                        name.toLowerCase(Locale.ROOT), JsonArray.ofStrings(values));
                            }
                        });
        return JsonObject.builder()
                .put("user", exchange.getRequestHeaders().getFirst("x-remote-user"))
                .put("remote", remote.build())
                .put("certificate", exchange.getSSLSession().getPeerPrincipal().getName())
                .put("authorization", authorization == null ? "" : authorization)
                .build();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
