package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the admission plug-ins that are on by default make of pods, nodes and claims, each in
/// Kubernetes' words.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DefaultPluginsTest {

    private static final String CONTAINERS = "containers: [{name: c, image: i}]";

    @TempDir Path folder;
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new FakeTicker(Instant.now()),
                        Randomness.seeded(1));
        server.start();
        local = server.transport(User.component("test"));
        var _ = create(Kinds.SERVICE_ACCOUNT, "metadata: {name: default, namespace: default}");
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
        return local.create(kind, new KubeObject(tree), WriteOptions.NONE).object();
    }

    private KubeObject pod(String spec) {
        return create(
                Kinds.POD,
                "metadata: {name: p, namespace: default}\nspec: {%s, %s}"
                        .formatted(CONTAINERS, spec));
    }

    private String refused(String spec) {
        return assertThrows(StatusException.class, () -> pod(spec)).status().message();
    }

    private Kind kind(String apiVersion, String name) {
        return server.kinds().byKind(apiVersion, name);
    }

    @Test
    void givesPodsThePriorityOfTheirClassOrOfTheDefaultOne() {
        Kind classes = kind("scheduling.k8s.io/v1", "PriorityClass");
        assertEquals(0, pod("restartPolicy: Never").spec().integer("priority", -1));
        var _ =
                create(
                        classes,
                        "metadata: {name: usual}\nvalue: 7\nglobalDefault: true\n"
                                + "preemptionPolicy: Never");
        var _ = create(classes, "metadata: {name: high}\nvalue: 100");

        assertEquals(
                "pods \"p\" is forbidden: no PriorityClass with name absent was found",
                refused("priorityClassName: absent"));
        assertEquals(
                "pods \"p\" is forbidden: the integer value of priority (5) must not be provided in"
                        + " pod spec; priority admission controller computed 100 from the given"
                        + " PriorityClass name",
                refused("priorityClassName: high, priority: 5"));
        KubeObject usual =
                create(
                        Kinds.POD,
                        "metadata: {name: q, namespace: default}\nspec: {%s}"
                                .formatted(CONTAINERS));
        assertEquals(7, usual.spec().integer("priority", -1));
        assertEquals("usual", usual.spec().string("priorityClassName"));
        assertEquals("Never", usual.spec().string("preemptionPolicy"));
    }

    @Test
    void givesPodsTheOverheadAndNodesOfTheirRuntimeClass() {
        Kind classes = kind("node.k8s.io/v1", "RuntimeClass");
        var _ =
                create(
                        classes,
                        """
                        metadata: {name: sandbox}
                        handler: h
                        overhead: {podFixed: {memory: 64Mi}}
                        scheduling: {nodeSelector: {kind: sandbox}}
                        """);

        assertEquals(
                "pods \"p\" is forbidden: pod rejected: RuntimeClass \"absent\" not found",
                refused("runtimeClassName: absent"));
        assertEquals(
                "pods \"p\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's"
                        + " defined Overhead",
                refused("runtimeClassName: sandbox, overhead: {memory: 1Mi}"));
        KubeObject pod = pod("runtimeClassName: sandbox, nodeSelector: {disk: ssd}");
        assertEquals("{\"memory\":\"64Mi\"}", pod.spec().object("overhead").toString());
        assertEquals(
                "{\"disk\":\"ssd\",\"kind\":\"sandbox\"}",
                pod.spec().object("nodeSelector").toString());
    }

    @Test
    void protectsVolumesAndClaimsFromTheirCreationOn() {
        KubeObject claim =
                create(
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        "metadata: {name: c, namespace: default}\n"
                                + "spec: {accessModes: [ReadWriteOnce],"
                                + " resources: {requests: {storage: 1Gi}}}");
        KubeObject volume =
                create(
                        Kinds.PERSISTENT_VOLUME,
                        "metadata: {name: v}\n"
                                + "spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi},"
                                + " hostPath: {path: /data}}");

        assertEquals(List.of("kubernetes.io/pvc-protection"), claim.finalizers());
        assertEquals(List.of("kubernetes.io/pv-protection"), volume.finalizers());
    }

    @Test
    void keepsPodsFromNewNodesAndLetsThemStayOnLostOnesForFiveMinutes() {
        KubeObject node = create(Kinds.NODE, "metadata: {name: one}");
        KubeObject pod = pod("restartPolicy: Never");

        assertEquals(
                "[{\"effect\":\"NoSchedule\",\"key\":\"node.kubernetes.io/not-ready\"}]",
                node.spec().array("taints").toString());
        assertEquals(
                "[{\"effect\":\"NoExecute\",\"key\":\"node.kubernetes.io/not-ready\","
                        + "\"operator\":\"Exists\",\"tolerationSeconds\":300},"
                        + "{\"effect\":\"NoExecute\",\"key\":\"node.kubernetes.io/unreachable\","
                        + "\"operator\":\"Exists\",\"tolerationSeconds\":300}]",
                pod.spec().array("tolerations").toString());
    }
}
