package kat.apiserver.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What classes do to the objects that name them, or name none.
class ClassesTest {

    private static final Kind STORAGE_CLASS =
            Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass");
    private static final Kind INGRESS_CLASS =
            Kinds.builtIn().require("networking.k8s.io/v1", "IngressClass");
    private static final Kind INGRESS_KIND =
            Kinds.builtIn().require("networking.k8s.io/v1", "Ingress");
    private static final String INGRESS =
            """
            {"metadata":{"name":"i","namespace":"default","annotations":{%s}},
             "spec":{%s"defaultBackend":{"service":{"name":"s","port":{"number":80}}}}}
            """;
    private static final String CLAIM =
            """
            {"metadata":{"name":"c","namespace":"default"},
             "spec":{"accessModes":["ReadWriteOnce"],
              "resources":{"requests":{"storage":"1Gi"}}}}
            """;

    @TempDir Path folder;
    private ApiServer server;
    private Transport api;
    private volatile Instant now = Instant.parse("2026-01-01T12:00:00Z");

    /// Real but for the time of day, which stands still until a test moves it.
    private final class StandingClock implements Ticker {
        private final Ticker real = new SystemTicker();

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanos() {
            return real.nanos();
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            return real.schedule(delay, task);
        }

        @Override
        public void sleep(Duration delay) throws InterruptedException {
            real.sleep(delay);
        }
    }

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new StandingClock(),
                        Randomness.system());
        server.start();
        api = server.transport(User.component("test"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givesClaimsTheDefaultClass() {
        storageClass("a", false, false);
        storageClass("b", true, false);

        KubeObject claim = create(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM);

        assertEquals("b", claim.spec().string("storageClassName"));
    }

    @Test
    void letsClaimsGrowOnlyWhereTheirClassAllowsIt() {
        storageClass("b", true, false);
        KubeObject claim = create(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM);
        KubeObject bound =
                api.update(
                                Kinds.PERSISTENT_VOLUME_CLAIM,
                                claim.withStatus(status -> status.with("phase", "Bound")),
                                new WriteOptions("status", "test", 0, false))
                        .object();

        assertEquals(
                "persistentvolumeclaims \"c\" is forbidden: only dynamically provisioned pvc can be"
                        + " resized and the storageclass that provisions the pvc must support"
                        + " resize",
                growing(bound));
    }

    @Test
    void leavesIngressesWithoutAClassWhereNoneIsTheDefault() {
        ingressClass("a", "false");
        ingressClass("b", "True");

        assertFalse(ingress("").spec().has("ingressClassName"));
    }

    @Test
    void givesIngressesTheDefaultClass() {
        ingressClass("a", "false");
        ingressClass("b", "true");
        ingressClass("c", "false");

        assertEquals("b", ingress("").spec().string("ingressClassName"));
    }

    @Test
    void givesIngressesTheYoungestOfTheDefaultClasses() {
        ingressClass("a", "true");
        now = now.plusSeconds(1);
        ingressClass("b", "true");

        assertEquals("b", ingress("").spec().string("ingressClassName"));
    }

    @Test
    void givesIngressesTheFirstByNameOfEquallyYoungDefaultClasses() {
        ingressClass("b", "true");
        ingressClass("a", "true");

        assertEquals("a", ingress("").spec().string("ingressClassName"));
    }

    @Test
    void leavesIngressesAloneThatNameAClass() {
        ingressClass("b", "true");

        KubeObject byField = ingress("\"ingressClassName\":\"other\",");

        assertEquals("other", byField.spec().string("ingressClassName"));
    }

    @Test
    void leavesIngressesAloneWhoseClassIsAnAnnotation() {
        ingressClass("b", "true");
        String nginx = INGRESS.formatted("\"kubernetes.io/ingress.class\":\"nginx\"", "");
        String empty = INGRESS.formatted("\"kubernetes.io/ingress.class\":\"\"", "");

        KubeObject named = create(INGRESS_KIND, nginx);
        api.delete(INGRESS_KIND, named.key(), DeleteOptions.NONE);
        KubeObject blank = create(INGRESS_KIND, empty);

        assertFalse(named.spec().has("ingressClassName"));
        assertFalse(blank.spec().has("ingressClassName"));
    }

    @Test
    void leavesIngressesWithoutAClassThatAreThereAlready() {
        KubeObject before = ingress("");
        ingressClass("b", "true");
        KubeObject labelled =
                before.withMetadata(
                        metadata -> metadata.with("labels", JsonObject.of("x", Json.of("y"))));

        KubeObject after = api.update(INGRESS_KIND, labelled, WriteOptions.NONE).object();

        assertEquals("y", after.metadata().object("labels").string("x"));
        assertFalse(after.spec().has("ingressClassName"));
    }

    @Test
    void keepsToOneDefaultOfPriorityClasses() {
        String priority = "{\"metadata\":{\"name\":\"%s\"},\"value\":5,\"globalDefault\":true}";
        create(Kinds.PRIORITY_CLASS, priority.formatted("one"));

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> create(Kinds.PRIORITY_CLASS, priority.formatted("two")));

        assertEquals(
                "priorityclasses.scheduling.k8s.io \"two\" is forbidden: PriorityClass one is"
                        + " already marked as default. Only one default can exist",
                refused.status().message());
    }

    private String growing(KubeObject claim) {
        KubeObject larger =
                claim.withSpec(
                        spec -> spec.withAt(Json.of("2Gi"), "resources", "requests", "storage"));
        return assertThrows(
                        StatusException.class,
                        () -> api.update(Kinds.PERSISTENT_VOLUME_CLAIM, larger, WriteOptions.NONE))
                .status()
                .message();
    }

    private void storageClass(String name, boolean standard, boolean grows) {
        create(
                STORAGE_CLASS,
                """
                {"metadata":{"name":"%s",
                  "annotations":{"storageclass.kubernetes.io/is-default-class":"%s"}},
                 "provisioner":"example.org/p","allowVolumeExpansion":%s}
                """
                        .formatted(name, standard, grows));
    }

    private void ingressClass(String name, String standard) {
        create(
                INGRESS_CLASS,
                """
                {"metadata":{"name":"%s",
                  "annotations":{"ingressclass.kubernetes.io/is-default-class":"%s"}},
                 "spec":{"controller":"example.org/c"}}
                """
                        .formatted(name, standard));
    }

    /// @param field of its spec; empty for none
    private KubeObject ingress(String field) {
        return create(INGRESS_KIND, INGRESS.formatted("", field));
    }

    private KubeObject create(Kind kind, String json) {
        KubeObject object = new KubeObject((JsonObject) Json.parse(json.getBytes(UTF_8)));
        return api.create(kind, object, WriteOptions.NONE).object();
    }
}
