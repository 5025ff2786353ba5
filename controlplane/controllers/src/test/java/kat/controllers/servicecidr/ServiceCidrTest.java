package kat.controllers.servicecidr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class ServiceCidrTest {

    private static final String RANGE = "{metadata: {name: %s}, spec: {cidrs: [%s]}}";
    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new ServiceCidrController());

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }

    private static JsonObject ready(KubeObject range) {
        return range.status().array("conditions").objects().getFirst();
    }

    @Test
    void tellsThatARangeIsReady() {
        create(Kinds.SERVICE_CIDR, RANGE.formatted("kubernetes", "10.96.0.0/16"));

        cluster.settle();

        KubeObject range = cluster.get(Kinds.SERVICE_CIDR, ObjectKey.of("", "kubernetes"));
        assertEquals("True", ready(range).string("status"));
        assertEquals("Kubernetes Service CIDR is ready", ready(range).string("message"));
        assertTrue(range.finalizers().contains(ServiceCidrController.FINALIZER));
    }

    @Test
    void knowsWhichRangeHoldsWhich() {
        Prefix wide = Prefix.parse("10.96.0.0/12");
        Prefix narrow = Prefix.parse("10.97.4.0/24");

        assertTrue(wide != null && narrow != null && wide.contains(narrow));
        assertTrue(wide != null && !wide.contains("10.112.0.1"));
        assertNull(Prefix.parse("10.96.0.0/40"));
    }
}
