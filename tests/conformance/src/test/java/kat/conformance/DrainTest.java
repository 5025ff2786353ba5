package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `kubectl drain` of a simulated node, with and without the leave of a PodDisruptionBudget.
class DrainTest {

    private static final String DRAIN = "drain node-0 --ignore-daemonsets --timeout=";

    private TestCluster cluster;
    private Kubectl kubectl;

    @BeforeEach
    void start() {
        cluster = TestCluster.simulated("drain");
        cluster.up("--simulated-nodes", "2").ok();
        kubectl = cluster.kubectl().in("default");
    }

    @AfterEach
    void delete() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    /// Two pods, both on the first node.
    private void fill() throws InterruptedException {
        kubectl.type("cordon node-1").ok();
        kubectl.type("create deployment web --image=nginx:1.21 --replicas=2").ok();
        kubectl.type("rollout status deployment/web --timeout=120s").ok();
        kubectl.type("uncordon node-1").ok();
    }

    private void awaitAllowed(String disruptions) throws IOException, InterruptedException {
        Waiting.until(
                "the budget allows " + disruptions,
                () ->
                        kubectl.field("pdb/web", ".status.currentHealthy").equals("2")
                                && kubectl.field("pdb/web", ".status.observedGeneration")
                                        .equals(kubectl.field("pdb/web", ".metadata.generation"))
                                && kubectl.field("pdb/web", ".status.disruptionsAllowed")
                                        .equals(disruptions));
    }

    private List<String> podsOn(String node) throws InterruptedException {
        return kubectl.type("get pods -o name --field-selector spec.nodeName=" + node)
                .ok()
                .lines()
                .toList();
    }

    @Test
    void emptiesANodeAsFarAsTheBudgetLetsIt() throws IOException, InterruptedException {
        fill();
        List<String> before = podsOn("node-0");
        kubectl.type("create pdb web --selector=app=web --min-available=2").ok();
        awaitAllowed("0");

        String refused = kubectl.type(DRAIN + "10s").failed();

        assertTrue(
                refused.contains(
                        "Cannot evict pod as it would violate the pod's disruption budget."),
                refused);
        assertEquals("true", kubectl.field("node/node-0", ".spec.unschedulable"));
        assertEquals(2, before.size());
        assertEquals(before, podsOn("node-0"));

        kubectl.run("patch", "pdb", "web", "-p", "{\"spec\":{\"minAvailable\":1}}").ok();
        awaitAllowed("1");
        kubectl.type(DRAIN + "180s").shows("node/node-0 drained");

        assertEquals(List.of(), podsOn("node-0"));
        kubectl.type("rollout status deployment/web --timeout=120s").ok();
        assertEquals(2, podsOn("node-1").size());

        kubectl.type("uncordon node-0").shows("node/node-0 uncordoned");
        kubectl.type("scale deployment web --replicas=6").ok();
        kubectl.type("rollout status deployment/web --timeout=120s").ok();

        assertFalse(podsOn("node-0").isEmpty());
    }
}
