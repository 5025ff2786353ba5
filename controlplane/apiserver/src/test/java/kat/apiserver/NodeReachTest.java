package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Which objects come into the reach of a node's agent with a pod, and leave it with the pod.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NodeReachTest {

    private static final String POD =
            """
            metadata: {name: p, namespace: default}
            spec:
              nodeName: a
              serviceAccountName: robot
              containers: [{name: c, image: i%s}]
              %s
            """;

    private static final String CLAIMED =
            "volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]";

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.component("test"));
        create(Kinds.SERVICE_ACCOUNT, "metadata: {name: robot, namespace: default}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Kind kind(String name) {
        return switch (name) {
            case "ResourceClaim", "ResourceSlice" ->
                    server.kinds().byKind("resource.k8s.io/v1", name);
            case "VolumeAttachment", "CSINode", "CSIDriver" ->
                    server.kinds().byKind("storage.k8s.io/v1", name);
            case "Lease" -> Kinds.LEASE;
            default -> server.kinds().byKind("v1", name);
        };
    }

    private KubeObject create(Kind kind, String yaml) {
        JsonObject tree =
                ((JsonObject) Yaml.parse(yaml))
                        .with("apiVersion", kind.apiVersion())
                        .with("kind", kind.kind());
        return admin.create(kind, new KubeObject(tree), WriteOptions.NONE).object();
    }

    private Transport agent(String node) {
        return server.transport(NodeAuthorizer.agent(node));
    }

    /// Whether an agent may read an object, be it there or not.
    private boolean reads(String node, Kind kind, String namespace, String name) {
        try {
            var _ = agent(node).get(kind, ObjectKey.of(namespace, name));
            return true;
        } catch (StatusException e) {
            assertTrue(List.of(403, 404).contains(e.status().code()), e.status().message());
            return e.status().code() == 404;
        }
    }

    private static String refusal(Executable action) {
        return assertThrows(StatusException.class, action).status().message();
    }

    private void remove() {
        var _ =
                admin.delete(
                        Kinds.POD, ObjectKey.of("default", "p"), DeleteOptions.NONE.withGrace(0));
    }

    /// What a pod refers to.
    ///
    /// @param container members of its container
    /// @param spec a member of its specification
    record Edge(String name, String kind, String target, String container, String spec) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Edge container(String name, String kind, String target, String members) {
        return new Edge(name, kind, target, ", " + members, "");
    }

    private static Edge volume(String name, String kind, String target, String source) {
        return new Edge(name, kind, target, "", "volumes: [{name: v, " + source + "}]");
    }

    static Stream<Edge> edges() {
        return Stream.concat(references(), volumes());
    }

    private static Stream<Edge> references() {
        return Stream.of(
                container(
                        "variable",
                        "Secret",
                        "s",
                        "env: [{name: E, valueFrom: {secretKeyRef: {name: s, key: k}}}]"),
                container("variables", "Secret", "s", "envFrom: [{secretRef: {name: s}}]"),
                container(
                        "variable",
                        "ConfigMap",
                        "m",
                        "env: [{name: E, valueFrom: {configMapKeyRef: {name: m, key: k}}}]"),
                container("variables", "ConfigMap", "m", "envFrom: [{configMapRef: {name: m}}]"),
                new Edge(
                        "initContainer",
                        "Secret",
                        "s",
                        "",
                        "initContainers: [{name: d, image: i, envFrom: [{secretRef: {name: s}}]}]"),
                new Edge("pullSecret", "Secret", "s", "", "imagePullSecrets: [{name: s}]"),
                new Edge(
                        "device",
                        "ResourceClaim",
                        "gpu",
                        "",
                        "resourceClaims: [{name: d, resourceClaimName: gpu}]"),
                new Edge("itself", "Pod", "p", "", ""),
                new Edge("account", "ServiceAccount", "robot", "", ""));
    }

    private static Stream<Edge> volumes() {
        return Stream.of(
                volume("secret", "Secret", "s", "secret: {secretName: s}"),
                volume("projected", "Secret", "s", "projected: {sources: [{secret: {name: s}}]}"),
                volume(
                        "csi",
                        "Secret",
                        "s",
                        "csi: {driver: d.io, nodePublishSecretRef: {name: s}}"),
                volume("azureFile", "Secret", "s", "azureFile: {secretName: s, shareName: h}"),
                volume("cephfs", "Secret", "s", "cephfs: {monitors: [m], secretRef: {name: s}}"),
                volume(
                        "flexVolume",
                        "Secret",
                        "s",
                        "flexVolume: {driver: d/e, secretRef: {name: s}}"),
                volume(
                        "rbd",
                        "Secret",
                        "s",
                        "rbd: {monitors: [m], image: i, secretRef: {name: s}}"),
                volume(
                        "iscsi",
                        "Secret",
                        "s",
                        "iscsi: {targetPortal: 1.2.3.4, iqn: 'iqn.2001-04.com.example:d', lun: 0, secretRef: {name: s}}"),
                volume("configMap", "ConfigMap", "m", "configMap: {name: m}"),
                volume(
                        "projected",
                        "ConfigMap",
                        "m",
                        "projected: {sources: [{configMap: {name: m}}]}"),
                volume(
                        "claim",
                        "PersistentVolumeClaim",
                        "data",
                        "persistentVolumeClaim: {claimName: data}"),
                volume(
                        "ephemeral",
                        "PersistentVolumeClaim",
                        "p-v",
                        "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}"));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void whatAPodRefersToIsReadByItsNodeAloneAndOnlyWhileThePodIsThere(Edge edge) {
        Kind kind = kind(edge.kind());
        assertFalse(reads("a", kind, "default", edge.target()), "before the pod");

        create(Kinds.POD, POD.formatted(edge.container(), edge.spec()));

        assertTrue(reads("a", kind, "default", edge.target()));
        assertFalse(reads("b", kind, "default", edge.target()), "another node");
        assertFalse(reads("a", kind, "default", "another"), "another object");
        assertFalse(reads("a", kind, "kube-system", edge.target()), "another namespace");
        remove();
        assertFalse(reads("a", kind, "default", edge.target()), "after the pod");
    }

    @Test
    void devicesOfTheirTemplatesAreReachedThroughTheStatusOfThePod() {
        Kind claims = kind("ResourceClaim");
        KubeObject pod =
                create(
                        Kinds.POD,
                        POD.formatted(
                                ", resources: {limits: {e.io/gpu: 1}}",
                                "resourceClaims: [{name: d, resourceClaimTemplateName: t}]"));
        assertFalse(reads("a", claims, "default", "made"));

        JsonObject status =
                (JsonObject)
                        Yaml.parse(
                                """
                                resourceClaimStatuses: [{name: d, resourceClaimName: made}]
                                extendedResourceClaimStatus:
                                  resourceClaimName: further
                                  requestMappings:
                                  - {containerName: c, resourceName: e.io/gpu, requestName: r}
                                """);
        var _ =
                admin.update(
                        Kinds.POD,
                        new KubeObject(pod.tree().with("status", status)),
                        WriteOptions.NONE.on("status"));

        assertTrue(reads("a", claims, "default", "made"));
        assertTrue(reads("a", claims, "default", "further"));
        assertFalse(reads("b", claims, "default", "made"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "csi: {driver: d.io, volumeHandle: h, nodePublishSecretRef: {name: s, namespace: vault}}|true",
                "csi: {driver: d.io, volumeHandle: h, nodeStageSecretRef: {name: s, namespace: vault}}|true",
                "csi: {driver: d.io, volumeHandle: h, nodeExpandSecretRef: {name: s, namespace: vault}}|true",
                "csi: {driver: d.io, volumeHandle: h, controllerPublishSecretRef: {name: s, namespace: vault}}|false",
                "csi: {driver: d.io, volumeHandle: h, controllerExpandSecretRef: {name: s, namespace: vault}}|false",
                "azureFile: {secretName: s, secretNamespace: vault, shareName: h}|true",
                "flexVolume: {driver: d/e, secretRef: {name: s, namespace: vault}}|true",
                "hostPath: {path: /data}|false",
            })
    void aVolumeAndTheSecretsThatNodesNeedForItAreReachedThroughItsClaim(
            String source, boolean withSecret) {
        create(
                Kinds.PERSISTENT_VOLUME,
                """
                metadata: {name: disk}
                spec:
                  accessModes: [ReadWriteOnce]
                  capacity: {storage: 1Gi}
                  claimRef: {namespace: default, name: data}
                  %s
                """
                        .formatted(source));
        assertFalse(reads("a", Kinds.PERSISTENT_VOLUME, "", "disk"), "before the pod");

        create(Kinds.POD, POD.formatted("", CLAIMED));

        assertTrue(reads("a", Kinds.PERSISTENT_VOLUME, "", "disk"));
        assertFalse(reads("b", Kinds.PERSISTENT_VOLUME, "", "disk"), "another node");
        assertEquals(withSecret, reads("a", Kinds.SECRET, "vault", "s"));
        assertFalse(reads("b", Kinds.SECRET, "vault", "s"), "another node");
        remove();
        assertFalse(reads("a", Kinds.SECRET, "vault", "s"), "after the pod");
    }

    @Test
    void aMirrorPodReachesNothingButItself() {
        create(
                Kinds.POD,
                """
                metadata:
                  name: p
                  namespace: default
                  annotations: {kubernetes.io/config.mirror: x}
                spec: {nodeName: a, containers: [{name: c, image: i}]}
                """);

        assertTrue(reads("a", Kinds.POD, "default", "p"));
        assertFalse(reads("a", Kinds.SERVICE_ACCOUNT, "default", "default"));
    }

    @Test
    void attachmentsAndSlicesAreReachedByTheNodeThatTheyName() {
        Kind attachments = kind("VolumeAttachment");
        Kind slices = kind("ResourceSlice");
        create(
                attachments,
                "metadata: {name: x}\n"
                        + "spec: {attacher: d.io, nodeName: a, source: {persistentVolumeName: v}}");
        create(
                slices,
                "metadata: {name: x}\n"
                        + "spec: {driver: d.io, nodeName: a,"
                        + " pool: {name: a, generation: 1, resourceSliceCount: 1}}");

        for (Kind kind : List.of(attachments, slices)) {
            assertTrue(reads("a", kind, "", "x"), kind.plural());
            assertFalse(reads("b", kind, "", "x"), kind.plural());
        }
        ListQuery own = new ListQuery("", "", "spec.nodeName=a", 0, "");
        assertEquals(1, agent("a").list(slices, own).items().size());
        String why =
                ": can only list/watch/deletecollection resourceslices with"
                        + " nodeName field selector";
        for (Executable all :
                List.<Executable>of(
                        () -> agent("a").list(slices, ListQuery.ALL),
                        () -> agent("b").list(slices, own))) {
            String told = refusal(all);
            assertTrue(told.endsWith(why), told);
        }
    }

    @ParameterizedTest
    @CsvSource({"Node,''", "CSINode,''", "Lease,kube-node-lease"})
    void whatHasTheNameOfTheNodeIsItsOwn(String name, String namespace) {
        assertTrue(reads("a", kind(name), namespace, "a"));
        assertFalse(reads("a", kind(name), namespace, "b"));
        assertThrows(StatusException.class, () -> agent("a").list(kind(name), ListQuery.ALL));
    }
}
