package kat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import kat.api.KubernetesVersion;
import kat.base.Histogram;

/// What this process uses, under the names that every client library of Prometheus gives it.
///
/// **Source:** `https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics`;
/// proc(5).
final class ProcessMetrics {

    /// Where the kernel tells of the process that asks.
    static final Path SELF = Path.of("/proc/self");

    private static final double TICKS_PER_SECOND = 100; // of every Linux that Java runs on
    private static final long PAGE_BYTES = 4096;

    /// Numbers after the name in `stat`, counted from 0.
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;
    private static final int VIRTUAL_BYTES = 20;
    private static final int RESIDENT_PAGES = 21;

    private ProcessMetrics() {}

    /// @param process its folder in `/proc`
    /// @return with what the kernel does not tell left out
    static String text(Path process) {
        StringBuilder out = new StringBuilder();
        metric("kubernetes_build_info", "gauge", buildLabels(), 1, out);
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] numbers = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double ticks = number(numbers, USER_TICKS) + number(numbers, SYSTEM_TICKS);
            metric("process_cpu_seconds_total", "counter", "", ticks / TICKS_PER_SECOND, out);
            double resident = number(numbers, RESIDENT_PAGES) * PAGE_BYTES;
            metric("process_resident_memory_bytes", "gauge", "", resident, out);
            double virtual = number(numbers, VIRTUAL_BYTES);
            metric("process_virtual_memory_bytes", "gauge", "", virtual, out);
            try (Stream<Path> open = Files.list(process.resolve("fd"))) {
                metric("process_open_fds", "gauge", "", (double) open.count(), out);
            }
            metric("process_max_fds", "gauge", "", mostOpen(process), out);
        } catch (IOException e) {
            System.getLogger("kat.app")
                    .log(System.Logger.Level.DEBUG, "no figures of the process", e);
        }
        return out.toString();
    }

    private static String buildLabels() {
        return "{build_date=\"\",compiler=\"javac\",git_commit=\"\",git_tree_state=\"clean\","
                + "git_version=\""
                + KubernetesVersion.TEXT
                + "\",go_version=\"\",major=\""
                + KubernetesVersion.MAJOR
                + "\",minor=\""
                + KubernetesVersion.MINOR
                + "\",platform=\"linux\"}";
    }

    private static double number(String[] numbers, int at) {
        return Double.parseDouble(numbers[at]);
    }

    private static double mostOpen(Path process) throws IOException {
        for (String line : Files.readAllLines(process.resolve("limits"))) {
            if (line.startsWith("Max open files")) {
                String most = line.substring("Max open files".length()).strip().split(" +", 2)[0];
                return most.equals("unlimited") ? Double.MAX_VALUE : Double.parseDouble(most);
            }
        }
        throw new IOException("no line for open files");
    }

    private static void metric(
            String name, String type, String labels, double value, StringBuilder out) {
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        out.append(name).append(labels).append(' ').append(Histogram.number(value)).append('\n');
    }
}
