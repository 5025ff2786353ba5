package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a node's agent may do to pods: mirror its static ones, and tell how its own are.
///
/// **Source:** `plugin/pkg/admission/noderestriction/admission.go`.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NodePodsTest {

    private static final String MIRROR =
            "{metadata: {name: m, namespace: default, annotations: {kubernetes.io/config.mirror: x},"
                    + " ownerReferences: [{apiVersion: v1, kind: Node, name: a, uid: OWN, controller:"
                    + " true}]}, spec: {nodeName: a, containers: [{name: c, image: i}]}}";
    private static final String POD =
            "{metadata: {name: m, namespace: default, labels: {app: x}}, spec: {nodeName: %s,"
                    + " automountServiceAccountToken: false, containers: [{name: c, image: i}]}}";

    @TempDir Path folder;
    private ApiServer server;
    private Transport agent;
    private Transport admin;
    private String uid;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        agent = server.transport(NodeAuthorizer.agent("a"));
        admin = server.transport(User.of("alice", List.of("system:masters")));
        uid = create(agent, Kinds.NODE, "{metadata: {name: a}}").uid();
        var unused =
                create(
                        admin,
                        Kinds.SERVICE_ACCOUNT,
                        "{metadata: {name: default, namespace: default}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static KubeObject create(Transport by, Kind kind, String yaml) {
        JsonObject tree = (JsonObject) Yaml.parse(yaml);
        JsonObject typed = tree.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
        return by.create(kind, new KubeObject(typed), WriteOptions.NONE).object();
    }

    /// What is said; empty when nothing is refused.
    private static String told(Runnable write) {
        try {
            write.run();
            return "";
        } catch (StatusException e) {
            return e.status().message();
        }
    }

    /// A part of a good mirror pod, what stands in its place, and why it is refused.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uid: OWN|uid: OWN|",
                "config.mirror|config.other|pod does not have \"kubernetes.io/config.mirror\" annotation,"
                        + " node \"a\" can only create mirror pods",
                "nodeName: a|nodeName: b|node \"a\" can only create pods with spec.nodeName set to itself",
                "controller: true}|controller: true}, {apiVersion: v1, kind: Node, name: b, uid: u}|node"
                        + " \"a\" can only create pods with a single owner reference set to itself",
                "name: a, uid|name: b, uid|node \"a\" can only create pods with an owner reference set to"
                        + " itself",
                "kind: Node|kind: Pod|node \"a\" can only create pods with an owner reference set to"
                        + " itself",
                "controller: true|controller: false|node \"a\" can only create pods with a controller"
                        + " owner reference set to itself",
                "controller: true|controller: true, blockOwnerDeletion: true|node \"a\" must not set"
                        + " blockOwnerDeletion on an owner reference",
                "uid: OWN|uid: other|node a UID mismatch: expected other got OWN",
                "image: i|image: i, envFrom: [{configMapRef: {name: c}}]|node \"a\" can not create pods"
                        + " that reference configmaps",
                "image: i}]|image: i}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]|node"
                        + " \"a\" can not create pods that reference persistentvolumeclaims",
                "image: i}]|image: i}], volumes: [{name: v, configMap: {name: c}}]|node \"a\" can not"
                        + " create pods that reference configmaps (via configmap volumes)",
                "image: i}]|image: i}], volumes: [{name: v, secret: {secretName: c}}]|a mirror pod may"
                        + " not reference secrets",
            })
    void mirrorsItsStaticPodsAlone(String part, String instead, String why) {
        String pod = MIRROR.replace(part, instead).replace("OWN", uid);

        assertEquals(
                why == null ? "" : "pods \"m\" is forbidden: " + why.replace("OWN", uid),
                told(() -> create(agent, Kinds.POD, pod)));
    }

    @Test
    void mirrorsNothingBeforeItsNodeIsThere() {
        admin.delete(Kinds.NODE, ObjectKey.of("", "a"), DeleteOptions.of(uid));

        assertEquals(
                "nodes \"a\" not found",
                told(() -> create(agent, Kinds.POD, MIRROR.replace("OWN", uid))));
    }

    private void status(String yaml) {
        var unused =
                agent.patch(
                        Kinds.POD,
                        ObjectKey.of("default", "m"),
                        Patch.merge((JsonObject) Yaml.parse(yaml)),
                        WriteOptions.NONE.on("status"));
    }

    /// The node of a pod, what its agent tells of the pod, and why that is refused.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a|{status: {phase: Running}}|",
                "b|{status: {phase: Running}}|node \"a\" can only update pod status for pods with"
                        + " spec.nodeName set to itself",
                "a|{metadata: {labels: {app: z}}, status: {phase: Running}}|node \"a\" cannot update"
                        + " labels through pod status",
                "a|{status: {resourceClaimStatuses: [{name: c, resourceClaimName: r}]}}|node \"a\" cannot"
                        + " update resource claim statues",
            })
    void tellsOfItsOwnPods(String node, String change, String why) {
        var unused = create(admin, Kinds.POD, POD.formatted(node));

        assertEquals(
                why == null ? "" : "pods \"m\" is forbidden: " + why, told(() -> status(change)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a|",
                "b|node \"a\" can only delete pods with spec.nodeName set to itself",
            })
    void deletesItsOwnPods(String node, String why) {
        KubeObject pod = create(admin, Kinds.POD, POD.formatted(node));

        assertEquals(
                why == null ? "" : "pods \"m\" is forbidden: " + why,
                told(() -> agent.delete(Kinds.POD, pod.key(), DeleteOptions.of(pod.uid()))));
    }

    @Test
    void changesNoPods() {
        var unused = create(admin, Kinds.POD, POD.formatted("a"));
        Patch change = Patch.merge((JsonObject) Yaml.parse("{metadata: {labels: {app: z}}}"));
        ObjectKey key = ObjectKey.of("default", "m");

        assertEquals(
                "pods \"m\" is forbidden: User \"system:node:a\" cannot patch resource \"pods\" in"
                        + " API group \"\" in the namespace \"default\"",
                told(() -> agent.patch(Kinds.POD, key, change, WriteOptions.NONE)));
    }

    /// What the agent writes of a claim's status, and whether it may.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{status: {capacity: {storage: 2Gi}}}|true",
                "{status: {conditions: [{type: Resizing, status: 'True'}]}}|true",
                "{status: {phase: Lost}}|false",
                "{metadata: {labels: {a: b}}, status: {capacity: {storage: 2Gi}}}|false",
            })
    void tellsOfClaimsWhatChangesTheirSizeAlone(String change, boolean allowed) {
        var unused =
                create(
                        admin,
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        "{metadata: {name: c, namespace: default}, spec: {accessModes:"
                                + " [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}");

        unused =
                create(
                        admin,
                        Kinds.POD,
                        POD.formatted(
                                "a, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]"));

        String told =
                told(
                        () ->
                                agent.patch(
                                        Kinds.PERSISTENT_VOLUME_CLAIM,
                                        ObjectKey.of("default", "c"),
                                        Patch.merge((JsonObject) Yaml.parse(change)),
                                        WriteOptions.NONE.on("status")));

        String refused =
                "persistentvolumeclaims \"c\" is forbidden: node \"a\" is not allowed to update fields"
                        + " other than status.quantity and status.conditions";
        assertEquals(allowed ? "" : refused, told);
    }

    @Test
    void namesNoLabelsThatSteerPodsWhenItRegisters() {
        Transport second = server.transport(NodeAuthorizer.agent("b"));
        String node = "{metadata: {name: b, labels: {k8s.io/x: v, team: red}}}";

        assertEquals(
                "nodes \"b\" is forbidden: node \"b\" is not allowed to set the following labels:"
                        + " k8s.io/x",
                told(() -> create(second, Kinds.NODE, node)));
    }
}
