package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.kubelet.images.ImageCollector;
import kat.kubelet.settings.EvictionSettings;
import kat.kubelet.settings.LogSettings;
import kat.kubelet.settings.NodeSettings;
import kat.kubelet.settings.ShutdownSettings;
import kat.kubelet.shutdown.ShutdownSignal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of pods when the machine says that it goes down.
class NodeShutdownTest {

    private static final String CONTAINER =
            "'terminationGracePeriodSeconds':30,'containers':[{'name':'web','image':'nginx:1'}]";
    private static final int PATIENCE_SECONDS = 20;

    @TempDir Path home;

    private final FakeSignal signal = new FakeSignal();
    private @Nullable TestNode node;

    private static final class FakeSignal implements ShutdownSignal {

        private final CountDownLatch released = new CountDownLatch(1);
        private @Nullable Listener listener;
        private Duration delay = Duration.ZERO;
        private boolean held;

        @Override
        public void start(Duration wanted, Listener told) {
            delay = wanted;
            listener = told;
        }

        void announce(boolean goesDown) {
            Listener told = listener;
            assertTrue(told != null, "the node listens");
            told.announced(goesDown);
        }

        @Override
        public void release() {
            released.countDown();
        }

        @Override
        public void hold() {
            held = true;
        }

        @Override
        public void close() {}
    }

    private TestNode start(ShutdownSettings shutdown) throws InterruptedException {
        TestNode started =
                new TestNode(
                        home,
                        new NodeSettings(
                                110,
                                shutdown,
                                LogSettings.USUAL,
                                ImageCollector.Policy.USUAL,
                                EvictionSettings.USUAL,
                                List.of()),
                        signal);
        node = started;
        started.kubelet.start();
        return started;
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    private static ShutdownSettings seconds(int all, int critical) {
        return new ShutdownSettings(
                Duration.ofSeconds(all), Duration.ofSeconds(critical), List.of());
    }

    private static JsonObject ready(TestNode node) throws InterruptedException {
        KubeObject object = node.api.find(Kinds.NODE, ObjectKey.of("", "node-0"));
        return PodConditions.find(object.status().array("conditions"), "Ready");
    }

    @Test
    void podsEndAndTheMachineIsLetGo() throws Exception {
        TestNode machine = start(seconds(20, 5));
        machine.api.put(Kinds.POD, pod("usual", CONTAINER));
        machine.api.put(Kinds.POD, pod("vital", "'priority':2000001000," + CONTAINER));
        machine.api.await("usual", TestNode::isReady);
        machine.api.await("vital", TestNode::isReady);

        signal.announce(true);

        assertTrue(signal.released.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(Duration.ofSeconds(20), signal.delay);
        for (String name : List.of("usual", "vital")) {
            KubeObject ended =
                    machine.api.await(name, each -> each.status().string("phase").equals("Failed"));
            assertEquals("Terminated", ended.status().string("reason"));
            assertEquals(
                    "Pod was terminated in response to imminent node shutdown.",
                    ended.status().string("message"));
            assertEquals(
                    "TerminationByKubelet",
                    PodConditions.find(ended.status().array("conditions"), "DisruptionTarget")
                            .string("reason"));
        }
        assertEquals("False", ready(machine).string("status"));
        assertEquals("KubeletNotReady", ready(machine).string("reason"));
        assertEquals("node is shutting down", ready(machine).string("message"));
        machine.api.awaitEvent("NodeShutdown", "Shutdown manager detected shutdown event");
        assertTrue(
                Files.readString(home.resolve("graceful_node_shutdown_state"))
                        .contains("\"endTime\":\"2026-01-02T03:04:05Z\""));
    }

    @Test
    void newPodsAreRefusedUntilTheMachineStays() throws Exception {
        TestNode machine = start(seconds(20, 5));
        signal.announce(true);
        machine.api.put(Kinds.POD, pod("late", CONTAINER));

        KubeObject refused =
                machine.api.await("late", each -> each.status().string("phase").equals("Failed"));
        assertEquals("NodeShutdown", refused.status().string("reason"));
        assertEquals(
                "Pod was rejected: Pod was rejected as the node is shutting down.",
                refused.status().string("message"));

        assertFalse(signal.held);
        signal.announce(false);
        assertTrue(signal.held);
        machine.api.put(Kinds.POD, pod("later", CONTAINER));

        machine.api.await("later", TestNode::isReady);
        assertEquals("True", ready(machine).string("status"));
        machine.api.awaitEvent("NodeShutdown", "Shutdown manager detected shutdown cancellation");
    }

    @Test
    void aNodeThatGivesNoTimeDoesNotListen() throws InterruptedException {
        start(ShutdownSettings.OFF);

        assertEquals(null, signal.listener);
    }
}
