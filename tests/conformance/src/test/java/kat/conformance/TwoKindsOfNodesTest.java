package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A real node with simulated ones beside it.
@Tag("root")
class TwoKindsOfNodesTest {

    private TestCluster cluster;
    private Kubectl kubectl;

    @BeforeEach
    void start() {
        cluster = TestCluster.named("both");
        cluster.up("--simulated-nodes", "2", "--real-node").ok();
        cluster.loadImages();
        kubectl = cluster.kubectl().in("default");
    }

    @AfterEach
    void delete() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    private void run(String name, String node) throws InterruptedException {
        kubectl.apply(
                Manifests.busybox(name, "echo hello; sleep 600")
                        .replace("spec:\n", "spec:\n  nodeName: " + node + "\n"));
        kubectl.type("wait pod " + name + " --for=condition=Ready --timeout=60s").ok();
    }

    @Test
    void eachPodsLogsAndCommandsFindTheirNode() throws InterruptedException {
        String all = kubectl.field("nodes", ".items[*].metadata.name");
        String machine = all.replaceAll("node-[01] ?", "").strip();
        assertEquals(3, kubectl.type("get nodes -o name").ok().lines().count());
        run("here", machine);
        run("there", "node-1");

        assertEquals("hello\n", kubectl.type("logs here").ok());
        assertEquals("web", kubectl.type("exec here -- printf web").ok());
        String refused = kubectl.type("logs there").failed();
        assertTrue(refused.contains("simulated"), refused);
        assertTrue(kubectl.type("exec there -- true").failed().contains("simulated"));
        String address = kubectl.field("endpoints/kubernetes", ".subsets[0].addresses[0].ip");
        assertEquals(
                address, kubectl.field("endpointslice/kubernetes", ".endpoints[0].addresses[0]"));
    }
}
