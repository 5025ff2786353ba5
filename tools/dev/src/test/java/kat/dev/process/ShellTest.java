package kat.dev.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ShellTest {

    @TempDir Path folder;
    private final Shell shell = new Shell(System.getenv());

    @Test
    void keepsWhatAProgramSays() throws Exception {
        Shell.Result result =
                shell.run(
                        Shell.Command.of(folder, "sh", "-c", "cat; echo no >&2; exit 3")
                                .reading("yes"));

        assertEquals(new Shell.Result(3, "yes", "no"), result);
    }

    @Test
    void anInterruptEndsAProgramAndWhatItStarted() throws Exception {
        Path started = folder.resolve("started");
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        Thread running =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        int unused =
                                                shell.run(
                                                        Shell.Command.of(
                                                                folder,
                                                                "sh",
                                                                "-c",
                                                                "sleep 600 & echo $$ $! > x;"
                                                                        + " mv x started; wait"),
                                                        _ -> {});
                                    } catch (InterruptedException e) {
                                        wasInterrupted.set(true);
                                    }
                                });
        while (!Files.exists(started)) {
            Thread.onSpinWait();
        }
        List<String> pids = List.of(Files.readString(started).strip().split(" "));

        running.interrupt();
        running.join();

        assertTrue(wasInterrupted.get());
        for (String pid : pids) {
            // It is gone a moment after it was told to be.
            while (ProcessHandle.of(Long.parseLong(pid)).map(ShellTest::runs).orElse(false)) {
                Thread.onSpinWait();
            }
        }
    }

    /// Those that ended and that nobody has asked for yet do not count.
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
