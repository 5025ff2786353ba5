package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.NodeAuthorizer;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a node's agent may write of its own node and of what belongs to it.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NodeWritesTest {

    @TempDir Path folder;
    private ApiServer server;
    private Transport agent;

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
        create(Kinds.NODE, "{metadata: {name: a}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static JsonObject tree(String yaml) {
        return (JsonObject) Yaml.parse(yaml);
    }

    private void create(Kind kind, String yaml) {
        JsonObject typed =
                tree(yaml).with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
        var _ = agent.create(kind, new KubeObject(typed), WriteOptions.NONE);
    }

    private void patch(String yaml) {
        var _ =
                agent.patch(
                        Kinds.NODE,
                        ObjectKey.of("", "a"),
                        Patch.merge(tree(yaml)),
                        WriteOptions.NONE);
    }

    private static String told(Runnable write) {
        return assertThrows(StatusException.class, write::run).status().message();
    }

    @ParameterizedTest
    @CsvSource({
        "team,true",
        "example.org/rack,true",
        "kubernetes.io/hostname,true",
        "topology.kubernetes.io/zone,true",
        "node.kubernetes.io/instance-type,true",
        "node.kubernetes.io/anything,true",
        "sub.node.kubernetes.io/anything,true",
        "kubelet.kubernetes.io/anything,true",
        "beta.kubernetes.io/arch,true",
        "node-restriction.kubernetes.io/x,false",
        "example.node-restriction.kubernetes.io/x,false",
        "node-role.kubernetes.io/control-plane,false",
        "kubernetes.io/x,false",
        "topology.kubernetes.io/x,false",
        "k8s.io/x,false",
        "x.k8s.io/x,false",
        "notkubernetes.io/x,true",
    })
    void labelsThatSteerPodsAreNotTheAgentsToSet(String label, boolean allowed) {
        String change = "{metadata: {labels: {'%s': v}}}".formatted(label);

        if (allowed) {
            patch(change);
        } else {
            assertEquals(
                    "nodes \"a\" is forbidden: is not allowed to modify labels: " + label,
                    told(() -> patch(change)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {taints: [{key: k, effect: NoSchedule}]}}|taints",
                "{spec: {taints: null}}|taints",
                "{metadata: {ownerReferences: [{apiVersion: v1, kind: Node, name: b, uid: u}]}}"
                        + "|ownerReferences",
            })
    void taintsAndOwnersAreNotTheAgentsToChange(String change, String what) {
        assertEquals(
                "nodes \"a\" is forbidden: node \"a\" is not allowed to modify " + what,
                told(() -> patch(change)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "coordination.k8s.io/v1|Lease|{metadata: {name: %s, namespace: kube-node-lease}}"
                        + "|can only access node lease with the same name as the requesting node",
                "storage.k8s.io/v1|CSINode|{metadata: {name: %s}, spec: {drivers: []}}"
                        + "|can only access CSINode with the same name as the requesting node",
                "resource.k8s.io/v1|ResourceSlice|{metadata: {name: x}, spec: {driver: d.io,"
                        + " nodeName: %s, pool: {name: p, generation: 1, resourceSliceCount: 1}}}"
                        + "|can only create ResourceSlice with the same NodeName as the requesting"
                        + " node",
            })
    void whatBelongsToAnotherNodeIsNotTheAgentsToMake(
            String version, String name, String object, String why) {
        Kind kind = server.kinds().byKind(version, name);

        String refusal = told(() -> create(kind, object.formatted("b")));

        assertEquals(why, refusal.substring(refusal.indexOf("forbidden: ") + 11));
        create(kind, object.formatted("a"));
    }
}
