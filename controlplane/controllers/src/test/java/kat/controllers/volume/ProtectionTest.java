package kat.controllers.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is in use stays until it is not.
class ProtectionTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "storage.k8s.io/v1 VolumeAttributesClass | vac | v1 PersistentVolumeClaim | spec:"
                        + " {volumeAttributesClassName: it}",
                "storage.k8s.io/v1 VolumeAttributesClass | vac | v1 PersistentVolumeClaim | status:"
                        + " {currentVolumeAttributesClassName: it}",
                "storage.k8s.io/v1 VolumeAttributesClass | vac | v1 PersistentVolume | spec:"
                        + " {volumeAttributesClassName: it}",
                "v1 PersistentVolumeClaim | pvc | v1 Pod | spec: {nodeName: node-1, volumes: [{name: v,"
                        + " persistentVolumeClaim: {claimName: it}}]}",
            })
    void staysWhileSomethingUsesIt(String kind, String finalizer, String user, String uses) {
        MemoryCluster cluster =
                new MemoryCluster(START, new AttributesClassProtection(), new ClaimProtection());
        Kind protectedKind = kind(kind);
        Kind userKind = kind(user);
        ObjectKey key = ObjectKey.of(protectedKind.namespaced() ? "ns" : "", "it");
        ObjectKey userKey = ObjectKey.of(userKind.namespaced() ? "ns" : "", "user");
        KubeObject using = cluster.create(userKind, object(userKind, userKey, uses));
        KubeObject used =
                cluster.create(
                        protectedKind,
                        object(
                                protectedKind,
                                key,
                                "finalizers: [kubernetes.io/%s-protection]".formatted(finalizer)));
        cluster.delete(protectedKind, used);
        cluster.settle();
        KubeObject held = cluster.get(protectedKind, key);
        assertNotNull(held);
        assertEquals(1, held.finalizers().size());

        cluster.delete(userKind, using);
        cluster.settle();

        assertNull(cluster.get(protectedKind, key));
    }

    @Test
    void aVolumeStaysWhileItIsBound() {
        MemoryCluster cluster = new MemoryCluster(START, new VolumeProtection());
        ObjectKey key = ObjectKey.of("", "it");
        KubeObject bound =
                cluster.create(
                                Kinds.PERSISTENT_VOLUME,
                                object(
                                        Kinds.PERSISTENT_VOLUME,
                                        key,
                                        "finalizers: [kubernetes.io/pv-protection]"))
                        .withStatus(status -> status.with("phase", "Bound"));
        cluster.delete(
                Kinds.PERSISTENT_VOLUME, cluster.update(Kinds.PERSISTENT_VOLUME, bound, "status"));
        cluster.settle();
        KubeObject held = cluster.get(Kinds.PERSISTENT_VOLUME, key);
        assertNotNull(held);

        KubeObject released = held.withStatus(status -> status.with("phase", "Released"));
        KubeObject unused = cluster.update(Kinds.PERSISTENT_VOLUME, released, "status");
        cluster.settle();

        assertNull(cluster.get(Kinds.PERSISTENT_VOLUME, key));
    }

    private static Kind kind(String text) {
        List<String> parts = List.of(text.split(" ", -1));
        return Kinds.builtIn().require(parts.getFirst(), parts.getLast());
    }

    /// @param more a part of the object, or of its metadata
    private static KubeObject object(Kind kind, ObjectKey key, String more) {
        boolean isMetadata = more.startsWith("finalizers");
        return new KubeObject(
                (JsonObject)
                        Yaml.parse(
                                "{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: '%s'%s}%s}"
                                        .formatted(
                                                kind.apiVersion(),
                                                kind.kind(),
                                                key.name(),
                                                key.namespace(),
                                                isMetadata ? ", " + more : "",
                                                isMetadata ? "" : ", " + more)));
    }
}
