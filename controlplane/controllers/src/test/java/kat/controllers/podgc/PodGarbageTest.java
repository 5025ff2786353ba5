package kat.controllers.podgc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class PodGarbageTest {

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new PodGarbage());

    @Test
    void removesPodsOfANodeThatIsGone() {
        cluster.create(Kinds.NODE, object("{metadata: {name: here}}"));
        pod("stays", "here");
        pod("lost", "gone");
        cluster.settle();
        assertEquals(List.of("lost", "stays"), names());

        cluster.advance(PodGarbage.QUARANTINE);
        cluster.settle();

        assertEquals(List.of("stays"), names());
    }

    private void pod(String name, String node) {
        cluster.create(
                Kinds.POD,
                object(
                        "{metadata: {name: %s, namespace: ns}, spec: {nodeName: %s}}"
                                .formatted(name, node)));
    }

    private List<String> names() {
        return cluster.list(Kinds.POD, "ns").stream().map(KubeObject::name).toList();
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }
}
