package kat.scheduler;

import static kat.scheduler.PodClaims.Refusal.NO_ROOM;
import static kat.scheduler.PodClaims.Refusal.NO_VOLUME;
import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.object;
import static kat.scheduler.SchedulingTest.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodClaimsTest {

    private final List<KubeObject> objects = new ArrayList<>();
    private final List<String> listed = new ArrayList<>();
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
                            listed.add(kind.kind());
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

        assertEquals(List.of("c to be made"), chosen(node("n1", "")));
    }

    @Test
    void asksForRoomWhereADriverTellsHowMuchThereIs() {
        storage("example.com/p", "");
        objects.add(
                object(
                        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c,"
                                + " namespace: ns}, spec: {storageClassName: s, resources:"
                                + " {requests: {storage: 2Gi}}}}"));
        assertNull(claims.choose(pod, node("n1", "kubernetes.io/hostname: n1")).objection());

        objects.add(
                object(
                        "{apiVersion: v1, kind: CSIDriver, metadata: {name: example.com/p},"
                                + " spec: {storageCapacity: true}}"));
        assertEquals(NO_ROOM, claims.choose(pod, node("n1", "kubernetes.io/hostname: n1")));
        objects.add(capacity("n1", "1Gi"));
        objects.add(capacity("n2", "2Gi"));

        assertEquals(NO_ROOM, claims.choose(pod, node("n1", "kubernetes.io/hostname: n1")));
        assertNull(claims.choose(pod, node("n2", "kubernetes.io/hostname: n2")).objection());
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

        assertEquals(NO_VOLUME, claims.choose(pod, node("n1", "")));
        assertNull(claims.choose(pod, node("other", "")).objection());
    }

    @Test
    void takesTheSmallestVolumeThatTheNodeReaches() {
        storage("kubernetes.io/no-provisioner", "");
        claim("");
        volume("large", "9Gi", "n1");
        volume("right", "2Gi", "n1");
        volume("far", "1Gi", "other");

        assertEquals(List.of("c right"), chosen(node("n1", "")));
        assertEquals(NO_VOLUME, claims.choose(pod, node("third", "")));
    }

    @Test
    void obeysTheTopologiesOfTheClass() {
        storage(
                "example.com/p",
                ", allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}]");
        claim("");

        assertNull(claims.choose(pod, node("n1", "zone: a")).objection());
        assertEquals(NO_VOLUME, claims.choose(pod, node("n1", "zone: b")));
    }

    @Test
    void theChosenNodeMustStillBeOneOfTheClass() {
        storage(
                "example.com/p",
                ", allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}]");
        claim("annotations: {volume.kubernetes.io/selected-node: n1}");

        assertEquals(NO_VOLUME, claims.choose(pod, node("n1", "zone: b")));
    }

    @Test
    void aSmallClaimChoosesBeforeALargeOne() {
        storage("kubernetes.io/no-provisioner", "");
        claim("large", "2Gi", "");
        claim("small", "1Gi", "");
        volume("two", "2Gi", "n1");
        volume("three", "3Gi", "n1");
        PodInfo both =
                pod(
                        "p",
                        "volumes: [{name: a, persistentVolumeClaim: {claimName: large}},"
                                + " {name: b, persistentVolumeClaim: {claimName: small}}]");

        var chosen = assertInstanceOf(PodClaims.Chosen.class, claims.choose(both, node("n1", "")));

        assertEquals(
                List.of("small two", "large three"),
                chosen.choices().stream().map(PodClaimsTest::words).toList());
    }

    @Test
    void volumesAreLookedThroughOnceForAClaimAndANode() {
        storage("example.com/p", "");
        claim("");
        objects.add(
                object(
                        "{apiVersion: v1, kind: CSIDriver, metadata: {name: example.com/p},"
                                + " spec: {storageCapacity: true}}"));
        objects.add(capacity("n1", "1Gi"));

        assertNull(claims.choose(pod, node("n1", "kubernetes.io/hostname: n1")).objection());

        assertEquals(1, listed.stream().filter("PersistentVolume"::equals).count());
    }

    private List<String> chosen(NodeInfo node) {
        var chosen = assertInstanceOf(PodClaims.Chosen.class, claims.choose(pod, node));
        return chosen.choices().stream().map(PodClaimsTest::words).toList();
    }

    private static String words(PodClaims.Choice choice) {
        KubeObject volume = choice.volume();
        return choice.claim().name() + " " + (volume == null ? "to be made" : volume.name());
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
        claim("c", "1Gi", metadata);
    }

    private void claim(String name, String size, String metadata) {
        objects.add(
                object(
                        "{kind: PersistentVolumeClaim, metadata: {name: "
                                + name
                                + ", namespace: ns, uid: u"
                                + (metadata.isEmpty() ? "" : ", " + metadata)
                                + "}, spec: {storageClassName: s, accessModes: [ReadWriteOnce],"
                                + " resources: {requests: {storage: "
                                + size
                                + "}}}}"));
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
