package kat.controllers.serviceaccount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

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

class SecretTokenControllerTest {

    private static final ObjectKey SECRET = ObjectKey.of("ns", "s");
    private static final ObjectKey BOT = ObjectKey.of("ns", "bot");
    private static final String TOKEN =
            "{metadata: {name: s, namespace: ns, annotations:"
                    + " {kubernetes.io/service-account.name: bot}},"
                    + " type: kubernetes.io/service-account-token}";

    private final SecretTokenController controller =
            new SecretTokenController(new Authority(), "CA");
    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), controller);

    private final class Authority implements SecretTokenAuthority {
        @Override
        public String token(KubeObject account, KubeObject secret) {
            return "of " + account.name() + " in " + secret.name();
        }

        @Override
        public @Nullable KubeObject account(ObjectKey key) {
            return cluster.get(Kinds.SERVICE_ACCOUNT, key);
        }
    }

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }

    private void delete(Kind kind, ObjectKey key) {
        cluster.delete(kind, Objects.requireNonNull(cluster.get(kind, key)));
    }

    private @Nullable KubeObject settledSecret() {
        cluster.settle();
        return cluster.get(Kinds.SECRET, SECRET);
    }

    @Test
    void fillsASecretOfAnAccount() {
        create(Kinds.SERVICE_ACCOUNT, "{metadata: {name: bot, namespace: ns}}");
        create(Kinds.SECRET, TOKEN);

        KubeObject secret = Objects.requireNonNull(settledSecret());

        JsonObject data = secret.tree().object("data");
        assertEquals("Q0E=", data.string("ca.crt"));
        assertEquals("bnM=", data.string("namespace"));
        assertEquals("b2YgYm90IGluIHM=", data.string("token"));
        assertEquals(
                Objects.requireNonNull(cluster.get(Kinds.SERVICE_ACCOUNT, BOT)).uid(),
                secret.annotation("kubernetes.io/service-account.uid"));
    }

    @Test
    void removesASecretWithoutItsAccount() {
        create(Kinds.SECRET, TOKEN);

        assertNull(settledSecret());
    }

    @Test
    void removesTheSecretsOfAnAccountThatGoes() {
        create(Kinds.SERVICE_ACCOUNT, "{metadata: {name: bot, namespace: ns}}");
        create(Kinds.SECRET, TOKEN);
        assertNotNull(settledSecret());

        delete(Kinds.SERVICE_ACCOUNT, BOT);

        assertNull(settledSecret());
    }

    @Test
    void leavesOtherSecretsAlone() {
        create(Kinds.SECRET, TOKEN.replace("kubernetes.io/service-account-token", "Opaque"));

        KubeObject secret = Objects.requireNonNull(settledSecret());

        assertEquals(JsonObject.EMPTY, secret.tree().object("data"));
    }

    @Test
    void takesASecretThatIsGoneFromItsAccount() {
        create(
                Kinds.SERVICE_ACCOUNT,
                "{metadata: {name: bot, namespace: ns}, secrets: [{name: s}, {name: other}]}");
        create(Kinds.SECRET, TOKEN);
        settledSecret();

        delete(Kinds.SECRET, SECRET);
        cluster.run(controller.reconcile(cluster, SECRET, cluster.now()));

        KubeObject bot = Objects.requireNonNull(cluster.get(Kinds.SERVICE_ACCOUNT, BOT));
        assertEquals(1, bot.tree().array("secrets").size());
    }
}
