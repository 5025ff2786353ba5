package kat.dev.deploy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import kat.base.SystemTicker;
import kat.dev.process.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodEventsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    @TempDir Path folder;

    private static void await(BooleanSupplier isSo, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.onSpinWait();
        }
    }

    @Test
    void itsProgramsAreToldToEndBeforeItIsClosed() throws Exception {
        Path kubectl =
                Files.writeString(
                        folder.resolve("kubectl"),
                        """
                        #!/bin/sh
                        echo $$ > "$0.whole"
                        mv "$0.whole" "$0.$5"
                        exec sleep 600
                        """);
        Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwxr-xr-x"));
        Shell shell =
                new Shell(
                        Map.of(
                                "PATH", System.getenv("PATH"),
                                "KAT_KUBECTL", kubectl.toString()));
        Path started = folder.resolve("kubectl.name");
        PodEvents events =
                new PodEvents(
                        new Kubectl(shell, folder, "", ""),
                        new LinkedHashSet<>(List.of("")),
                        new SystemTicker());
        await(() -> Files.exists(started), "kubectl starts");
        long pid = Long.parseLong(Files.readString(started).strip());

        Thread.currentThread().interrupt();
        events.close();

        assertTrue(Thread.interrupted(), "who closes stays interrupted");
        await(() -> !ProcessHandle.of(pid).map(PodEventsTest::runs).orElse(false), "it ends");
    }

    /// One that ended and that nobody has asked for yet does not count.
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
