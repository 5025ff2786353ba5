package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import kat.base.metrics.Exposition;
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
                """
                Limit Soft Limit Hard Limit Units
                Max open files 1024 524288 files
                Max address space unlimited unlimited bytes
                """);
        Files.createDirectory(process.resolve("net"));
        Files.writeString(
                process.resolve("net/dev"),
                """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
                    lo: 1000 1 0 0 0 0 0 0 2000 1 0 0 0 0 0 0
                  eth0:10 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0
                """);

        String text = text(process);

        assertTrue(text.contains("\nprocess_cpu_seconds_total 2\n"), text);
        assertTrue(text.contains("\nprocess_resident_memory_bytes 1048576\n"), text);
        assertTrue(text.contains("\nprocess_virtual_memory_bytes 8388608\n"), text);
        assertTrue(text.contains("\nprocess_open_fds 2\n"), text);
        assertTrue(text.contains("\nprocess_max_fds 1024\n"), text);
        assertTrue(text.contains("\nprocess_virtual_memory_max_bytes 1.8446744073709552e+19\n"));
        assertTrue(text.contains("\nprocess_network_receive_bytes_total 1010\n"), text);
        assertTrue(text.contains("\nprocess_network_transmit_bytes_total 2020\n"), text);
        assertTrue(text.contains("\nprocess_start_time_seconds 1.5\n"), text);
    }

    @Test
    void leavesOutWhatTheKernelDoesNotTell(@TempDir Path process) {
        String text = text(process);

        assertEquals(
                List.of("kubernetes_build_info", "process_start_time_seconds"),
                text.lines()
                        .filter(line -> line.startsWith("# TYPE "))
                        .map(line -> line.split(" ", -1)[2])
                        .toList());
    }

    private static String text(Path process) {
        Instant started = Instant.ofEpochMilli(1500);
        return Exposition.of(List.of(to -> ProcessMetrics.tell(process, started, to)));
    }
}
