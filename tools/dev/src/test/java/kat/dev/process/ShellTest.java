package kat.dev.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

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
        await(() -> Files.exists(started), "the script starts");
        List<String> pids = List.of(Files.readString(started).strip().split(" "));

        running.interrupt();
        assertTrue(running.join(PATIENCE), "the program's caller goes on");

        assertTrue(wasInterrupted.get());
        for (String pid : pids) {
            // It is gone a moment after it was told to be.
            long number = Long.parseLong(pid);
            await(
                    () -> !ProcessHandle.of(number).map(ShellTest::runs).orElse(false),
                    "process " + pid + " ends");
        }
    }

    private static void await(BooleanSupplier isSo, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.onSpinWait();
        }
    }

    /// Those that ended and that nobody has asked for yet do not count.
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
