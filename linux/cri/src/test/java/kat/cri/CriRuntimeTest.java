package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import kat.base.SystemTicker;
import kat.base.TaskGroup;
import kat.base.Ticker;
import kat.cri.ContainerStreams.StreamOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The contract against a real containerd, and what only a real one can show.
@Tag("root")
class CriRuntimeTest extends ContainerRuntimeContract {

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Ticker TICKER = new SystemTicker();
    private static TestHome home;
    private static PrivateContainerd containerd;

    @BeforeAll
    static void start() throws IOException {
        home = TestHome.require();
        containerd = new PrivateContainerd(home.config(), TICKER);
        containerd.start();
        containerd.runtime().images().importArchive(TestImage.archive());
    }

    @AfterAll
    static void remove() throws IOException {
        if (containerd != null) {
            containerd.removeAll();
            containerd.close();
            home.remove();
        }
    }

    @Override
    protected ContainerRuntime runtime() {
        return containerd.runtime();
    }

    @Override
    protected String uniqueName() {
        return "pod-" + NAMES.incrementAndGet();
    }

    @Override
    protected String logDirectory() {
        return home.path().resolve("logs").toString();
    }

    /// A sandbox with one container that waits.
    private record Pod(PodSandboxConfig config, String sandbox, String container) {}

    private Pod pod(ContainerConfig container) {
        String name = uniqueName();
        PodSandboxConfig config =
                PodSandboxConfig.of(new PodSandboxMetadata(name, name, "default", 0))
                        .withHostname(name)
                        .withLogDirectory(logDirectory() + "/" + name);
        String sandbox = runtime().runPodSandbox(config);
        String id = runtime().createContainer(sandbox, container, config);
        runtime().startContainer(id);
        return new Pod(config, sandbox, id);
    }

    private static ContainerConfig container(String... command) {
        return ContainerConfig.of(new ContainerMetadata("main", 0), TestImage.NAME)
                .withCommand(List.of(command))
                .withLogPath("main.log");
    }

    private String output(Pod pod, String script) {
        return runtime()
                .execSync(pod.container(), List.of("sh", "-c", script), Duration.ofSeconds(20))
                .stdout();
    }

    @Test
    void appliesTheSecurityContextAndTheEnvironment() {
        Pod pod =
                pod(
                        container("sleep", "1000")
                                .withEnvs(List.of(new EnvVar("GREETING", "hello world")))
                                .withSecurity(
                                        ContainerSecurityContext.DEFAULT
                                                .withRunAsUser(1000L)
                                                .withRunAsGroup(2000L)
                                                .withReadonlyRootfs(true)
                                                .withNoNewPrivileges(true)
                                                .withSupplementalGroups(List.of(3000L))
                                                .withSeccomp(SecurityProfile.RUNTIME_DEFAULT)));

        assertEquals("uid=1000 gid=2000 groups=2000,3000\n", output(pod, "id"));
        assertEquals("hello world\n", output(pod, "echo $GREETING"));
        assertEquals("1\n", output(pod, "touch /tmp/x 2>/dev/null; echo $?"));
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void mountsFoldersOfTheMachine() throws IOException {
        Path folder = Files.createDirectories(home.path().resolve("data"));
        Files.writeString(folder.resolve("file"), "from the machine\n");
        Pod pod =
                pod(
                        container("sleep", "1000")
                                .withMounts(List.of(Mount.readOnly(folder.toString(), "/data"))));

        assertEquals("from the machine\n", output(pod, "cat /data/file"));
        assertEquals("1\n", output(pod, "touch /data/new 2>/dev/null; echo $?"));
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void carriesMuchOutputThroughASlowReader() throws Exception {
        Pod pod = pod(container("sleep", "1000"));
        int megabytes = 64;

        try (ContainerProcess process =
                runtime()
                        .streams()
                        .exec(
                                pod.container(),
                                List.of("head", "-c", megabytes + "m", "/dev/zero"),
                                StreamOptions.output())) {
            InputStream out = process.stdout();
            byte[] chunk = new byte[100_000];
            long total = 0;
            for (int count = out.read(chunk); count >= 0; count = out.read(chunk)) {
                total += count;
            }

            assertEquals((long) megabytes << 20, total);
            assertEquals(0, process.waitFor());
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void holdsACommandBackWhileNobodyReads() throws Exception {
        Pod pod = pod(container("sleep", "1000"));
        String script =
                "i=0; while [ $i -lt 64 ]; do head -c 1m /dev/zero; i=$((i+1)); echo $i >/tmp/sent; done";

        try (ContainerProcess process =
                runtime()
                        .streams()
                        .exec(
                                pod.container(),
                                List.of("sh", "-c", script),
                                StreamOptions.output())) {
            TICKER.sleep(Duration.ofSeconds(3));
            int sent = Integer.parseInt(output(pod, "cat /tmp/sent").strip());
            long read = process.stdout().transferTo(OutputStream.nullOutputStream());

            assertTrue(sent < 40, "megabytes sent while nobody read: " + sent);
            assertEquals(64L << 20, read);
            assertEquals(0, process.waitFor());
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void endsASessionWhoseOutputIsNotWanted() throws Exception {
        Pod pod = pod(container("sleep", "1000"));

        try (ContainerProcess process =
                runtime()
                        .streams()
                        .exec(
                                pod.container(),
                                List.of("head", "-c", "8m", "/dev/zero"),
                                StreamOptions.output())) {
            process.stdout().close();

            assertEquals(0, process.waitFor());
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void runsManySessionsAtOnce() throws ExecutionException, InterruptedException {
        Pod pod = pod(container("sleep", "1000"));

        try (TaskGroup group = new TaskGroup("sessions")) {
            for (int i = 0; i < 20; i++) {
                var _ = group.fork(() -> echo(pod.container(), new byte[100_000]));
            }
            group.join();
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    private int echo(String container, byte[] bytes) throws Exception {
        try (ContainerProcess process =
                runtime().streams().exec(container, List.of("cat"), StreamOptions.all())) {
            Thread writer =
                    Thread.startVirtualThread(
                            () -> {
                                try (OutputStream in = process.stdin()) {
                                    in.write(bytes);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            assertEquals(bytes.length, process.stdout().readAllBytes().length);
            writer.join();
            return process.waitFor();
        }
    }

    @Test
    void saysWhyACommandCannotBeRun() throws InterruptedException {
        Pod pod = pod(container("sleep", "1000"));

        try (ContainerProcess process =
                runtime()
                        .streams()
                        .exec(
                                pod.container(),
                                List.of("no-such-command"),
                                StreamOptions.output())) {
            ContainerRuntimeException failure =
                    assertThrows(ContainerRuntimeException.class, process::waitFor);

            assertTrue(failure.getMessage().contains("no-such-command"), failure.getMessage());
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void killsACommandWhoseTimeIsUp() {
        Pod pod = pod(container("sleep", "1000"));

        ContainerRuntimeException failure =
                assertThrows(
                        ContainerRuntimeException.class,
                        () ->
                                runtime()
                                        .execSync(
                                                pod.container(),
                                                List.of("sleep", "60"),
                                                Duration.ofSeconds(1)));

        assertEquals(ContainerRuntimeException.Code.DEADLINE_EXCEEDED, failure.code());
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void tellsOfAKillForWantOfMemory() throws InterruptedException {
        ContainerConfig hungry =
                container("sh", "-c", "x=a; while :; do x=$x$x; done")
                        .withResources(LinuxResources.NONE.withMemoryLimitBytes(16L << 20));
        String id;
        Pod pod;
        try (RuntimeEvents events = runtime().openEvents()) {
            pod = pod(hungry);
            id = pod.container();
            awaitExit(events, id);
        }

        ContainerStatus status = runtime().containerStatus(id);

        assertEquals(137, status.exitCode());
        assertEquals("OOMKilled", status.reason());
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void changesTheLimitsOfARunningContainer() {
        Pod pod = pod(container("sleep", "1000"));

        runtime()
                .updateContainerResources(
                        pod.container(),
                        LinuxResources.NONE
                                .withCpuPeriod(100_000)
                                .withCpuQuota(50_000)
                                .withMemoryLimitBytes(64L << 20));

        LinuxResources now = runtime().containerStatus(pod.container()).resources();
        assertEquals(64L << 20, now.memoryLimitBytes());
        assertEquals(50_000, now.cpuQuota());
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void carriesMuchInput() throws Exception {
        Pod pod = pod(container("sleep", "1000"));
        byte[] megabyte = new byte[1 << 20];
        int count = 16;

        try (ContainerProcess process =
                runtime()
                        .streams()
                        .exec(
                                pod.container(),
                                List.of("/bin/busybox", "wc", "-c"),
                                StreamOptions.all())) {
            try (OutputStream in = process.stdin()) {
                for (int i = 0; i < count; i++) {
                    in.write(megabyte);
                }
            }

            assertEquals(
                    (count << 20) + "\n",
                    new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8));
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void runsManyCommandsAtOnce() throws ExecutionException, InterruptedException {
        Pod pod = pod(container("sleep", "1000"));
        List<FutureTask<String>> answers = new ArrayList<>();

        try (TaskGroup group = new TaskGroup("exec")) {
            for (int i = 0; i < 20; i++) {
                String number = Integer.toString(i);
                answers.add(group.fork(() -> output(pod, "echo " + number)));
            }
            group.join();
        }

        for (int i = 0; i < answers.size(); i++) {
            assertEquals(i + "\n", answers.get(i).get());
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void givesATerminalItsSize() throws Exception {
        Pod pod = pod(container("sleep", "1000"));

        try (ContainerProcess process =
                runtime()
                        .streams()
                        .exec(pod.container(), List.of("sh"), StreamOptions.terminal())) {
            process.resize(123, 45);
            process.stdin()
                    .write("sleep 0.2; stty size; exit 4\n".getBytes(StandardCharsets.UTF_8));
            process.stdin().flush();
            String shown = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);

            assertTrue(shown.contains("45 123"), shown);
            assertEquals(4, process.waitFor());
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void attachesToTheContainersOwnStreams() throws Exception {
        Pod pod = pod(container("cat").withStdin(true));

        try (ContainerProcess process =
                runtime().streams().attach(pod.container(), StreamOptions.all())) {
            process.stdin().write("echoed\n".getBytes(StandardCharsets.UTF_8));
            process.stdin().flush();
            byte[] back = process.stdout().readNBytes(7);

            assertEquals("echoed\n", new String(back, StandardCharsets.UTF_8));
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void forwardsAPort() throws Exception {
        Pod pod =
                pod(
                        container(
                                "/bin/busybox",
                                "nc",
                                "-l",
                                "-p",
                                "8000",
                                "-e",
                                "/bin/busybox",
                                "cat"));

        try (PortStream port = awaitPort(pod.sandbox(), 8000)) {
            byte[] back = port.input().readNBytes(4);

            assertEquals("ping", new String(back, StandardCharsets.UTF_8));
        }
        runtime().removePodSandbox(pod.sandbox());
    }

    /// The program may not listen yet.
    private PortStream awaitPort(String sandbox, int number) throws Exception {
        while (true) {
            PortStream port = runtime().streams().portForward(sandbox, number);
            port.output().write("ping".getBytes(StandardCharsets.UTF_8));
            port.output().flush();
            TICKER.sleep(Duration.ofMillis(100));
            if (port.input().available() > 0) {
                return port;
            }
            port.close();
        }
    }

    @Test
    void writesALogAndOpensItAnew() throws Exception {
        Pod pod =
                pod(
                        container(
                                "sh",
                                "-c",
                                "while :; do echo line; /bin/busybox usleep 20000; done"));
        Path log = Path.of(runtime().containerStatus(pod.container()).logPath());
        Path moved = log.resolveSibling("main.log.1");

        while (Files.size(log) == 0) {
            TICKER.sleep(Duration.ofMillis(10));
        }
        Files.move(log, moved);
        runtime().reopenContainerLog(pod.container());
        while (!Files.exists(log) || Files.size(log) == 0) {
            TICKER.sleep(Duration.ofMillis(10));
        }

        assertTrue(Files.readString(log).lines().findFirst().orElseThrow().endsWith(" F line"));
        assertTrue(Files.size(moved) > 0);
        runtime().removePodSandbox(pod.sandbox());
    }

    @Test
    void reapsOrphansInASharedProcessNamespace() {
        String name = uniqueName();
        SandboxSecurityContext shared =
                SandboxSecurityContext.DEFAULT.withNamespaces(
                        new NamespaceOptions(
                                NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, "", null));
        PodSandboxConfig config =
                PodSandboxConfig.of(new PodSandboxMetadata(name, name, "default", 0))
                        .withLogDirectory(logDirectory() + "/" + name)
                        .withLinux(LinuxSandboxOptions.DEFAULT.withSecurity(shared));
        String sandbox = runtime().runPodSandbox(config);
        String id =
                runtime()
                        .createContainer(
                                sandbox,
                                container("sleep", "1000")
                                        .withSecurity(
                                                ContainerSecurityContext.DEFAULT.withNamespaces(
                                                        shared.namespaces())),
                                config);
        runtime().startContainer(id);
        Pod pod = new Pod(config, sandbox, id);

        output(pod, "(sleep 0.1 &) ; (sleep 0.1 &) ; sleep 0.3");
        String processes = output(pod, "/bin/busybox ps -o pid,stat,args");

        assertTrue(processes.contains("/pause"), processes);
        assertFalse(processes.contains("Z"), processes);
        runtime().removePodSandbox(sandbox);
    }
}
