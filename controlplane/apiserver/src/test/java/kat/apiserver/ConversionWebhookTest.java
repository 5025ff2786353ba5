package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversionWebhookTest {

    @TempDir Path folder;
    private final Semaphore changes = new Semaphore(0);
    private HttpsServer webhook;
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void start() throws Exception {
        SystemTicker ticker = new SystemTicker();
        Pki pki = new Pki(folder.resolve("webhook"), ticker, Randomness.system());
        startWebhook(pki.serving(List.of("localhost"), List.of("127.0.0.1")));
        server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("server")),
                        new MemoryStore(),
                        ticker,
                        Randomness.system());
        server.start();
        server.onKindsChanged(changes::release);
        local = server.transport(User.component("test"));
        define(Pem.write(pki.authority().certificate()));
    }

    @AfterEach
    void stop() {
        server.close();
        webhook.stop(0);
    }

    private void startWebhook(Identity identity) throws Exception {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry(
                "key", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        webhook = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.setHttpsConfigurator(new HttpsConfigurator(context));
        webhook.createContext("/convert", ConversionWebhookTest::convert);
        webhook.start();
    }

    /// Moves `spec.size` to `spec.length` and back.
    private static void convert(HttpExchange exchange) throws IOException {
        JsonObject review = (JsonObject) Json.parse(exchange.getRequestBody().readAllBytes());
        JsonObject request = review.object("request");
        String wanted = request.string("desiredAPIVersion");
        List<Json> converted = new ArrayList<>();
        for (JsonObject object : request.array("objects").objects()) {
            boolean toSecond = wanted.endsWith("/v2");
            Json value = object.object("spec").get(toSecond ? "size" : "length");
            JsonObject spec = JsonObject.of(toSecond ? "length" : "size", value);
            converted.add(object.with("apiVersion", wanted).with("spec", spec));
        }
        JsonObject response =
                JsonObject.builder()
                        .put("convertedObjects", new JsonArray(converted))
                        .put("result", JsonObject.of("status", Json.of("Success")))
                        .put("uid", request.string("uid"))
                        .build();
        byte[] body = review.with("response", response).toBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void define(String authority) throws InterruptedException {
        String version =
                """
                {"name": "%s", "served": true, "storage": %s, "schema": {"openAPIV3Schema": {
                  "type": "object", "properties": {"spec": {"type": "object", "properties": {
                    "%s": {"type": "integer"}}}}}}}
                """;
        String definition =
                """
                {"metadata": {"name": "widgets.example.org"}, "spec": {
                  "group": "example.org", "scope": "Namespaced",
                  "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                  "conversion": {"strategy": "Webhook", "webhook": {
                    "conversionReviewVersions": ["v1"], "clientConfig": {
                      "url": "https://localhost:%d/convert", "caBundle": "%s"}}},
                  "versions": [%s, %s]}}
                """
                        .formatted(
                                webhook.getAddress().getPort(),
                                Base64.getEncoder().encodeToString(authority.getBytes(UTF_8)),
                                version.formatted("v1", "true", "size"),
                                version.formatted("v2", "false", "length"));
        local.create(
                Kinds.CUSTOM_RESOURCE_DEFINITION,
                KubeObject.parse(definition.getBytes(UTF_8)),
                WriteOptions.NONE);
        while (server.kinds().byKind("example.org/v2", "Widget") == null) {
            assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS), "the kinds change in time");
        }
    }

    private Kind kind(String version) {
        return server.kinds().require("example.org/" + version, "Widget");
    }

    @Test
    void asksTheWebhookForOtherVersionsBothWays() {
        KubeObject second =
                KubeObject.parse(
                        "{\"metadata\":{\"name\":\"w\",\"namespace\":\"default\"},\"spec\":{\"length\":7}}"
                                .getBytes(UTF_8));
        ObjectKey key = new ObjectKey("default", "w");

        local.create(kind("v2"), second, WriteOptions.NONE);

        assertEquals("{\"size\":7}", local.get(kind("v1"), key).spec().toString());
        assertEquals("{\"length\":7}", local.get(kind("v2"), key).spec().toString());
    }
}
