package kat.controllers.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class EphemeralClaimsTest {

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new EphemeralClaims());

    @Test
    void makesAClaimForEachEphemeralVolumeOfAPod() {
        pod();
        cluster.settle();

        KubeObject claim =
                Objects.requireNonNull(
                        cluster.get(Kinds.PERSISTENT_VOLUME_CLAIM, ObjectKey.of("ns", "p-data")));
        assertEquals("p", claim.ownerReferences().getFirst().name());
        assertEquals("x", claim.label("app"));
        assertEquals(List.of("ReadWriteOnce"), claim.spec().array("accessModes").strings());
    }

    @Test
    void leavesAClaimOfSomebodyElseAlone() {
        cluster.create(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{apiVersion: v1, kind: PersistentVolumeClaim,"
                                + " metadata: {name: p-data, namespace: ns}}"));
        pod();
        cluster.round();

        assertEquals(
                "ephemeral volume data: PVC ns/p-data was not created for pod ns/p (pod is not"
                        + " owner)",
                cluster.messages().getFirst());
    }

    private void pod() {
        cluster.create(
                Kinds.POD,
                object(
                        "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns}, spec:"
                                + " {volumes: [{name: data, ephemeral: {volumeClaimTemplate:"
                                + " {metadata: {labels: {app: x}}, spec: {accessModes:"
                                + " [ReadWriteOnce]}}}}, {name: other, emptyDir: {}}]}}"));
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }
}
