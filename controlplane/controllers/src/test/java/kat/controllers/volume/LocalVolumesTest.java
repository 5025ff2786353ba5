package kat.controllers.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import kat.client.testing.MemoryCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalVolumesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectKey CLAIM = ObjectKey.of("ns", "c");

    private final Folders folders = new Folders();
    private final VolumeBinder binder = new VolumeBinder();
    private final LocalVolumes volumes = new LocalVolumes("/volumes", folders);
    private final MemoryCluster cluster = new MemoryCluster(NOW, binder, volumes);

    private static final class Folders implements VolumeFolders {

        private final List<String> done = new ArrayList<>();

        @Override
        public void make(String path) {
            done.add("make " + path);
        }

        @Override
        public void remove(String path) {
            done.add("remove " + path);
            if (path.endsWith("/stuck")) {
                throw new UncheckedIOException("in the log", new IOException("it is busy"));
            }
        }
    }

    @Test
    void makesAVolumeWhereTheFirstPodWillBe() {
        storage("WaitForFirstConsumer", "kat.dev/local");
        claim();
        settle();
        assertNull(volume());
        assertEquals(
                "waiting for first consumer to be created before binding",
                cluster.messages().getFirst());

        select();
        settle();

        KubeObject volume = Objects.requireNonNull(volume());
        assertEquals(List.of("make " + path(volume)), folders.done);
        assertEquals(
                "[{\"matchExpressions\":[{\"key\":\"kubernetes.io/hostname\",\"operator\":\"In\","
                        + "\"values\":[\"h\"]}]}]",
                volume.spec().at("nodeAffinity", "required").array("nodeSelectorTerms").toString());
        assertEquals("Bound", claimNow().status().string("phase"));
        assertEquals("Bound", volume.status().string("phase"));
        assertEquals("1Gi", claimNow().status().object("capacity").string("storage"));
    }

    @Test
    void makesAVolumeAtOnceWhenTheClassDoesNotWait() {
        storage("Immediate", "kat.dev/local");
        claim();
        settle();

        assertEquals("Bound", claimNow().status().string("phase"));
    }

    @Test
    void leavesClaimsOfOtherProvisionersAlone() {
        storage("Immediate", "example.com/other");
        claim();
        settle();

        assertNull(volume());
        assertEquals(
                "example.com/other",
                claimNow().annotation("volume.kubernetes.io/storage-provisioner"));
    }

    @Test
    void removesTheVolumeOfAClaimThatIsGone() {
        storage("Immediate", "kat.dev/local");
        claim();
        settle();
        String path = path(Objects.requireNonNull(volume()));

        cluster.delete(Kinds.PERSISTENT_VOLUME_CLAIM, claimNow());
        settle();

        assertNull(volume());
        assertEquals(List.of("make " + path, "remove " + path), folders.done);
    }

    @Test
    void letsAVolumeGrowWithItsClaim() {
        storage("Immediate", "kat.dev/local");
        claim();
        settle();
        cluster.update(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                claimNow()
                        .withSpec(
                                spec ->
                                        spec.withAt(
                                                Json.of("3Gi"),
                                                "resources",
                                                "requests",
                                                "storage")),
                "");
        settle();

        assertEquals("3Gi", claimNow().status().object("capacity").string("storage"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostPath: {path: /tmp/a}|''|remove /tmp/a|gone",
                "hostPath: {path: /data/tmp/a}|kubernetes.io/host-path|remove /data/tmp/a|gone",
                "hostPath: {path: /tmp/stuck}|''|remove /tmp/stuck|deleting /tmp/stuck: it is busy",
                "hostPath: {path: /tmp/a}|example.com/other|''|''",
                "local: {path: /tmp/a}|''|''|error getting deleter volume plugin for volume \"v\":"
                        + " no volume plugin matched",
                "hostPath: {path: /volumes/a}|''|''|host_path deleter only supports /tmp/.+ but"
                        + " received provided /volumes/a"
            })
    void removesFoldersOfVolumesBelowTmpThatNobodyProvisioned(
            String source, String provisioner, String done, String message) {
        create(
                Kinds.PERSISTENT_VOLUME,
                ("{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, annotations:"
                                + " {pv.kubernetes.io/provisioned-by: '%s'}}, spec: {claimRef:"
                                + " {namespace: ns, name: c, uid: gone},"
                                + " persistentVolumeReclaimPolicy: Delete, %s}, status: {phase:"
                                + " Bound}}")
                        .formatted(provisioner, source));

        settle();

        assertEquals(
                done.isEmpty() ? List.of() : List.of(done),
                folders.done.stream().distinct().toList());
        KubeObject left = volume();
        assertEquals(message, left == null ? "gone" : left.status().string("message"));
    }

    @Test
    void keepsTheFolderOfAVolumeThatIsToBeRetained() {
        create(
                Kinds.PERSISTENT_VOLUME,
                "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {claimRef:"
                        + " {namespace: ns, name: c, uid: gone}, persistentVolumeReclaimPolicy:"
                        + " Retain, hostPath: {path: /tmp/a}}, status: {phase: Bound}}");

        settle();

        assertEquals("Released", Objects.requireNonNull(volume()).status().string("phase"));
        assertEquals(List.of(), folders.done);
    }

    private void settle() {
        for (int i = 0; i < 5; i++) {
            cluster.settle();
            for (KubeObject volume : cluster.list(Kinds.PERSISTENT_VOLUME, "")) {
                cluster.run(binder.reconcile(cluster, volume.key(), NOW));
                cluster.run(volumes.reconcile(cluster, volume.key(), NOW));
            }
        }
    }

    private @Nullable KubeObject volume() {
        List<KubeObject> all = cluster.list(Kinds.PERSISTENT_VOLUME, "");
        return all.isEmpty() ? null : all.getFirst();
    }

    private static String path(KubeObject volume) {
        return volume.spec().object("hostPath").string("path");
    }

    private KubeObject claimNow() {
        return Objects.requireNonNull(cluster.get(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM));
    }

    private void storage(String mode, String provisioner) {
        create(
                Kinds.NODE,
                "{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {kubernetes.io/hostname:"
                        + " h}}}");
        create(
                Kinds.builtIn().require("storage.k8s.io/v1", "StorageClass"),
                "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: s},"
                        + " reclaimPolicy: Delete, provisioner: "
                        + provisioner
                        + ", volumeBindingMode: "
                        + mode
                        + "}");
    }

    private void claim() {
        create(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns},"
                        + " spec: {storageClassName: s, accessModes: [ReadWriteOnce], resources:"
                        + " {requests: {storage: 1Gi}}}}");
    }

    private void select() {
        cluster.update(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                claimNow()
                        .withMetadata(
                                metadata ->
                                        metadata.withAt(
                                                Json.of("n1"),
                                                "annotations",
                                                VolumeBinder.SELECTED_NODE)),
                "");
    }

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }
}
