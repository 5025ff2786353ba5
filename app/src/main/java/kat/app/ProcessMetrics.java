package kat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import kat.api.KubernetesVersion;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;

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

    /// Numbers of a device, counted from 0.
    private static final int RECEIVED_BYTES = 0;

    private static final int SENT_BYTES = 8;
    private static final double UNLIMITED = 0x1p64; // as Go tells it
    private static final double MILLIS_PER_SECOND = 1e3;

    private static final Metric BUILD =
            Metric.gauge(
                    "kubernetes_build_info",
                    "Which version of Kubernetes this behaves as.",
                    "build_date",
                    "compiler",
                    "git_commit",
                    "git_tree_state",
                    "git_version",
                    "go_version",
                    "major",
                    "minor",
                    "platform");
    private static final Metric CPU =
            Metric.counter("process_cpu_seconds_total", "Seconds of processors that were used.");
    private static final Metric RESIDENT =
            Metric.gauge("process_resident_memory_bytes", "Bytes of memory in use.");
    private static final Metric VIRTUAL =
            Metric.gauge("process_virtual_memory_bytes", "Bytes of addresses in use.");
    private static final Metric MOST_VIRTUAL =
            Metric.gauge("process_virtual_memory_max_bytes", "Bytes of addresses at most.");
    private static final Metric OPEN = Metric.gauge("process_open_fds", "Open files and sockets.");
    private static final Metric MOST_OPEN =
            Metric.gauge("process_max_fds", "Files and sockets that may be open.");
    private static final Metric STARTED =
            Metric.gauge("process_start_time_seconds", "When the process began, since 1970.");
    private static final Metric RECEIVED =
            Metric.counter(
                    "process_network_receive_bytes_total",
                    "Bytes that came in over the devices of the process' network.");
    private static final Metric SENT =
            Metric.counter(
                    "process_network_transmit_bytes_total",
                    "Bytes that went out over the devices of the process' network.");

    private ProcessMetrics() {}

    /// Tells them with what the kernel does not tell left out.
    ///
    /// @param process its folder in `/proc`
    /// @param started when it began
    static void tell(Path process, Instant started, Exposition to) {
        to.value(BUILD, 1, build());
        to.value(STARTED, started.toEpochMilli() / MILLIS_PER_SECOND);
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] numbers = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double ticks = number(numbers, USER_TICKS) + number(numbers, SYSTEM_TICKS);
            to.value(CPU, ticks / TICKS_PER_SECOND);
            to.value(RESIDENT, number(numbers, RESIDENT_PAGES) * PAGE_BYTES);
            to.value(VIRTUAL, number(numbers, VIRTUAL_BYTES));
            try (Stream<Path> open = Files.list(process.resolve("fd"))) {
                to.value(OPEN, (double) open.count());
            }
            List<String> limits = Files.readAllLines(process.resolve("limits"));
            to.value(MOST_OPEN, limit("Max open files", limits));
            to.value(MOST_VIRTUAL, limit("Max address space", limits));
            network(Files.readAllLines(process.resolve("net/dev")), to);
        } catch (IOException e) {
            System.getLogger("kat.app")
                    .log(System.Logger.Level.DEBUG, "no figures of the process", e);
        }
    }

    private static String[] build() {
        return new String[] {
            "",
            "javac",
            "",
            "clean",
            KubernetesVersion.TEXT,
            "",
            KubernetesVersion.MAJOR,
            KubernetesVersion.MINOR,
            "linux"
        };
    }

    /// @param lines of `net/dev`: two of headings, then one a device
    private static void network(List<String> lines, Exposition to) {
        double received = 0;
        double sent = 0;
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String[] numbers = line.substring(colon + 1).strip().split(" +", -1);
                received += Double.parseDouble(numbers[RECEIVED_BYTES]);
                sent += Double.parseDouble(numbers[SENT_BYTES]);
            }
        }
        to.value(RECEIVED, received);
        to.value(SENT, sent);
    }

    private static double number(String[] numbers, int at) {
        return Double.parseDouble(numbers[at]);
    }

    private static double limit(String name, List<String> limits) throws IOException {
        for (String line : limits) {
            if (line.startsWith(name)) {
                String most = line.substring(name.length()).strip().split(" +", 2)[0];
                return most.equals("unlimited") ? UNLIMITED : Double.parseDouble(most);
            }
        }
        throw new IOException("no line for " + name);
    }
}
