package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        KatProcess.await("up", () -> kat.said().contains("kat down") || !up.isAlive());
        assertTrue(up.isAlive(), kat.said());
        return up;
    }

    @Test
    void inTheForegroundASignalStopsTheCluster() throws IOException, InterruptedException {
        Process up = foreground();
        ProcessHandle server = server();

        terminate(up.pid());
        int unused = KatProcess.end(up);

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

    @Test
    void givingUpWhileItStartsLeavesNothing() throws IOException, InterruptedException {
        Process up = kat.start("up", "--simulated-nodes", "1", "--api-port", port);
        Path pid = kat.cluster().resolve("run/pid");
        KatProcess.await("a server", () -> Files.exists(pid) && !Files.readString(pid).isEmpty());
        ProcessHandle server = server();

        terminate(up.pid());
        int unused = KatProcess.end(up);

        assertFalse(server.isAlive());
        assertFalse(Files.exists(kat.cluster()), kat.said());
    }
}
