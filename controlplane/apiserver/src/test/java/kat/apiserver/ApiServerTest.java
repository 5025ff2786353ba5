package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WatchEvent;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {

    private static final ObjectKey KEY = new ObjectKey("default", "settings");

    @TempDir Path folder;
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        local = server.transport(User.component("test"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static KubeObject configMap(String value) {
        return KubeObject.parse(
                ("{\"metadata\":{\"name\":\"settings\",\"namespace\":\"default\"},"
                                + "\"data\":{\"color\":\""
                                + value
                                + "\"}}")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void keepsWhatOneWayInWroteForTheOther() throws Exception {
        local.create(Kinds.CONFIG_MAP, configMap("blue"), WriteOptions.NONE);

        JsonObject answer = get("/api/v1/namespaces/default/configmaps/settings", 200);

        assertEquals("blue", answer.object("data").string("color"));
        assertEquals("ConfigMap", answer.string("kind"));
        assertEquals(
                local.get(Kinds.CONFIG_MAP, KEY).tree(), answer, "both ways give the same object");
    }

    @Test
    void sharesOneObjectAmongTheComponentsOfTheProcess() {
        local.create(Kinds.CONFIG_MAP, configMap("blue"), WriteOptions.NONE);

        KubeObject got = local.get(Kinds.CONFIG_MAP, KEY);
        KubeObject listed =
                local.list(Kinds.CONFIG_MAP, ListQuery.in("default")).items().getFirst();

        assertSame(got, listed);
    }

    @Test
    void refusesAWriteThatIsBasedOnAnOlderVersion() {
        KubeObject first =
                local.create(Kinds.CONFIG_MAP, configMap("blue"), WriteOptions.NONE).object();
        local.update(Kinds.CONFIG_MAP, configMap("red"), WriteOptions.NONE);

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> local.update(Kinds.CONFIG_MAP, first, WriteOptions.NONE));

        assertEquals("Conflict", refused.status().reason());
    }

    @Test
    void watchesWhatHappensFromARevisionOn() throws Exception {
        long revision = local.list(Kinds.CONFIG_MAP, ListQuery.ALL).revision();
        try (WatchStream watch = local.watch(Kinds.CONFIG_MAP, WatchQuery.after(revision))) {
            local.create(Kinds.CONFIG_MAP, configMap("blue"), WriteOptions.NONE);
            local.patch(
                    Kinds.CONFIG_MAP,
                    KEY,
                    Patch.merge(JsonObject.of("data", JsonObject.of("color", Json.of("red")))),
                    WriteOptions.NONE);
            local.delete(Kinds.CONFIG_MAP, KEY, DeleteOptions.NONE);

            Duration soon = Duration.ofSeconds(5);
            assertInstanceOf(WatchEvent.Added.class, watch.next(soon));
            assertInstanceOf(WatchEvent.Modified.class, watch.next(soon));
            WatchEvent.Deleted deleted =
                    assertInstanceOf(WatchEvent.Deleted.class, watch.next(soon));
            assertEquals("red", deleted.object().tree().object("data").string("color"));
        }
    }

    @Test
    void keepsAnObjectUntilItsLastFinalizerIsGone() {
        JsonObject held =
                configMap("blue")
                        .tree()
                        .withAt(
                                kat.api.json.JsonArray.of(Json.of("example.org/hold")),
                                "metadata",
                                "finalizers");
        local.create(Kinds.CONFIG_MAP, new KubeObject(held), WriteOptions.NONE);

        local.delete(Kinds.CONFIG_MAP, KEY, DeleteOptions.NONE);
        KubeObject marked = local.get(Kinds.CONFIG_MAP, KEY);
        local.update(
                Kinds.CONFIG_MAP,
                new KubeObject(marked.tree().withoutAt("metadata", "finalizers")),
                WriteOptions.NONE);

        assertTrue(marked.isDeleting());
        assertThrows(StatusException.class, () -> local.get(Kinds.CONFIG_MAP, KEY));
    }

    @Test
    void answersUnknownPathsAsKubernetesDoes() throws Exception {
        JsonObject status = get("/api/v1/namespaces/default/nothings", 404);

        assertEquals("the server could not find the requested resource", status.string("message"));
    }

    private JsonObject get(String path, int code) throws Exception {
        JsonObject config =
                (JsonObject)
                        Json.parse(
                                server.kubeconfig("t", true)
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        String token = config.array("users").objects().getFirst().object("user").string("token");
        byte[] authority =
                Base64.getDecoder()
                        .decode(
                                config.array("clusters")
                                        .objects()
                                        .getFirst()
                                        .object("cluster")
                                        .string("certificate-authority-data"));
        assertTrue(authority.length > 0);
        try (var client = java.net.http.HttpClient.newBuilder().sslContext(trusting()).build()) {
            var answer =
                    client.send(
                            java.net.http.HttpRequest.newBuilder(server.address().resolve(path))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(code, answer.statusCode());
            return (JsonObject) Json.parse(answer.body());
        }
    }

    private SSLContext trusting() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", server.pki().authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
