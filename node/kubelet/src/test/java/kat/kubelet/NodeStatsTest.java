package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node tells of itself, from files of a kernel that is made up.
class NodeStatsTest {

    @TempDir Path home;
    @TempDir Path proc;

    private TestNode node;
    private NodeStats stats;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        node = new TestNode(home);
        node.kubelet.start();
        stats =
                new NodeStats(
                        "node-0",
                        TestNode.FACTS,
                        node.runtime,
                        node.informers,
                        node.ticker,
                        new NodeFolders(proc, home),
                        new VolumeStats(_ -> Map.of(), node.ticker, Runnable::run, Duration.ZERO));
        Files.writeString(proc.resolve("uptime"), "100.50 180.00\n");
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:       4000 kB\nMemFree: 100 kB\nMemAvailable:   1000 kB\n");
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(
                proc.resolve("net/dev"),
                """
                Inter-|   Receive                                         |  Transmit
                 face |bytes packets errs drop fifo frame compressed multicast|bytes packets \
                errs drop fifo colls carrier compressed
                    lo: 9 9 9 9 0 0 0 0 9 9 9 9 0 0 0 0
                  eth0: 5 1 2 0 0 0 0 0 6 1 3 0 0 0 0 0
                  aux0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0
                vethab: 7 7 7 7 0 0 0 0 7 7 7 7 0 0 0 0
                """);
        Files.writeString(
                proc.resolve("net/route"),
                "Iface\tDestination\tGateway\neth0\t00000000\t0100A8C0\n");
        busy(1000);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /// @param ticks hundredths of a second that were spent in user mode
    private void busy(long ticks) throws IOException {
        Files.writeString(
                proc.resolve("stat"),
                "cpu  " + ticks + " 0 0 90000 5000 0 0 0 700 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
    }

    @Test
    void tellsMemoryThatCannotBeHad() {
        JsonObject memory = stats.summary().object("node").object("memory");

        assertEquals(3000 * 1024, memory.integer("workingSetBytes", 0));
        assertEquals(NOW.toString(), memory.string("time"));
    }

    @Test
    void firstTellsTheRateSinceTheStartAndCountsNeitherIdlingNorGuestsTwice() {
        JsonObject cpu = stats.summary().object("node").object("cpu");

        assertEquals(10_000_000_000L, cpu.integer("usageCoreNanoSeconds", 0));
        assertEquals(100_000_000L, cpu.integer("usageNanoCores", 0));
    }

    @Test
    void thenTellsTheRateSinceTheLastLook() throws IOException {
        stats.summary();
        node.ticker.advance(Duration.ofSeconds(10));
        busy(1500);

        JsonObject cpu = stats.summary().object("node").object("cpu");

        assertEquals(500_000_000L, cpu.integer("usageNanoCores", 0));
    }

    @Test
    void tellsOfTheNodesNetworkTheDefaultRouteFirst() {
        JsonObject network = stats.summary().object("node").object("network");

        assertEquals("eth0", network.string("name"));
        assertEquals(5, network.integer("rxBytes", 0));
        assertEquals(2, network.integer("rxErrors", 0));
        assertEquals(6, network.integer("txBytes", 0));
        assertEquals(3, network.integer("txErrors", 0));
        assertEquals(
                List.of("eth0", "aux0"),
                network.array("interfaces").objects().stream()
                        .map(each -> each.string("name"))
                        .toList());
    }

    @Test
    void tellsHowFullTheNodesDisksAre() {
        JsonObject node = stats.summary().object("node");

        for (JsonObject disk :
                List.of(node.object("fs"), node.object("runtime").object("imageFs"))) {
            long capacity = disk.integer("capacityBytes", 0);
            assertTrue(capacity > 0, disk.toString());
            assertTrue(disk.integer("usedBytes", -1) <= capacity, disk.toString());
            assertTrue(disk.has("inodesFree"), disk.toString());
        }
    }

    @Test
    void tellsWhatPodsThatRunUse() throws InterruptedException {
        node.api.put(Kinds.POD, Fixtures.web("a"));
        node.api.await("a", TestNode::isReady);

        JsonObject pod = stats.summary().array("pods").objects().getFirst();

        assertEquals("a", pod.object("podRef").string("name"));
        assertEquals("uid-a", pod.object("podRef").string("uid"));
        JsonObject container = pod.array("containers").objects().getFirst();
        assertEquals("web", container.string("name"));
        assertTrue(container.object("cpu").has("usageNanoCores"));
        assertTrue(container.object("memory").has("workingSetBytes"));
        assertTrue(container.has("startTime"));
        assertTrue(pod.object("network").has("interfaces"));
        assertTrue(pod.has("startTime"));
    }

    @Test
    void tellsOfPodsWhoseSandboxesCannotBeAskedTogether() throws InterruptedException {
        node.api.put(Kinds.POD, Fixtures.web("a"));
        node.api.await("a", TestNode::isReady);
        node.runtime.failNext(
                "listPodSandboxStats", ContainerRuntimeException.Code.UNKNOWN, "one is not ready");

        JsonObject pod = stats.summary().array("pods").objects().getFirst();

        assertTrue(pod.object("network").has("interfaces"), pod.toString());
    }

    @Test
    void aPodOfWhichNobodyToldWhenItBeganHasNoStart() throws InterruptedException {
        node.api.put(Kinds.POD, Fixtures.web("a"));
        KubeObject pod = node.api.await("a", TestNode::isReady);
        node.kubelet.close();
        node.api.put(Kinds.POD, pod.withStatus(status -> status.without("startTime")));
        ObjectKey key = pod.key();
        for (int i = 0; i < 1_000 && started(key); i++) {
            node.api.awaitWrite();
        }

        JsonObject told = stats.summary().array("pods").objects().getFirst();

        assertEquals("uid-a", told.object("podRef").string("uid"));
        assertFalse(told.has("startTime"), told.toString());
    }

    private boolean started(ObjectKey key) {
        KubeObject seen = node.informers.get(Kinds.POD, key);
        return seen == null || seen.status().has("startTime");
    }

    @Test
    void tellsTheRestWhenTheRuntimeDoesNotTellOfItsDisk() {
        node.runtime.images().hideDisk();

        JsonObject told = stats.summary().object("node");

        assertTrue(told.object("fs").has("capacityBytes"), told.toString());
        assertTrue(told.object("runtime").object("imageFs").has("capacityBytes"), told.toString());
    }

    @Test
    void containersThatEndedUseNothing() throws InterruptedException {
        node.api.put(
                Kinds.POD,
                Fixtures.pod(
                        "a",
                        "'restartPolicy':'Never','containers':[{'name':'web','image':'nginx:1'}]"));
        node.api.await("a", TestNode::isReady);
        node.runtime.exit(
                node.runtime.listContainers(ContainerFilter.ALL).stream()
                        .filter(each -> each.state() == ContainerState.RUNNING)
                        .findFirst()
                        .orElseThrow()
                        .id(),
                0);

        assertTrue(stats.summary().array("pods").isEmpty());
    }

    @Test
    void saysSoWhenTheKernelTellsNothing() throws IOException {
        Files.delete(proc.resolve("uptime"));

        assertThrows(UncheckedIOException.class, () -> stats.summary());
    }
}
