package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.cri.ContainerConfig;
import kat.cri.ContainerRuntimeException;
import kat.cri.testing.FakeProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// In which order a pod's containers are stopped when the runtime refuses at first.
class SidecarStopsTest {

    /// All steps together are shorter than any grace here, so that no turn comes for want of time.
    private static final Duration STEP = Duration.ofMillis(20);

    private static final int MOST_STEPS = 1_000;

    private static final String SIDECAR =
            "'initContainers':[{'name':'side','image':'nginx:1','restartPolicy':'Always'}],";

    @TempDir Path home;

    private final List<String> stopped = new CopyOnWriteArrayList<>();
    private final AtomicInteger hooks = new AtomicInteger();
    private final CountDownLatch firstHook = new CountDownLatch(1);
    private TestNode node;

    /// Notes what is stopped; the first hook lasts until it is let go.
    private final class Noting implements FakeProgram {

        @Override
        public Duration stopsAfter(ContainerConfig config) {
            stopped.add(config.metadata().name());
            return Duration.ZERO;
        }

        @Override
        public int exec(List<String> command, InputStream in, OutputStream out, OutputStream errors)
                throws IOException {
            try {
                return hooks.incrementAndGet() > 1 || firstHook.await(1, TimeUnit.MINUTES) ? 0 : 1;
            } catch (InterruptedException e) {
                throw new IOException("nobody let the hook go", e);
            }
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home, new Noting());
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        firstHook.countDown();
        node.close();
    }

    private KubeObject running(String main) throws InterruptedException {
        KubeObject pod =
                Fixtures.pod("a", SIDECAR + "'containers':[{'name':'web','image':'nginx:1'" + main);
        node.api.put(Kinds.POD, pod);
        return node.api.await("a", TestNode::isReady);
    }

    private void refuseToStop() {
        node.runtime.failNext("stopContainer", ContainerRuntimeException.Code.UNKNOWN, "not now");
    }

    private void passUntilStopped(String container) throws InterruptedException {
        for (int i = 0; i < MOST_STEPS && !stopped.contains(container); i++) {
            node.ticker.advance(STEP);
            node.api.awaitWrite();
        }
        assertTrue(stopped.contains(container), stopped.toString());
    }

    @Test
    void aSidecarRunsAsLongAsAContainerThatCouldNotBeStopped() throws InterruptedException {
        KubeObject pod = running("}]");

        refuseToStop();
        node.api.deleteGracefully(pod, 60);
        passUntilStopped("web");

        node.api.awaitGone("a");
        assertEquals(List.of("web", "side"), stopped);
    }

    @Test
    void aSecondStopThatFailsDoesNotEndWhatTheFirstIsEnding() throws InterruptedException {
        KubeObject pod = running(",'lifecycle':{'preStop':{'exec':{'command':['sync']}}}}]");
        node.api.deleteGracefully(pod, 60);
        node.api.awaitEvent("Killing", "Stopping container web");
        for (int i = 0; i < MOST_STEPS && hooks.get() == 0; i++) {
            node.api.awaitWrite();
        }

        refuseToStop();
        node.api.deleteGracefully(pod, 40);
        passUntilStopped("web");
        firstHook.countDown();

        node.api.awaitGone("a");
        assertEquals("web", stopped.getFirst(), stopped.toString());
        assertTrue(stopped.contains("side"), stopped.toString());
    }
}
