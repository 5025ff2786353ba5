package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a cluster when its `kat up` gets a signal.
class SignalTest {

    @TempDir private Path folder;
    private KatProcess kat;
    private String port;

    @BeforeEach
    void sit() throws IOException {
        kat = KatProcess.in(folder);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = Integer.toString(free.getLocalPort());
        }
    }

    @AfterEach
    void leaveNothing() throws IOException, InterruptedException {
        if (Files.exists(kat.cluster())) {
            int unused = kat.run("delete");
        }
    }

    private ProcessHandle server() throws IOException {
        long pid = Long.parseLong(Files.readString(kat.cluster().resolve("run/pid")).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    /// SIGTERM: SIGINT, which the JVM treats alike, is ignored where tests run in the background.
    private static void terminate(long pid) throws IOException, InterruptedException {
        assertEquals(0, KatProcess.end(new ProcessBuilder("kill", "-TERM", "" + pid).start()));
    }

    private Process foreground() throws IOException, InterruptedException {
        Process up = kat.start("up", "--foreground", "--simulated-nodes", "1", "--api-port", port);
        KatProcess.await("up", () -> kat.said().contains("Ctrl-C stops it.") || !up.isAlive());
        assertTrue(up.isAlive(), kat.said());
        return up;
    }

    @Test
    void inTheForegroundASignalStopsTheCluster() throws IOException, InterruptedException {
        Process up = foreground();
        ProcessHandle server = server();

        terminate(up.pid());
        int unused = KatProcess.end(up);

        assertTrue(kat.said().contains("\nstopping cluster kat\n"), kat.said());
        assertFalse(server.isAlive());
        assertFalse(Files.exists(kat.cluster().resolve("run/pid")), "it ended in order");
        assertEquals(0, kat.run("status"));
        assertTrue(kat.said().startsWith("state: stopped\n"), kat.said());
    }

    @Test
    void downEndsAClusterInTheForegroundWithoutFailure() throws IOException, InterruptedException {
        Process up = foreground();

        ProcessHandle server = server();
        terminate(server.pid());

        assertEquals(0, KatProcess.end(up), kat.said());
    }

    /// Starts a cluster, and gives up when a file of it is there.
    private String upUntil(String moment) throws IOException, InterruptedException {
        Process up = kat.start("up", "--simulated-nodes", "1", "--api-port", port);
        Path file = kat.cluster().resolve(moment);
        KatProcess.await(moment, () -> Files.exists(file) || !up.isAlive());
        terminate(up.pid());
        int unused = KatProcess.end(up);
        return kat.said();
    }

    /// Servers of the test's cluster, whatever became of its folder.
    private List<String> servers() {
        String folder = kat.cluster().toString();
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(ServerCommand.MAIN_CLASS) && line.contains(folder))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "run/pid", "store"})
    void givingUpWhileItStartsLeavesNothing(String moment)
            throws IOException, InterruptedException {
        String said = upUntil(moment);

        assertTrue(said.contains("stopping; cluster kat is not kept\n"), said);
        assertFalse(said.contains("kat: "), said);
        assertFalse(said.contains("Exception"), said);
        assertEquals(List.of(), servers());
        assertFalse(Files.exists(kat.home().resolve(".kat")), said);
        assertFalse(Files.exists(kat.home().resolve(".kube/config")), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run/pid", "run/progress"})
    void givingUpOnAClusterThatWasDownLeavesItSo(String moment)
            throws IOException, InterruptedException {
        assertEquals(0, kat.run("up", "--simulated-nodes", "2", "--api-port", port), kat.said());
        assertEquals(0, kat.run("down"), kat.said());
        Files.deleteIfExists(kat.cluster().resolve(moment));
        String said = upUntil(moment);

        assertTrue(said.contains("stopping; cluster kat stays as it was\n"), said);
        assertFalse(said.contains("Exception"), said);
        assertEquals(List.of(), servers());
        assertEquals(0, kat.run("status"), kat.said());
        assertTrue(kat.said().startsWith("state: stopped\n"), kat.said());
        assertTrue(kat.said().contains("nodes: 2 simulated\n"), kat.said());
    }

    @Test
    void measuringLeavesNothingBehindWhenGivenUp() throws IOException, InterruptedException {
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        kat.with("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + scratch);
        assertEquals(0, kat.run("up", "--simulated-nodes", "1", "--api-port", port), kat.said());
        Process single = kat.start("bench", "--only", "single");
        KatProcess.await("a bare server", () -> !files(scratch).isEmpty() || !single.isAlive());
        terminate(single.pid());
        int unused = KatProcess.end(single);
        String first = kat.said();
        Process lists = kat.start("bench", "--only", "list");
        KatProcess.await("a row", () -> kat.said().contains("create pod") || !lists.isAlive());
        terminate(lists.pid());
        int ended = KatProcess.end(lists);

        assertEquals(List.of(), files(scratch), first);
        assertFalse(ended == 0, kat.said());
        assertTrue(kat.said().contains("stopping; namespace bench-"), kat.said());
        assertFalse(kat.said().contains("kat: "), kat.said());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("kat-")).toList();
        }
    }
}
