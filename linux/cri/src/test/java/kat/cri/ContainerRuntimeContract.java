package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kat.cri.ContainerRuntimeException.Code;
import kat.cri.ContainerStreams.StreamOptions;
import org.junit.jupiter.api.Test;

/// What every container runtime keeps to; one subclass for the real one, one for the fake. The
/// runtime has [TestImage#NAME].
public abstract class ContainerRuntimeContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String UNKNOWN_ID = "0".repeat(64);

    protected abstract ContainerRuntime runtime();

    /// A name no other test uses.
    protected abstract String uniqueName();

    /// A folder for logs.
    protected abstract String logDirectory();

    private PodSandboxConfig pod() {
        String name = uniqueName();
        return PodSandboxConfig.of(new PodSandboxMetadata(name, "uid-" + name, "default", 0))
                .withHostname(name)
                .withLogDirectory(logDirectory() + "/" + name)
                .withLabels(Map.of("pod", name));
    }

    private static ContainerConfig container(String... command) {
        return ContainerConfig.of(new ContainerMetadata("main", 0), TestImage.NAME)
                .withCommand(List.of(command))
                .withLogPath("main.log")
                .withLabels(Map.of("container", "main"));
    }

    private static ContainerConfig sleeping() {
        return container("sleep", "1000");
    }

    private String running(PodSandboxConfig pod, String sandbox) {
        String id = runtime().createContainer(sandbox, sleeping(), pod);
        runtime().startContainer(id);
        return id;
    }

    private ContainerRuntimeException failure(Runnable call) {
        return assertThrows(ContainerRuntimeException.class, call::run);
    }

    @Test
    void tellsWhoItIsAndThatItIsReady() {
        assertEquals("v1", runtime().version().apiVersion());
        assertTrue(runtime().status().is("RuntimeReady"));
        assertTrue(runtime().status().is("NetworkReady"));
    }

    @Test
    void leadsAContainerThroughItsLife() {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        String id = runtime().createContainer(sandbox, sleeping(), pod);

        ContainerStatus created = runtime().containerStatus(id);
        runtime().startContainer(id);
        ContainerStatus started = runtime().containerStatus(id);
        runtime().stopContainer(id, Duration.ZERO);
        ContainerStatus stopped = runtime().containerStatus(id);
        runtime().removeContainer(id);

        assertEquals(ContainerState.CREATED, created.state());
        assertNull(created.startedAt());
        assertEquals(new ContainerMetadata("main", 0), created.metadata());
        assertEquals(Map.of("container", "main"), created.labels());
        assertEquals(pod.logDirectory() + "/main.log", created.logPath());
        assertEquals(ContainerState.RUNNING, started.state());
        assertNotNull(started.startedAt());
        assertNull(started.finishedAt());
        assertEquals(ContainerState.EXITED, stopped.state());
        assertNotNull(stopped.finishedAt());
        assertEquals(137, stopped.exitCode());
        assertEquals("Error", stopped.reason());
        assertEquals(Code.NOT_FOUND, failure(() -> runtime().containerStatus(id)).code());
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void givesASandboxAnAddressUntilItIsStopped() {
        String sandbox = runtime().runPodSandbox(pod());

        PodSandboxStatus ready = runtime().podSandboxStatus(sandbox);
        runtime().stopPodSandbox(sandbox);
        PodSandboxStatus stopped = runtime().podSandboxStatus(sandbox);

        assertEquals(PodSandboxState.READY, ready.state());
        assertEquals(1, ready.ips().size());
        assertEquals(PodSandboxState.NOT_READY, stopped.state());
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void stoppingASandboxEndsItsContainersAndRemovingItRemovesThem() {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        String id = running(pod, sandbox);

        runtime().stopPodSandbox(sandbox);
        ContainerState stopped = runtime().containerStatus(id).state();
        runtime().removePodSandbox(sandbox);

        assertEquals(ContainerState.EXITED, stopped);
        assertEquals(Code.NOT_FOUND, failure(() -> runtime().containerStatus(id)).code());
        assertEquals(Code.NOT_FOUND, failure(() -> runtime().podSandboxStatus(sandbox)).code());
    }

    @Test
    void refusesASecondSandboxOfTheSameMetadata() {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);

        assertThrows(ContainerRuntimeException.class, () -> runtime().runPodSandbox(pod));

        runtime().removePodSandbox(sandbox);
    }

    @Test
    void answersNotFoundForWhatIsNotThere() {
        assertEquals(Code.NOT_FOUND, failure(() -> runtime().containerStatus(UNKNOWN_ID)).code());
        assertEquals(Code.NOT_FOUND, failure(() -> runtime().podSandboxStatus(UNKNOWN_ID)).code());
        assertEquals(Code.NOT_FOUND, failure(() -> runtime().startContainer(UNKNOWN_ID)).code());
    }

    @Test
    void stopsAndRemovesWhatIsGoneWithoutComplaint() {
        runtime().stopContainer(UNKNOWN_ID, Duration.ZERO);
        runtime().removeContainer(UNKNOWN_ID);
        runtime().stopPodSandbox(UNKNOWN_ID);
        runtime().removePodSandbox(UNKNOWN_ID);
    }

    @Test
    void refusesToStartAContainerTwice() {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        String id = running(pod, sandbox);

        assertThrows(ContainerRuntimeException.class, () -> runtime().startContainer(id));

        runtime().removePodSandbox(sandbox);
    }

    @Test
    void listsWhatAFilterAsksFor() {
        PodSandboxConfig pod = pod();
        String name = pod.metadata().name();
        String sandbox = runtime().runPodSandbox(pod);
        String id = running(pod, sandbox);

        List<String> sandboxes =
                runtime()
                        .listPodSandboxes(new PodSandboxFilter("", null, Map.of("pod", name)))
                        .stream()
                        .map(PodSandbox::id)
                        .toList();
        List<String> containers =
                runtime().listContainers(ContainerFilter.ofSandbox(sandbox)).stream()
                        .map(Container::id)
                        .toList();
        List<Container> exited =
                runtime()
                        .listContainers(
                                new ContainerFilter("", sandbox, ContainerState.EXITED, Map.of()));
        List<Container> other =
                runtime().listContainers(new ContainerFilter("", sandbox, null, Map.of("a", "b")));

        assertEquals(List.of(sandbox), sandboxes);
        assertEquals(List.of(id), containers);
        assertEquals(List.of(), exited);
        assertEquals(List.of(), other);
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void knowsItsImagesByEveryFormOfTheName() {
        Optional<Image> byName = runtime().images().status(TestImage.NAME);
        Optional<Image> byId = runtime().images().status(byName.orElseThrow().id());

        assertEquals(byName, byId);
        assertTrue(byName.get().repoTags().contains(TestImage.NAME));
        assertEquals(Optional.empty(), runtime().images().status("no.such/image:1"));
    }

    @Test
    void givesOutTheBytesOfAnImage() throws IOException {
        try (StoredImage image = runtime().images().open(TestImage.NAME)) {
            for (Blob part : image.parts()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                image.copy(part, bytes);

                assertEquals(part.digest(), Digests.sha256(bytes.toByteArray()));
                assertEquals(part.size(), bytes.size());
            }
            assertTrue(image.parts().size() >= 3, "manifest, configuration and a layer");
            List<String> types = image.parts().stream().map(Blob::mediaType).toList();
            int manifest = lastOf(types, ".manifest.");
            assertTrue(manifest >= 0 && manifest + 2 < types.size(), types.toString());
            assertTrue(
                    types.get(manifest + 1).contains(".config.")
                            || types.get(manifest + 1).contains(".container.image."),
                    types.toString());
        }
    }

    private static int lastOf(List<String> types, String word) {
        for (int i = types.size() - 1; i >= 0; i--) {
            if (types.get(i).contains(word)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void opensNoImageThatIsNotThere() {
        assertEquals(
                Code.NOT_FOUND,
                assertThrows(
                                ContainerRuntimeException.class,
                                () -> runtime().images().open("nowhere.local/none:1").close())
                        .code());
    }

    @Test
    void makesNoContainerFromAnImageThatIsNotThere() {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        ContainerConfig config =
                ContainerConfig.of(new ContainerMetadata("main", 0), "no.such/image:1");

        ContainerRuntimeException failure =
                failure(() -> runtime().createContainer(sandbox, config, pod));

        assertEquals(Code.NOT_FOUND, failure.code());
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void runsACommandAndGivesItsExitCodeAndOutput() {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        String id = running(pod, sandbox);

        ExecResult result =
                runtime()
                        .execSync(
                                id,
                                List.of("sh", "-c", "echo out; echo err >&2; exit 3"),
                                PATIENCE);

        assertEquals(new ExecResult(3, "out\n", "err\n"), result);
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void carriesInputToACommandAndItsEndToo() throws IOException, InterruptedException {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        String id = running(pod, sandbox);

        try (ContainerProcess process =
                runtime().streams().exec(id, List.of("cat"), StreamOptions.all())) {
            process.stdin().write("to and fro".getBytes(StandardCharsets.UTF_8));
            process.stdin().close();
            String back = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);

            assertEquals("to and fro", back);
            assertEquals(0, process.waitFor());
        }
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void tellsInWordsThatNobodyListensOnAForwardedPort() {
        String sandbox = runtime().runPodSandbox(pod());

        try (PortStream port = runtime().streams().portForward(sandbox, 81)) {
            IOException refused =
                    assertThrows(IOException.class, () -> port.input().readAllBytes());

            assertTrue(refused.getMessage().contains("connection refused"));
        }
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void tellsOfAnExitOnlyWhenStatusTellsOfItToo() throws InterruptedException {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        String id = running(pod, sandbox);

        try (RuntimeEvents events = runtime().openEvents()) {
            Optional<RuntimeEvent> first = events.next(PATIENCE);
            runtime().stopContainer(id, Duration.ZERO);
            RuntimeEvent.Exited exited = awaitExit(events, id);

            assertInstanceOf(RuntimeEvent.Resync.class, first.orElseThrow());
            assertEquals(137, exited.exitCode());
            assertNotEquals(ContainerState.RUNNING, runtime().containerStatus(id).state());
        }
        runtime().removePodSandbox(sandbox);
    }

    protected static RuntimeEvent.Exited awaitExit(RuntimeEvents events, String id)
            throws InterruptedException {
        for (Optional<RuntimeEvent> event = events.next(PATIENCE);
                event.isPresent();
                event = events.next(PATIENCE)) {
            if (event.get() instanceof RuntimeEvent.Exited exited && exited.id().equals(id)) {
                return exited;
            }
        }
        throw new AssertionError("no exit was told of " + id);
    }

    @Test
    void measuresAContainer() {
        PodSandboxConfig pod = pod();
        String sandbox = runtime().runPodSandbox(pod);
        String id = running(pod, sandbox);

        ContainerStats stats = runtime().containerStats(id);

        assertEquals(id, stats.id());
        assertNotNull(stats.cpu());
        assertNotNull(stats.memory());
        runtime().removePodSandbox(sandbox);
    }

    @Test
    void keepsAViewOfAnImageUntilItIsRemoved() {
        ImageService images = runtime().images();
        String image = images.status(TestImage.NAME).orElseThrow().id();
        String key = "view-" + uniqueName();

        ImageView view = images.view(image, key);
        ImageView again = images.view(image, key);
        List<String> present = images.views();
        images.removeView(key);
        images.removeView(key);

        assertEquals(view, again);
        assertTrue(present.contains(key), "views " + present);
        assertEquals(false, images.views().contains(key));
        ContainerRuntimeException none =
                failure(() -> images.view("sha256:" + UNKNOWN_ID, "view-of-none"));
        assertEquals(Code.NOT_FOUND, none.code());
    }
}
