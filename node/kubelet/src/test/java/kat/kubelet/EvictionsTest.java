package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.kubelet.eviction.Signal;
import kat.kubelet.settings.NodeSettings;
import kat.kubelet.shutdown.ShutdownSignal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of pods and images when the machine runs short.
class EvictionsTest {

    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final String CONTAINER = "'containers':[{'name':'web','image':'nginx:1'}]";

    @TempDir Path home;

    private TestNode node;

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home);
        node.runtime.images().present("unused:1");
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void endsTheLeastImportantPodWhenMemoryRunsShort() throws InterruptedException {
        node.api.put(Kinds.POD, pod("low", CONTAINER));
        node.api.put(Kinds.POD, pod("high", "'priority':100," + CONTAINER));
        node.api.await("low", TestNode::isReady);
        node.api.await("high", TestNode::isReady);

        node.room.leave(Signal.MEMORY, 1L << 20);
        node.passUntil(LOOK, "MemoryPressure", "True");

        KubeObject evicted =
                node.api.await("low", each -> each.status().string("phase").equals("Failed"));
        assertEquals("Evicted", evicted.status().string("reason"));
        assertTrue(
                evicted.status()
                        .string("message")
                        .startsWith(
                                "The node was low on resource: memory. Threshold quantity:"
                                        + " 100Mi, available: 1Mi. "));
        assertEquals(
                "TerminationByKubelet",
                PodConditions.find(evicted.status().array("conditions"), "DisruptionTarget")
                        .string("reason"));
        node.api.awaitEvent(
                "NodeHasInsufficientMemory",
                "Node node-0 status is now: NodeHasInsufficientMemory");
        assertTrue(TestNode.isReady(node.api.await("high", each -> true)));
    }

    @Test
    void endsAPodWhoseVolumeOutgrewItsLimit() throws Exception {
        String volume = "'volumes':[{'name':'cache','emptyDir':{'sizeLimit':'1Ki'}}],";
        KubeObject pod = node.api.put(Kinds.POD, pod("greedy", volume + CONTAINER));
        node.api.await("greedy", TestNode::isReady);

        Path folder = home.resolve("pods/" + pod.uid() + "/volumes/kubernetes.io~empty-dir/cache");
        Files.write(folder.resolve("file"), new byte[1_025]);
        node.ticker.advance(LOOK);

        KubeObject evicted =
                node.api.await("greedy", each -> each.status().string("phase").equals("Failed"));
        assertEquals("Evicted", evicted.status().string("reason"));
        assertEquals(
                "Usage of EmptyDir volume \"cache\" exceeds the limit \"1Ki\". ",
                evicted.status().string("message"));
    }

    @Test
    void takesNoPodsWhileTheDiskIsFull() throws InterruptedException {
        node.room.leave(Signal.NODE_FS, 1L << 20);
        node.passUntil(LOOK, "DiskPressure", "True");

        node.api.put(Kinds.POD, pod("a", CONTAINER));

        KubeObject refused =
                node.api.await("a", each -> each.status().string("phase").equals("Failed"));
        assertEquals(
                "Pod was rejected: The node had condition: [DiskPressure]. ",
                refused.status().string("message"));
    }

    @Test
    void removesUnusedImagesBeforeItEndsPods() throws InterruptedException {
        node.api.put(Kinds.POD, pod("a", CONTAINER));
        node.api.await("a", TestNode::isReady);
        node.ticker.advance(Duration.ofMinutes(3));
        assertTrue(node.runtime.images().status("unused:1").isPresent());

        node.room.leave(Signal.IMAGE_FS, 1L << 20);
        node.passUntil(LOOK, "DiskPressure", "True");

        assertFalse(node.runtime.images().status("unused:1").isPresent());
        assertTrue(node.runtime.images().status("nginx:1").isPresent());
    }

    @Test
    void endsTheLeastImportantPodWhenProcessIdsRunShort() throws InterruptedException {
        node.close();
        node =
                new TestNode(
                        home,
                        NodeSettings.parse(
                                (JsonObject)
                                        Yaml.parse(
                                                """
                                                apiVersion: kubelet.config.k8s.io/v1beta1
                                                kind: KubeletConfiguration
                                                evictionHard: {pid.available: "1000"}
                                                """)),
                        ShutdownSignal.NONE);
        node.kubelet.start();
        node.api.put(Kinds.POD, pod("low", CONTAINER));
        node.api.put(Kinds.POD, pod("high", "'priority':100," + CONTAINER));
        node.api.await("low", TestNode::isReady);
        node.api.await("high", TestNode::isReady);

        node.room.leave(Signal.PROCESSES, 999);
        node.passUntil(LOOK, "PIDPressure", "True");

        KubeObject evicted =
                node.api.await("low", each -> each.status().string("phase").equals("Failed"));
        assertEquals(
                "The node was low on resource: pids. Threshold quantity: 1k, available: 999. ",
                evicted.status().string("message"));
        node.api.awaitEvent("EvictionThresholdMet", "Attempting to reclaim pids");
        node.api.awaitEvent(
                "NodeHasInsufficientPID", "Node node-0 status is now: NodeHasInsufficientPID");
    }

    @Test
    void pressureStaysAWhileAfterItHasGone() throws InterruptedException {
        Instant before = node.ticker.now(); // it is seen at one of the next looks
        node.room.leave(Signal.MEMORY, 1L << 20);
        node.passUntil(LOOK, "MemoryPressure", "True");

        node.room.leavePlenty(Signal.MEMORY);
        node.passUntil(LOOK, "MemoryPressure", "False");

        assertTrue(node.ticker.now().isAfter(before.plusSeconds(299)));
        node.api.awaitEvent(
                "NodeHasSufficientMemory", "Node node-0 status is now: NodeHasSufficientMemory");
    }
}
