package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.kubelet.eviction.Observation;
import kat.kubelet.eviction.Signal;

/// The memory of a machine; what can be had without swapping counts as available.
///
/// @param total in bytes
/// @param available in bytes
///
/// **Source:** proc(5), `meminfo`.
record MachineMemory(long total, long available) {

    private static final long KIBI = 1024;

    static MachineMemory read(Path proc) throws IOException {
        long total = 0;
        long available = 0;
        for (String line : Files.readAllLines(proc.resolve("meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                total = bytes(line);
            } else if (line.startsWith("MemAvailable:")) {
                available = bytes(line);
            }
        }
        return new MachineMemory(total, available);
    }

    private static long bytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBI;
    }

    long used() {
        return total - available;
    }

    Observation observation() {
        return new Observation(Signal.MEMORY, available, total);
    }
}
