package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.testing.FakeTicker;
import kat.kubelet.metrics.ClaimUse;
import kat.kubelet.volumes.Fill;
import kat.kubelet.volumes.PodVolumes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeStatsTest {

    @TempDir Path home;

    private static Fill fill(long used) {
        return new Fill(new Fill.Amount(100, used, 100 - used), new Fill.Amount(10, 1, 9));
    }

    private static KubeObject user(String kind, Path path, TestNode node) {
        node.api.put(
                Kinds.PERSISTENT_VOLUME,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'pv-1'},"
                                + "'spec':{'accessModes':['ReadWriteOnce'],'"
                                + kind
                                + "':{'path':'"
                                + path
                                + "'}}}"));
        node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolumeClaim',"
                                + "'metadata':{'namespace':'default','name':'c'},"
                                + "'spec':{'volumeName':'pv-1'},'status':{'phase':'Bound'}}"));
        return pod(
                "a",
                "'volumes':[{'name':'data','persistentVolumeClaim':{'claimName':'c'}}],"
                        + "'containers':[{'name':'web','image':'nginx:1',"
                        + "'volumeMounts':[{'name':'data','mountPath':'/data'}]}]");
    }

    /// The first answer that has figures: a slow machine may take longer to measure than an
    /// asker waits.
    private static JsonObject summaryWithVolumes(TestNode node) throws IOException {
        String page = NodePagesTest.page(node, "/stats/summary");
        Instant end = Instant.now().plusSeconds(60);
        while (!page.contains("pvcRef") && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
            page = NodePagesTest.page(node, "/stats/summary");
        }
        return (JsonObject) Json.parse(page.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsHowFullTheDiskOfALocalVolumeIs() throws Exception {
        Path disk = Files.createDirectories(home.resolve("disk"));
        TestNode node = new TestNode(home.resolve("n"));
        node.kubelet.start();
        node.api.put(Kinds.POD, user("local", disk, node));
        node.api.await("a", TestNode::isReady);

        JsonObject summary = summaryWithVolumes(node);
        JsonObject told =
                summary.array("pods").objects().getFirst().array("volume").objects().getFirst();
        String metrics = NodePagesTest.page(node, "/metrics");
        node.close();

        long total = disk.toFile().getTotalSpace();
        assertEquals(total, told.integer("capacityBytes", 0));
        assertEquals("data", told.string("name"));
        assertEquals(
                "{\"name\":\"c\",\"namespace\":\"default\"}", told.object("pvcRef").toString());
        assertTrue(
                metrics.contains(
                        "kubelet_volume_stats_capacity_bytes{namespace=\"default\","
                                + "persistentvolumeclaim=\"c\"} "
                                + total),
                metrics);
    }

    @Test
    void leavesOutTheMachinesOwnFolders() throws Exception {
        TestNode node = new TestNode(home.resolve("n"));
        node.kubelet.start();
        node.api.put(
                Kinds.POD, user("hostPath", Files.createDirectories(home.resolve("disk")), node));
        node.api.await("a", TestNode::isReady);

        String summary = NodePagesTest.page(node, "/stats/summary");
        String metrics = NodePagesTest.page(node, "/metrics");
        node.close();

        assertFalse(summary.contains("pvcRef"), summary);
        assertFalse(metrics.contains("kubelet_volume_stats"), metrics);
    }

    @Test
    void measuresOnceAMinuteAndForgetsPodsThatWent() {
        AtomicLong used = new AtomicLong(1);
        FakeTicker ticker = new FakeTicker(Fixtures.NOW);
        VolumeStats stats = stats(used::getAndIncrement, ticker, Runnable::run);
        KubeObject web = Fixtures.web("a");

        ClaimUse first = stats.of(web).getFirst();
        assertEquals(
                new ClaimUse(ObjectKey.of("default", "c"), "data", fill(1), Fixtures.NOW), first);
        ticker.advance(Duration.ofSeconds(59));
        assertEquals(List.of(first), stats.of(web));
        ticker.advance(Duration.ofSeconds(1));
        assertEquals(fill(2), stats.of(web).getFirst().fill());
        stats.keepOnly(Set.of());
        assertEquals(fill(3), stats.of(web).getFirst().fill());
    }

    @Test
    void tellsWhatWasMeasuredLastWhileADiskHangs() {
        AtomicLong used = new AtomicLong(1);
        FakeTicker ticker = new FakeTicker(Fixtures.NOW);
        Deque<Runnable> held = new ArrayDeque<>();
        VolumeStats stats = stats(used::getAndIncrement, ticker, held::add);
        KubeObject web = Fixtures.web("a");

        assertEquals(List.of(), stats.of(web));
        held.remove().run();
        assertEquals(fill(1), stats.of(web).getFirst().fill());
        ticker.advance(Duration.ofMinutes(1));
        assertEquals(fill(1), stats.of(web).getFirst().fill());
        ticker.advance(Duration.ofMinutes(2));
        assertEquals(fill(1), stats.of(web).getFirst().fill());
        assertEquals(1, held.size());
        held.remove().run();
        assertEquals(fill(2), stats.of(web).getFirst().fill());
        assertEquals(1, held.size());
    }

    @Test
    void measuresOtherPodsWhileADiskHangs() {
        Deque<Runnable> held = new ArrayDeque<>();
        VolumeStats stats = stats(() -> 1, new FakeTicker(Fixtures.NOW), held::add);
        KubeObject web = Fixtures.web("a");
        KubeObject other = Fixtures.web("b");

        stats.of(web);
        stats.of(other);
        held.removeLast().run();

        assertEquals(fill(1), stats.of(other).getFirst().fill());
        assertEquals(List.of(), stats.of(web));
        assertEquals(1, held.size());
    }

    @Test
    void waitsForNobodyElsesMeasurement() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch disk = new CountDownLatch(1);
        VolumeStats stats =
                new VolumeStats(
                        _ -> {
                            begun.countDown();
                            awaitForever(disk);
                            return Map.of("data", new PodVolumes.ClaimFill("c", fill(1)));
                        },
                        new FakeTicker(Fixtures.NOW),
                        VolumeStats.threads(),
                        Duration.ofHours(1));
        KubeObject web = Fixtures.web("a");
        FutureTask<List<ClaimUse>> first = new FutureTask<>(() -> stats.of(web));
        Thread asker = Thread.ofVirtual().start(first);

        assertTrue(begun.await(1, TimeUnit.MINUTES));
        assertEquals(List.of(), stats.of(web));
        assertEquals(List.of(), stats.of(Fixtures.web("b")));
        assertFalse(first.isDone());
        disk.countDown();
        asker.join();

        assertEquals(fill(1), first.get().getFirst().fill());
    }

    @Test
    void measuresAgainAfterAFault() {
        FakeTicker ticker = new FakeTicker(Fixtures.NOW);
        AtomicLong asked = new AtomicLong();
        VolumeStats stats =
                stats(
                        () -> {
                            if (asked.incrementAndGet() == 2) {
                                throw new IllegalStateException("gone");
                            }
                            return asked.get();
                        },
                        ticker,
                        Runnable::run);
        KubeObject web = Fixtures.web("a");

        assertEquals(fill(1), stats.of(web).getFirst().fill());
        ticker.advance(Duration.ofMinutes(1));
        assertEquals(fill(1), stats.of(web).getFirst().fill());
        ticker.advance(Duration.ofMinutes(1));
        assertEquals(fill(3), stats.of(web).getFirst().fill());
    }

    private static void awaitForever(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Of pods with one claim; whoever asks does not wait.
    private static VolumeStats stats(LongSupplier used, FakeTicker ticker, Executor executor) {
        return new VolumeStats(
                _ -> Map.of("data", new PodVolumes.ClaimFill("c", fill(used.getAsLong()))),
                ticker,
                executor,
                Duration.ZERO);
    }
}
