package kat.controllers.serviceaccount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LegacyTokenCleanerTest {

    private static final ObjectKey SECRET = ObjectKey.of("ns", "s");
    private static final String INVALID = "kubernetes.io/legacy-token-invalid-since";

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new LegacyTokenCleaner());

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }

    private void createToken(String labels, boolean generated) {
        create(
                Kinds.CONFIG_MAP,
                "{metadata: {name: kube-apiserver-legacy-service-account-token-tracking, namespace:"
                        + " kube-system}, data: {since: '2026-01-01'}}");
        create(
                Kinds.SERVICE_ACCOUNT,
                "{metadata: {name: bot, namespace: ns}"
                        + (generated ? ", secrets: [{name: s}]" : "")
                        + "}");
        create(
                Kinds.SECRET,
                "{metadata: {name: s, namespace: ns, labels: {"
                        + labels
                        + "}, annotations: {kubernetes.io/service-account.name: bot}}, type:"
                        + " kubernetes.io/service-account-token}");
    }

    private @Nullable KubeObject secretAfter(int days) {
        cluster.settle();
        cluster.advance(Duration.ofDays(days));
        cluster.settle();
        return cluster.get(Kinds.SECRET, SECRET);
    }

    private static String invalidSince(@Nullable KubeObject secret) {
        return Objects.requireNonNull(secret).label(INVALID);
    }

    @Test
    void marksWhatWasNotUsedForAYearAndDeletesItAYearLater() {
        createToken("", true);

        assertEquals("", invalidSince(secretAfter(360)));
        assertEquals("2027-01-02", invalidSince(secretAfter(6)));
        assertNotNull(secretAfter(360));
        assertNull(secretAfter(10));
    }

    @Test
    void leavesWhatWasUsed() {
        createToken("kubernetes.io/legacy-token-last-used: '2026-06-01'", true);

        assertEquals("", invalidSince(secretAfter(400)));
        assertEquals("2027-06-02", invalidSince(secretAfter(117)));
    }

    @Test
    void leavesWhatPeopleMadeAndWhatPodsMount() {
        createToken("", false);
        assertEquals("", invalidSince(secretAfter(800)));

        create(
                Kinds.POD,
                "{metadata: {name: p, namespace: ns}, spec: {volumes: [{name: v, secret:"
                        + " {secretName: s}}]}}");
        cluster.update(
                Kinds.SERVICE_ACCOUNT,
                Objects.requireNonNull(
                                cluster.get(Kinds.SERVICE_ACCOUNT, ObjectKey.of("ns", "bot")))
                        .withTree(
                                tree ->
                                        tree.with(
                                                "secrets",
                                                Objects.requireNonNull(Yaml.parse("[{name: s}]")))),
                "");

        assertEquals("", invalidSince(secretAfter(2)));
    }
}
