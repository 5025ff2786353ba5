package kat.cri;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import kat.base.testing.FakeTicker;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeProgram;
import org.junit.jupiter.api.Test;

class ConfirmedEndsTest {

    private static final int PATIENCE = 10_000;

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-02T03:04:05Z"));
    private final FakeContainerRuntime runtime =
            new FakeContainerRuntime(ticker, FakeProgram.FOREVER);
    private final ConfirmedEnds ends = new ConfirmedEnds(runtime, ticker);

    private String runningContainer() {
        String id = container();
        runtime.startContainer(id);
        return id;
    }

    private String container() {
        runtime.images().present(TestImage.NAME);
        PodSandboxConfig pod =
                PodSandboxConfig.of(new PodSandboxMetadata("pod", "uid", "default", 0));
        String sandbox = runtime.runPodSandbox(pod);
        ContainerConfig config =
                ContainerConfig.of(new ContainerMetadata("main", 0), TestImage.NAME);
        return runtime.createContainer(sandbox, config, pod);
    }

    @Test
    void waitsForARuntimeThatIsSlowToNotice() throws InterruptedException {
        String id = runningContainer();
        Thread waiting = Thread.ofVirtual().start(() -> ends.await(id, () -> false));
        for (int step = 0; step < 30; step++) {
            ticker.advance(Duration.ofSeconds(1));
        }
        assertTrue(waiting.isAlive());

        runtime.exit(id, 0);

        assertTrue(ends(waiting));
    }

    @Test
    void waitsWhileTheStartItselfHasNotBeenNoticed() throws InterruptedException {
        String id = container();
        Thread waiting = Thread.ofVirtual().start(() -> ends.await(id, () -> false));
        for (int step = 0; step < 30; step++) {
            ticker.advance(Duration.ofSeconds(1));
        }
        assertTrue(waiting.isAlive());

        runtime.startContainer(id);
        runtime.exit(id, 0);

        assertTrue(ends(waiting));
    }

    @Test
    void givesUpOnARuntimeThatNeverNotices() throws InterruptedException {
        String id = runningContainer();
        Thread waiting = Thread.ofVirtual().start(() -> ends.await(id, () -> false));

        assertTrue(ends(waiting));
    }

    @Test
    void doesNotWaitForWhatIsGone() {
        ends.await("none", () -> false);

        assertFalse(Thread.interrupted());
    }

    private boolean ends(Thread waiting) throws InterruptedException {
        boolean isOver = false;
        for (int step = 0; step < PATIENCE && !isOver; step++) {
            ticker.advance(Duration.ofSeconds(1));
            isOver = waiting.join(Duration.ofMillis(1));
        }
        return isOver;
    }
}
