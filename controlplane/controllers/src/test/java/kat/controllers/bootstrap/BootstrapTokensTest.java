package kat.controllers.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class BootstrapTokensTest {

    private static final ObjectKey SECRET = ObjectKey.of("kube-system", "bootstrap-token-abcdef");
    private static final ObjectKey INFO = ObjectKey.of("kube-public", "cluster-info");

    private final MemoryCluster cluster =
            new MemoryCluster(
                    Instant.parse("2026-01-01T00:00:00Z"),
                    new TokenCleaner(),
                    new BootstrapSigner());

    private static JsonObject meta(ObjectKey key) {
        return JsonObject.of(
                "metadata",
                JsonObject.ofStrings(
                        new TreeMap<>(Map.of("name", key.name(), "namespace", key.namespace()))));
    }

    private void createToken(String expiration) {
        TreeMap<String, String> data =
                new TreeMap<>(
                        Map.of(
                                "token-id", "abcdef",
                                "token-secret", "0123456789abcdef",
                                "usage-bootstrap-signing", "true",
                                "expiration", expiration));
        data.replaceAll((_, text) -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
        cluster.create(
                Kinds.SECRET,
                new KubeObject(
                        meta(SECRET)
                                .with("type", "bootstrap.kubernetes.io/token")
                                .with("data", JsonObject.ofStrings(data))));
    }

    private Map<String, String> info() {
        cluster.settle();
        return Objects.requireNonNull(cluster.get(Kinds.CONFIG_MAP, INFO))
                .tree()
                .object("data")
                .strings();
    }

    private void createInfo() {
        cluster.create(
                Kinds.CONFIG_MAP,
                new KubeObject(
                        meta(INFO)
                                .with(
                                        "data",
                                        JsonObject.ofStrings(
                                                new TreeMap<>(
                                                        Map.of(
                                                                "kubeconfig", "a: b",
                                                                "jws-kubeconfig-gone00",
                                                                        "old"))))));
    }

    @Test
    void aTokenGoesWhenItIsOver() {
        createToken("2026-01-01T01:00:00Z");
        cluster.settle();
        cluster.advance(Duration.ofMinutes(59));
        cluster.settle();
        assertNotNull(cluster.get(Kinds.SECRET, SECRET));

        cluster.advance(Duration.ofMinutes(1));
        cluster.settle();

        assertNull(cluster.get(Kinds.SECRET, SECRET));
    }

    @Test
    void aTokenWhoseEndCannotBeReadIsOver() {
        createToken("soon");

        cluster.settle();

        assertNull(cluster.get(Kinds.SECRET, SECRET));
    }

    @Test
    void whatNewNodesReadIsSignedWithEachToken() {
        createInfo();
        createToken("2026-01-01T01:00:00Z");

        // Made with `openssl dgst -sha256 -hmac`.
        assertEquals(
                Map.of(
                        "kubeconfig",
                        "a: b",
                        "jws-kubeconfig-abcdef",
                        "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..Tedsb8McbimqUPQpnYEcc4MW3yQowY9OC1zkfeV34TU"),
                info());

        cluster.advance(Duration.ofHours(1));

        assertEquals(Map.of("kubeconfig", "a: b"), info());
    }
}
