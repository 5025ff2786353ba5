package kat.controllers.podgc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class PodGarbageTest {

    private final PodGarbage controller = new PodGarbage();
    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), controller);

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

    @Test
    void removesEvictedPodsAndThenTheOldestWhenTooManyHaveEnded() {
        ended("old", "phase: Failed");
        ended("older-than-evicted", "phase: Failed, reason: Error");
        cluster.advance(Duration.ofSeconds(1));
        for (int i = 0; i < PodGarbage.MOST_ENDED; i++) {
            ended("p%05d".formatted(i), "phase: Succeeded, reason: Evicted");
        }
        assertEquals(List.of("old", "older-than-evicted"), removed());

        cluster.advance(Duration.ofSeconds(1));
        ended("evicted", "phase: Failed, reason: Evicted");
        ended("late", "phase: Failed");

        assertEquals(List.of("evicted", "p00000"), removed());
    }

    private void ended(String name, String status) {
        cluster.create(
                Kinds.POD,
                object(
                        "{metadata: {name: %s, namespace: ns}, spec: {nodeName: here}, status: {%s}}"
                                .formatted(name, status)));
    }

    /// Looks once at pods that have ended, and tells which go.
    private List<String> removed() {
        List<String> before = new ArrayList<>(names());
        cluster.run(controller.reconcile(cluster, ObjectKey.of("", ""), cluster.now()));
        before.removeAll(Set.copyOf(names()));
        return before;
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
