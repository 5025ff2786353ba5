package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// For whom a node's agent gets tokens of its pods' accounts.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AgentTokensTest {

    private static final String DRIVER =
            "metadata: {name: %s}\nspec: {tokenRequests: [{audience: vault}]}";
    private static final String CLAIM =
            """
            metadata: {name: %s, namespace: default}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
              volumeName: disk
              storageClassName: ''
            """;
    private static final String VOLUME =
            """
            metadata: {name: disk}
            spec:
              accessModes: [ReadWriteOnce]
              capacity: {storage: 1Gi}
              csi: {driver: d.io, volumeHandle: h}
            """;
    private static final String POD =
            """
            metadata: {name: p, namespace: default}
            spec:
              nodeName: a
              serviceAccountName: robot
              automountServiceAccountToken: false
              containers: [{name: c, image: i}]
              volumes: [{name: v, %s}]
            """;

    @TempDir Path folder;
    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        var _ = create(Kinds.SERVICE_ACCOUNT, "metadata: {name: robot, namespace: default}");
        var _ =
                create(
                        server.kinds().byKind("storage.k8s.io/v1", "CSIDriver"),
                        DRIVER.formatted("d.io"));
        var _ = create(Kinds.PERSISTENT_VOLUME, VOLUME);
        var _ = create(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM.formatted("data"));
        var _ = create(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM.formatted("p-v"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private KubeObject create(Kind kind, String yaml) {
        JsonObject tree =
                ((JsonObject) Yaml.parse(yaml))
                        .with("apiVersion", kind.apiVersion())
                        .with("kind", kind.kind());
        return server.transport(User.component("test"))
                .create(kind, new KubeObject(tree), WriteOptions.NONE)
                .object();
    }

    private String token(KubeObject pod, String audience) {
        String asked =
                """
                metadata: {name: robot, namespace: default}
                spec:
                  audiences: [%s]
                  boundObjectRef: {apiVersion: v1, kind: Pod, name: p, uid: %s}
                """
                        .formatted(audience, pod.uid());
        return server.transport(NodeAuthorizer.agent("a"))
                .create(
                        Kinds.SERVICE_ACCOUNT,
                        new KubeObject((JsonObject) Yaml.parse(asked)),
                        WriteOptions.NONE.on("token"))
                .object()
                .status()
                .string("token");
    }

    private String refusal(KubeObject pod, String audience) {
        return assertThrows(StatusException.class, () -> token(pod, audience)).status().message();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "projected: {sources: [{serviceAccountToken: {path: t, audience: vault}}]}",
                "csi: {driver: d.io}",
                "persistentVolumeClaim: {claimName: data}",
                "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce],"
                        + " resources: {requests: {storage: 1Gi}}}}}",
            })
    void theAudiencesOfAPodAreThoseOfItsVolumesAndTheirDrivers(String volume) {
        KubeObject pod = create(Kinds.POD, POD.formatted(volume));

        assertFalse(token(pod, "vault").isEmpty());
        assertEquals(
                "serviceaccounts \"robot\" is forbidden: audience \"other\" not found in pod spec"
                        + " volume, system:node:a is not authorized to request tokens for this"
                        + " audience",
                refusal(pod, "other"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "csi: {driver: e.io}|csidriver.storage.k8s.io \"e.io\" not found",
                "persistentVolumeClaim: {claimName: gone}|persistentvolumeclaim \"gone\" not found",
            })
    void whatLeadsToADriverMustBeThere(String volume, String missing) {
        KubeObject pod = create(Kinds.POD, POD.formatted(volume));

        assertEquals(
                "serviceaccounts \"robot\" is forbidden: error validating audience \"vault\": "
                        + missing,
                refusal(pod, "vault"));
    }
}
