package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMetricsTest {

    @Test
    void tellsWhatTheKernelTells(@TempDir Path process) throws IOException {
        Files.writeString(
                process.resolve("stat"),
                "42 (a (b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 30 0 999 8388608 256"
                        + " 18446744073709551615 0\n");
        Files.createDirectory(process.resolve("fd"));
        Files.writeString(process.resolve("fd/0"), "");
        Files.writeString(process.resolve("fd/1"), "");
        Files.writeString(
                process.resolve("limits"),
                "Limit Soft Limit Hard Limit Units\nMax open files 1024 524288 files\n");

        String text = ProcessMetrics.text(process);

        assertTrue(text.contains("\nprocess_cpu_seconds_total 2\n"), text);
        assertTrue(text.contains("\nprocess_resident_memory_bytes 1.048576e+06\n"), text);
        assertTrue(text.contains("\nprocess_virtual_memory_bytes 8.388608e+06\n"), text);
        assertTrue(text.contains("\nprocess_open_fds 2\n"), text);
        assertTrue(text.contains("\nprocess_max_fds 1024\n"), text);
    }

    @Test
    void leavesOutWhatTheKernelDoesNotTell(@TempDir Path process) {
        String text = ProcessMetrics.text(process);

        assertEquals(2, text.lines().count(), text);
        assertTrue(text.contains("\nkubernetes_build_info{"), text);
    }
}
