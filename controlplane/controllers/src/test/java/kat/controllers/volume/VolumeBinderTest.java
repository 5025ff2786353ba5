package kat.controllers.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Controller;
import kat.client.Plan;
import kat.client.testing.MemoryCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeBinderTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectKey CLAIM = ObjectKey.of("ns", "c");

    private final VolumeBinder binder = new VolumeBinder();
    private final MemoryCluster cluster = new MemoryCluster(NOW, binder);

    @Test
    void bindsTheSmallestVolumeThatFits() {
        volume("large", "9Gi");
        volume("small", "1Gi");
        volume("right", "5Gi");
        claim("2Gi");

        settle("large", "small", "right");

        assertEquals("right", claim().spec().string("volumeName"));
        assertEquals("Bound", claim().status().string("phase"));
        assertEquals("5Gi", claim().status().object("capacity").string("storage"));
        assertEquals("Bound", phase("right"));
        assertEquals("Available", phase("large"));
    }

    @Test
    void releasesTheVolumeOfAClaimThatIsGone() {
        volume("v", "5Gi");
        claim("2Gi");
        settle("v");

        cluster.delete(Kinds.PERSISTENT_VOLUME_CLAIM, claim());
        settle("v");

        assertEquals("Released", phase("v"));
    }

    @Test
    void tellsTheClassOfAttributesWhenItBindsAndNotLater() {
        volume("plain", "5Gi");
        volume("gold", "5Gi", "gold");
        claim("2Gi", "gold");
        settle("plain", "gold");
        String bound = currentClass();

        cluster.update(
                Kinds.PERSISTENT_VOLUME,
                volume("gold").withSpec(s -> s.with("volumeAttributesClassName", "silver")),
                "");
        settle("plain", "gold");

        assertEquals("gold", claim().spec().string("volumeName"));
        assertEquals("gold", bound);
        assertEquals("gold", currentClass());
    }

    private String currentClass() {
        return claim().status().string("currentVolumeAttributesClassName");
    }

    @Test
    void leavesTheSizeOfABoundClaimToWhoMakesItLarger() {
        volume("v", "5Gi");
        claim("2Gi");
        settle("v");

        cluster.update(
                Kinds.PERSISTENT_VOLUME,
                volume("v")
                        .withSpec(
                                s -> s.with("capacity", JsonObject.of("storage", Json.of("9Gi")))),
                "");
        settle("v");

        assertEquals("5Gi", claim().status().object("capacity").string("storage"));
    }

    @Test
    void takesSizeAndModesFromAClaimWhoseVolumeIsLost() {
        volume("v", "5Gi");
        claim("2Gi");
        settle("v");

        cluster.delete(Kinds.PERSISTENT_VOLUME, volume("v"));
        settle();

        assertEquals(JsonObject.of("phase", Json.of("Lost")), claim().status());
        assertEquals(
                List.of("Bound claim has lost its PersistentVolume. Data on the volume is lost!"),
                cluster.messages());
    }

    @Test
    void doesNotBindAClaimToAVolumeThatItNamesAndThatDoesNotFit() {
        volume("v", "1Gi");
        claimOf("v");

        settle("v");

        assertEquals("Pending", claim().status().string("phase"));
        assertEquals("Available", phase("v"));
        assertEquals(
                "Cannot bind to requested volume \"v\": requested PV is too small",
                cluster.messages().getFirst());
    }

    @Test
    void tellsAClaimWhoseVolumeAnotherHas() {
        volume("v", "5Gi");
        JsonObject other = JsonObject.of("namespace", Json.of("ns"), "name", Json.of("other"));
        cluster.update(
                Kinds.PERSISTENT_VOLUME,
                volume("v").withSpec(s -> s.with("claimRef", other.with("uid", "o"))),
                "");
        claimOf("v");

        settle();

        assertEquals("Pending", claim().status().string("phase"));
        assertEquals(
                "volume \"v\" already bound to a different claim.", cluster.messages().getFirst());
    }

    @Test
    void looksAgainAtAClaimWhenTheVolumeThatItNamesBecomesLarger() {
        volume("v", "1Gi");
        claimOf("v");
        settle("v");
        KubeObject before = volume("v");

        JsonObject large = JsonObject.of("storage", Json.of("9Gi"));
        change(volume("v").withSpec(s -> s.with("capacity", large)));
        wake(before, volume("v"));

        assertEquals("Bound", claim().status().string("phase"));
    }

    @Test
    void looksAgainAtAClaimWhenTheVolumeThatItNamesIsGivenFree() {
        volume("v", "5Gi");
        JsonObject other = JsonObject.of("namespace", Json.of("ns"), "name", Json.of("other"));
        change(volume("v").withSpec(s -> s.with("claimRef", other.with("uid", "o"))));
        claimOf("v");
        settle("v");
        KubeObject before = volume("v");

        change(volume("v").withSpec(s -> s.without("claimRef")));
        wake(before, volume("v"));

        assertEquals("Released", before.status().string("phase"));
        assertEquals("Bound", claim().status().string("phase"));
    }

    @Test
    void looksAgainAtAClaimWhenTheVolumeThatItNamesAppears() {
        claimOf("v");
        settle();

        volume("v", "5Gi");
        wake(null, volume("v"));

        assertEquals("Bound", claim().status().string("phase"));
    }

    @Test
    void takesNoVolumeThatIsKeptForAClaimAndTooSmall() {
        volume("v", "1Gi");
        volume("w", "5Gi");
        JsonObject kept = JsonObject.of("namespace", Json.of("ns"), "name", Json.of("c"));
        cluster.update(
                Kinds.PERSISTENT_VOLUME, volume("v").withSpec(s -> s.with("claimRef", kept)), "");
        claim("2Gi");

        settle("v", "w");

        assertEquals("w", claim().spec().string("volumeName"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Retain| local: {path: /d}|''|Released",
                "Delete| csi: {driver: d}|''|Released",
                "Delete| cinder: {volumeID: d}|''|Released",
                "Delete| local: {path: /d}|example.com/outside|Released",
                "Delete| hostPath: {path: /tmp/d}|''|Released",
                "Delete| hostPath: {path: /d}|''|host_path deleter only supports /tmp/.+ but"
                        + " received provided /d",
                "Delete| local: {path: /d}|''|error getting deleter volume plugin for volume \"v\":"
                        + " no volume plugin matched",
                "Delete| nfs: {path: /d}|''|error getting deleter volume plugin for volume \"v\":"
                        + " no deletable volume plugin matched",
                "Delete| iscsi: {}|kubernetes.io/iscsi|no volume plugin matched name:"
                        + " kubernetes.io/iscsi",
                "Recycle| local: {path: /d}|''|No recycler plugin found for the volume!"
            })
    void aVolumeThatNobodyCanReclaimHasFailed(
            String policy, String source, String provisioner, String expected) {
        released(policy, source, provisioner);

        settle("v");

        boolean stays = expected.equals("Released");
        assertEquals(stays ? "Released" : "Failed", phase("v"));
        assertEquals(stays ? "" : expected, volume("v").status().string("message"));
        assertEquals(stays ? List.of() : List.of(expected), cluster.messages());
    }

    @Test
    void aVolumeThatFailedIsAvailableOnceItsClaimIsForgotten() {
        released("Recycle", "local: {path: /d}", "");
        settle("v");

        cluster.update(
                Kinds.PERSISTENT_VOLUME, volume("v").withSpec(s -> s.without("claimRef")), "");
        settle("v");

        assertEquals(JsonObject.of("phase", Json.of("Available")), volume("v").status());
    }

    @Test
    void aVolumeThatPodsWaitForIsNotRecycled() {
        released("Recycle", "nfs: {path: /d}", "");
        pod("b", "");
        pod("a", "");

        Plan plan = settleOnce("v");

        assertEquals("Released", phase("v"));
        assertEquals("Volume is used by pods: ns/a,ns/b", cluster.messages().getLast());
        assertEquals(Reclaim.LOOK_AGAIN, plan.requeueAfter());
    }

    @Test
    void aClaimThatWaitsForItsFirstPodTellsWhich() {
        create(
                Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass"),
                "{metadata: {name: late}, provisioner: x, volumeBindingMode: WaitForFirstConsumer}");
        claim("2Gi");
        cluster.update(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                claim().withSpec(s -> s.with("storageClassName", "late")),
                "");

        settle();
        pod("scheduled", "n");
        pod("b", "");
        settle();
        pod("a", "");
        settle();

        assertEquals(
                List.of(
                        "waiting for first consumer to be created before binding",
                        "waiting for pod b to be scheduled",
                        "waiting for pods a,b to be scheduled"),
                cluster.messages().stream().distinct().toList());
    }

    private void released(String policy, String source, String provisioner) {
        create(
                Kinds.PERSISTENT_VOLUME,
                ("{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, annotations:"
                                + " {pv.kubernetes.io/provisioned-by: '%s'}}, spec: {claimRef:"
                                + " {namespace: ns, name: c, uid: gone},"
                                + " persistentVolumeReclaimPolicy: %s, %s}, status: {phase: Bound}}")
                        .formatted(provisioner, policy, source));
    }

    private void pod(String name, String node) {
        create(
                Kinds.POD,
                ("{metadata: {name: %s, namespace: ns}, spec: {nodeName: '%s', volumes: [{name: d,"
                                + " persistentVolumeClaim: {claimName: c}}]}}")
                        .formatted(name, node));
    }

    private Plan settleOnce(String volume) {
        settle(volume);
        return binder.reconcile(cluster, ObjectKey.of("", volume), NOW);
    }

    @Test
    void saysWhyAClaimWaits() {
        claim("2Gi");

        settle();

        assertEquals(
                "no persistent volumes available for this claim and no storage class is set",
                cluster.messages().getFirst());
        assertEquals("Pending", claim().status().string("phase"));
    }

    private void settle(String... volumes) {
        for (int i = 0; i < 4; i++) {
            cluster.run(binder.reconcile(cluster, CLAIM, NOW));
            for (String volume : volumes) {
                cluster.run(binder.reconcile(cluster, ObjectKey.of("", volume), NOW));
            }
        }
    }

    /// Reconciles what a change of a volume asks for, and what follows from it.
    private void wake(@Nullable KubeObject before, KubeObject after) {
        List<ObjectKey> keys = new ArrayList<>();
        for (Controller.Watched watched : binder.watches()) {
            if (watched.kind().equals(Kinds.PERSISTENT_VOLUME)) {
                keys.addAll(watched.keys().keys(cluster, before, after));
            }
        }
        for (int i = 0; i < 4; i++) {
            keys.forEach(key -> cluster.run(binder.reconcile(cluster, key, NOW)));
        }
    }

    private void change(KubeObject volume) {
        cluster.update(Kinds.PERSISTENT_VOLUME, volume, "");
    }

    private void claimOf(String volume) {
        claim("2Gi");
        cluster.update(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                claim().withSpec(s -> s.with("volumeName", volume)),
                "");
    }

    private void volume(String name, String size) {
        volume(name, size, "");
    }

    private void volume(String name, String size, String attributes) {
        create(
                Kinds.PERSISTENT_VOLUME,
                "{apiVersion: v1, kind: PersistentVolume, metadata: {name: "
                        + name
                        + "}, spec: {accessModes: [ReadWriteOnce], capacity: {storage: "
                        + size
                        + "}, volumeAttributesClassName: '"
                        + attributes
                        + "'}}");
    }

    private void claim(String size) {
        claim(size, "");
    }

    private void claim(String size, String attributes) {
        create(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns},"
                        + " spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: "
                        + size
                        + "}}, volumeAttributesClassName: '"
                        + attributes
                        + "'}}");
    }

    private void create(Kind kind, String text) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(text)));
    }

    private KubeObject claim() {
        return Objects.requireNonNull(cluster.get(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM));
    }

    private KubeObject volume(String name) {
        return Objects.requireNonNull(cluster.get(Kinds.PERSISTENT_VOLUME, ObjectKey.of("", name)));
    }

    private String phase(String volume) {
        return volume(volume).status().string("phase");
    }
}
