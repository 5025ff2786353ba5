package kat.scheduler;

import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.object;
import static kat.scheduler.SchedulingTest.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodClaimsTest {

    private final List<KubeObject> objects = new ArrayList<>();
    private final PodClaims claims =
            new PodClaims(
                    new ClusterObjects() {
                        @Override
                        public @Nullable KubeObject get(Kind kind, ObjectKey key) {
                            return list(kind, key.namespace()).stream()
                                    .filter(each -> each.name().equals(key.name()))
                                    .findFirst()
                                    .orElse(null);
                        }

                        @Override
                        public List<KubeObject> list(Kind kind, String namespace) {
                            return objects.stream()
                                    .filter(each -> each.kind().equals(kind.kind()))
                                    .toList();
                        }
                    });
    private final PodInfo pod =
            pod("p", "volumes: [{name: d, persistentVolumeClaim: {claimName: c}}]");

    @Test
    void tellsTheProvisionerTheNode() {
        storage("example.com/p", "");
        claim("");

        List<PodClaims.Choice> choices = claims.choose(pod, node("n1", ""));

        assertNotNull(choices);
        assertNull(choices.getFirst().volume());
    }

    @Test
    void asksForRoomWhereADriverTellsHowMuchThereIs() {
        storage("example.com/p", "");
        objects.add(
                object(
                        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c,"
                                + " namespace: ns}, spec: {storageClassName: s, resources:"
                                + " {requests: {storage: 2Gi}}}}"));
        assertTrue(claims.haveRoom(pod, node("n1", "kubernetes.io/hostname: n1")));

        objects.add(
                object(
                        "{apiVersion: v1, kind: CSIDriver, metadata: {name: example.com/p},"
                                + " spec: {storageCapacity: true}}"));
        assertFalse(claims.haveRoom(pod, node("n1", "kubernetes.io/hostname: n1")));
        objects.add(capacity("n1", "1Gi"));
        objects.add(capacity("n2", "2Gi"));

        assertFalse(claims.haveRoom(pod, node("n1", "kubernetes.io/hostname: n1")));
        assertTrue(claims.haveRoom(pod, node("n2", "kubernetes.io/hostname: n2")));
    }

    private static KubeObject capacity(String node, String size) {
        return object(
                "{apiVersion: v1, kind: CSIStorageCapacity, metadata: {name: "
                        + node
                        + "}, storageClassName: s, capacity: "
                        + size
                        + ", nodeTopology: {matchLabels: {kubernetes.io/hostname: "
                        + node
                        + "}}}");
    }

    @Test
    void keepsToTheNodeThatWasChosen() {
        storage("example.com/p", "");
        claim("annotations: {volume.kubernetes.io/selected-node: other}");

        assertNull(claims.choose(pod, node("n1", "")));
        assertNotNull(claims.choose(pod, node("other", "")));
    }

    @Test
    void takesTheSmallestVolumeThatTheNodeReaches() {
        storage("kubernetes.io/no-provisioner", "");
        claim("");
        volume("large", "9Gi", "n1");
        volume("right", "2Gi", "n1");
        volume("far", "1Gi", "other");

        List<PodClaims.Choice> choices = claims.choose(pod, node("n1", ""));

        assertNotNull(choices);
        KubeObject volume = choices.getFirst().volume();
        assertEquals("right", volume == null ? "" : volume.name());
        assertNull(claims.choose(pod, node("third", "")));
    }

    @Test
    void obeysTheTopologiesOfTheClass() {
        storage(
                "example.com/p",
                ", allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}]");
        claim("");

        assertNotNull(claims.choose(pod, node("n1", "zone: a")));
        assertNull(claims.choose(pod, node("n1", "zone: b")));
    }

    private void storage(String provisioner, String more) {
        objects.add(
                object(
                        "{kind: StorageClass, metadata: {name: s}, volumeBindingMode:"
                                + " WaitForFirstConsumer, provisioner: "
                                + provisioner
                                + more
                                + "}"));
    }

    private void claim(String metadata) {
        objects.add(
                object(
                        "{kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns, uid: u"
                                + (metadata.isEmpty() ? "" : ", " + metadata)
                                + "}, spec: {storageClassName: s, accessModes: [ReadWriteOnce],"
                                + " resources: {requests: {storage: 1Gi}}}}"));
    }

    private void volume(String name, String size, String node) {
        objects.add(
                object(
                        "{kind: PersistentVolume, metadata: {name: "
                                + name
                                + "}, spec: {storageClassName: s, accessModes: [ReadWriteOnce],"
                                + " capacity: {storage: "
                                + size
                                + "}, nodeAffinity: {required: {nodeSelectorTerms: [{matchFields:"
                                + " [{key: metadata.name, operator: In, values: ["
                                + node
                                + "]}]}]}}}}"));
    }
}
