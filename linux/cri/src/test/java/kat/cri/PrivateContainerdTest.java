package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class PrivateContainerdTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Ticker ticker = new SystemTicker();
    private TestHome home;

    @BeforeEach
    void makeHome() throws IOException {
        home = TestHome.require();
    }

    @AfterEach
    void removeHome() throws IOException {
        if (home != null) {
            try (PrivateContainerd containerd = new PrivateContainerd(home.config(), ticker)) {
                containerd.removeAll();
            }
            home.remove();
        }
    }

    private PrivateContainerd started() throws IOException {
        PrivateContainerd containerd = new PrivateContainerd(home.config(), ticker);
        containerd.start();
        return containerd;
    }

    private String runContainer(ContainerRuntime runtime) throws IOException {
        runtime.images().importArchive(TestImage.archive());
        PodSandboxConfig pod =
                PodSandboxConfig.of(new PodSandboxMetadata("a", "b", "default", 0))
                        .withLogDirectory(home.path().resolve("logs").toString());
        String sandbox = runtime.runPodSandbox(pod);
        String id =
                runtime.createContainer(
                        sandbox,
                        ContainerConfig.of(new ContainerMetadata("main", 0), TestImage.NAME)
                                .withCommand(List.of("sleep", "1000"))
                                .withLogPath("main.log"),
                        pod);
        runtime.startContainer(id);
        return id;
    }

    private ProcessHandle process() throws IOException {
        return new ContainerdProcess(home.config(), ticker).running().orElseThrow();
    }

    @Test
    void takesOverTheOneThatWasLeftBehind() throws IOException {
        PrivateContainerd first = started();
        String id = runContainer(first.runtime());
        long pid = process().pid();
        first.close();

        try (PrivateContainerd second = started()) {
            assertFalse(first.isAdopted());
            assertTrue(second.isAdopted());
            assertEquals(pid, process().pid());
            assertEquals(ContainerState.RUNNING, second.runtime().containerStatus(id).state());
        }
    }

    @Test
    void leavesContainersRunningWhenItStops() throws IOException {
        String id;
        ContainerStatus before;
        try (PrivateContainerd first = started()) {
            id = runContainer(first.runtime());
            before = first.runtime().containerStatus(id);
            first.stop();
        }

        try (PrivateContainerd second = started()) {
            assertFalse(second.isAdopted());
            assertEquals(before, second.runtime().containerStatus(id));
        }
    }

    @Test
    void startsAgainWhenItDiesAndSubscriptionsGoOn() throws Exception {
        try (PrivateContainerd containerd = started()) {
            String id = runContainer(containerd.runtime());
            RuntimeEvents events = containerd.runtime().openEvents();
            Optional<RuntimeEvent> first = events.next(PATIENCE);
            ticker.sleep(Duration.ofMillis(500));
            Optional<RuntimeEvent> second = events.next(PATIENCE);
            long pid = process().pid();

            process().destroyForcibly();
            Optional<RuntimeEvent> third = events.next(PATIENCE);

            assertInstanceOf(RuntimeEvent.Resync.class, first.orElseThrow());
            assertInstanceOf(RuntimeEvent.Resync.class, second.orElseThrow());
            assertInstanceOf(RuntimeEvent.Resync.class, third.orElseThrow());
            assertTrue(pid != process().pid());
            assertEquals(ContainerState.RUNNING, containerd.runtime().containerStatus(id).state());
        }
    }

    @Test
    void leavesNothingBehindWhenItIsRemoved() throws Exception {
        Path socket = home.config().socket();
        try (PrivateContainerd containerd = started()) {
            runContainer(containerd.runtime());

            containerd.removeAll();
        }

        assertFalse(Files.exists(home.config().home()));
        assertEquals(List.of(), Host.processesWith(socket.toString()));
        assertFalse(Files.readString(Path.of("/proc/mounts")).contains(home.path().toString()));
    }

    @Test
    void removesWhatRunsWithoutItToo() throws Exception {
        try (PrivateContainerd containerd = started()) {
            runContainer(containerd.runtime());
            containerd.stop();
            Files.delete(home.config().configFile());

            containerd.removeAll();
        }

        Deadline deadline = Deadline.in(PATIENCE, ticker);
        while (!Host.processesWith(home.config().socket().toString()).isEmpty()
                && !deadline.isOver(ticker)) {
            ticker.sleep(Duration.ofMillis(10));
        }
        assertEquals(List.of(), Host.processesWith(home.config().socket().toString()));
        assertFalse(Files.readString(Path.of("/proc/mounts")).contains(home.path().toString()));
    }

    @Test
    void keepsItsFilesToItself() throws IOException {
        try (PrivateContainerd _ = started()) {
            for (String name : List.of("containerd.toml", "containerd.pid", "containerd.log")) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(home.config().home().resolve(name))));
            }
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(home.config().home())));
        }
    }

    @Test
    void saysWhyItDoesNotStart() {
        try (PrivateContainerd containerd =
                new PrivateContainerd(home.config().withProgram("no-such-program"), ticker)) {
            ContainerRuntimeException failure =
                    assertThrows(ContainerRuntimeException.class, containerd::start);

            assertTrue(failure.getMessage().contains("no-such-program"), failure.getMessage());
        }
    }

    @Test
    void refusesAHomeWhosePathIsTooLongForASocket() {
        Path tooLong = home.path().resolve("x".repeat(100));
        try (PrivateContainerd containerd =
                new PrivateContainerd(ContainerdConfig.of(tooLong), ticker)) {
            ContainerRuntimeException failure =
                    assertThrows(ContainerRuntimeException.class, containerd::start);

            assertTrue(failure.getMessage().contains("shorter home"), failure.getMessage());
            assertFalse(Files.exists(tooLong));
        }
    }
}
