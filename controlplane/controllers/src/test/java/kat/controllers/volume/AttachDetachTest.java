package kat.controllers.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttachDetachTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Kind ATTACHMENT =
            Kinds.builtIn().require("storage.k8s.io/v1", "VolumeAttachment");
    private static final Kind CSI_DRIVER =
            Kinds.builtIn().require("storage.k8s.io/v1", "CSIDriver");
    private static final String NAME = "kubernetes.io/csi/disk.example.com^h";

    private final MemoryCluster cluster = new MemoryCluster(NOW, new AttachDetach());

    @BeforeEach
    void nodesAndVolume() {
        node("n1");
        node("n2");
        create(
                Kinds.PERSISTENT_VOLUME,
                "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {accessModes:"
                        + " [ReadWriteOnce], claimRef: {namespace: ns, name: c}, csi: {driver:"
                        + " disk.example.com, volumeHandle: h}}}");
        create(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: ns, name: c},"
                        + " spec: {volumeName: v}}");
    }

    private void node(String name) {
        create(
                Kinds.NODE,
                "{apiVersion: v1, kind: Node, metadata: {name: "
                        + name
                        + "}, status: {conditions: [{type: Ready, status: 'True',"
                        + " lastTransitionTime: '2026-01-01T00:00:00Z'}]}}");
    }

    private KubeObject create(Kind kind, String yaml) {
        return cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }

    private KubeObject pod(String name, String node) {
        return create(
                Kinds.POD,
                "{apiVersion: v1, kind: Pod, metadata: {namespace: ns, name: "
                        + name
                        + "}, spec: {nodeName: "
                        + node
                        + ", volumes: [{name: d, persistentVolumeClaim: {claimName: c}}],"
                        + " containers: [{name: c, image: i}]}}");
    }

    private List<KubeObject> attachments() {
        return cluster.list(ATTACHMENT, "");
    }

    private void attached() {
        KubeObject one = attachments().getFirst();
        cluster.update(ATTACHMENT, one.withStatus(s -> s.with("attached", true)), "status");
        cluster.settle();
    }

    private KubeObject node1() {
        return Objects.requireNonNull(cluster.get(Kinds.NODE, ObjectKey.of("", "n1")));
    }

    private void change(String member, Json value) {
        cluster.update(Kinds.NODE, node1().withStatus(s -> s.with(member, value)), "status");
        cluster.settle();
    }

    @Test
    void asksForTheVolumeOfAPodAndTellsWhenItIsThere() {
        pod("a", "n1");
        cluster.settle();
        KubeObject asked = attachments().getFirst();

        attached();

        assertEquals("n1", asked.spec().string("nodeName"));
        assertEquals("disk.example.com", asked.spec().string("attacher"));
        assertEquals("v", asked.spec().object("source").string("persistentVolumeName"));
        assertEquals(
                NAME,
                node1().status().array("volumesAttached").objects().getFirst().string("name"));
        assertEquals(
                List.of("AttachVolume.Attach succeeded for volume \"v\" "), cluster.messages());
    }

    @Test
    void asksForNothingWhereTheDriverDoesNotAttach() {
        create(
                CSI_DRIVER,
                "{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name:"
                        + " disk.example.com}, spec: {attachRequired: false}}");
        pod("a", "n1");

        cluster.settle();

        assertEquals(List.of(), attachments());
    }

    @Test
    void leavesAttachmentsOfOthersAlone() {
        create(
                ATTACHMENT,
                "{apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: mine},"
                        + " spec: {attacher: x, nodeName: n1, source: {persistentVolumeName: w}}}");

        cluster.settle();

        assertEquals(1, attachments().size());
    }

    @Test
    void detachesOnceTheNodeNoLongerUsesTheVolume() {
        KubeObject pod = pod("a", "n1");
        cluster.settle();
        attached();
        change("volumesInUse", JsonArray.ofStrings(List.of(NAME)));

        cluster.delete(Kinds.POD, pod);
        cluster.settle();
        assertEquals(1, attachments().size());
        change("volumesInUse", JsonArray.EMPTY);

        assertEquals(List.of(), attachments());
        assertTrue(node1().status().array("volumesAttached").isEmpty());
    }

    @Test
    void doesNotWaitForANodeThatIsOutOfService() {
        KubeObject pod = pod("a", "n1");
        cluster.settle();
        attached();
        change("volumesInUse", JsonArray.ofStrings(List.of(NAME)));
        cluster.delete(Kinds.POD, pod);
        JsonObject taint =
                JsonObject.EMPTY
                        .with("key", "node.kubernetes.io/out-of-service")
                        .with("effect", "NoExecute");

        cluster.update(
                Kinds.NODE, node1().withSpec(s -> s.with("taints", JsonArray.of(taint))), "");
        cluster.settle();

        assertEquals(List.of(), attachments());
    }

    @Test
    void waitsSixMinutesForANodeThatIsNotReady() {
        KubeObject pod = pod("a", "n1");
        cluster.settle();
        attached();
        change("volumesInUse", JsonArray.ofStrings(List.of(NAME)));
        cluster.delete(Kinds.POD, pod);
        JsonObject unknown =
                JsonObject.EMPTY
                        .with("type", "Ready")
                        .with("status", "Unknown")
                        .with("lastTransitionTime", NOW.toString());
        change("conditions", JsonArray.of(unknown));

        cluster.advance(Duration.ofMinutes(5));
        cluster.settle();
        assertEquals(1, attachments().size());
        cluster.advance(Duration.ofMinutes(2));
        cluster.settle();

        assertEquals(List.of(), attachments());
    }

    @Test
    void givesAVolumeForOneNodeToNoOther() {
        KubeObject first = pod("a", "n1");
        cluster.settle();
        pod("b", "n2");
        cluster.settle();
        assertEquals(1, attachments().size());
        assertTrue(
                cluster.messages()
                        .contains(
                                "Multi-Attach error for volume \"v\" Volume is already used by"
                                        + " pod(s) a"));

        cluster.delete(Kinds.POD, first);
        cluster.settle();

        assertEquals("n2", attachments().getFirst().spec().string("nodeName"));
    }

    @Test
    void tellsWhyAVolumeIsNotAttached() {
        pod("a", "n1");
        cluster.settle();
        JsonObject error = JsonObject.EMPTY.with("message", "no such disk");

        cluster.update(
                ATTACHMENT,
                attachments().getFirst().withStatus(s -> s.with("attachError", error)),
                "status");
        cluster.settle();

        assertTrue(
                cluster.messages()
                        .contains("AttachVolume.Attach failed for volume \"v\" : no such disk"));
    }
}
