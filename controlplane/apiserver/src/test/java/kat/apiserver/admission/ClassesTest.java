package kat.apiserver.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
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
    private static final String CLAIM =
            """
            {"metadata":{"name":"c","namespace":"default"},
             "spec":{"accessModes":["ReadWriteOnce"],
              "resources":{"requests":{"storage":"1Gi"}}}}
            """;

    @TempDir Path folder;
    private ApiServer server;
    private Transport api;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
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

    private KubeObject create(Kind kind, String json) {
        KubeObject object = new KubeObject((JsonObject) Json.parse(json.getBytes(UTF_8)));
        return api.create(kind, object, WriteOptions.NONE).object();
    }
}
