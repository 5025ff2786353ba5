package kat.apiserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.User;
import kat.apiserver.encryption.Encryption;
import kat.apiserver.encryption.EncryptionFile;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.WriteOptions;
import kat.store.EmbeddedStore;
import kat.store.StoreConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the disk of a cluster holds of its Secrets.
class EncryptionTest {

    private static final String HIDDEN = "correct horse battery staple";
    private static final String ENCODED =
            Base64.getEncoder().encodeToString(HIDDEN.getBytes(UTF_8));

    @TempDir Path folder;

    private void run(String providers, Consumer<ApiServer> work) throws Exception {
        String yaml =
                "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n"
                        + "resources: [{resources: [secrets], providers: ["
                        + providers
                        + "]}]";
        Encryption seal =
                new Encryption(
                        EncryptionFile.parse((JsonObject) Yaml.parse(yaml)), Randomness.system());
        try (EmbeddedStore store =
                        EmbeddedStore.open(
                                folder.resolve("store"),
                                StoreConfig.defaults(),
                                seal,
                                new SystemTicker(),
                                Randomness.system());
                ApiServer server =
                        new ApiServer(
                                ApiServerConfig.local(folder.resolve("pki")),
                                store,
                                new SystemTicker(),
                                Randomness.system())) {
            server.start();
            work.accept(server);
        }
    }

    private static String key(String name, String secret) {
        String encoded = Base64.getEncoder().encodeToString(secret.getBytes(UTF_8));
        return "{aesgcm: {keys: [{name: " + name + ", secret: " + encoded + "}]}}";
    }

    private boolean diskHolds(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static void create(ApiServer server) {
        for (var kind : List.of(Kinds.SECRET, Kinds.CONFIG_MAP)) {
            String value = kind == Kinds.SECRET ? ENCODED : "in the open";
            server.transport(User.component("test"))
                    .create(
                            kind,
                            KubeObject.parse(
                                    ("{\"metadata\":{\"name\":\"s\",\"namespace\":\"default\"},"
                                                    + "\"data\":{\"a\":\""
                                                    + value
                                                    + "\"}}")
                                            .getBytes(UTF_8)),
                            WriteOptions.NONE);
        }
    }

    private static void requireThere(ApiServer server) {
        KubeObject secret =
                server.transport(User.component("test"))
                        .get(Kinds.SECRET, new ObjectKey("default", "s"));
        assertEquals(ENCODED, secret.tree().object("data").string("a"));
    }

    @Test
    void secretsNeverReachTheDiskAndAreReadAgain() throws Exception {
        run(key("key1", "0123456789abcdef0123456789abcdef"), EncryptionTest::create);

        assertFalse(diskHolds(ENCODED) || diskHolds(HIDDEN));
        assertTrue(diskHolds("k8s:enc:aesgcm:v1:key1:"));
        assertTrue(diskHolds("in the open"));
        run(key("key1", "0123456789abcdef0123456789abcdef"), EncryptionTest::requireThere);
    }

    @Test
    void secretsThatLayInTheOpenAreSealedWhenKeysCome() throws Exception {
        run("{identity: {}}", EncryptionTest::create);
        assertTrue(diskHolds(ENCODED));
        String keys = key("key2", "0123456789abcdef") + ", {identity: {}}";

        for (int i = 0; i < 50 && diskHolds(ENCODED); i++) {
            run(keys, EncryptionTest::requireThere);
        }

        assertFalse(diskHolds(ENCODED));
        run(key("key2", "0123456789abcdef"), EncryptionTest::requireThere);
    }
}
