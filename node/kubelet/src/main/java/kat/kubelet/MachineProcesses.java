package kat.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.kubelet.eviction.Observation;
import kat.kubelet.eviction.Signal;

/// How many more processes and threads the kernel lets there be.
///
/// **Source:** `pkg/kubelet/stats/pidlimit`; proc(5), `loadavg`.
final class MachineProcesses {

    /// Such as `1.36 3.49 4.53 2/3518 3715089`.
    private static final Pattern RUNNING = Pattern.compile(" \\d+/(\\d+) ");

    private MachineProcesses() {}

    static Observation read(Path proc) throws IOException {
        long most = Math.min(limit(proc, "pid_max"), limit(proc, "threads-max"));
        Matcher counts = RUNNING.matcher(Files.readString(proc.resolve("loadavg")));
        if (!counts.find()) {
            throw new IOException("the kernel does not tell how many processes run");
        }
        long present = Long.parseLong(counts.group(1));
        return new Observation(Signal.PROCESSES, most - present, most);
    }

    private static long limit(Path proc, String name) throws IOException {
        return Long.parseLong(Files.readString(proc.resolve("sys/kernel").resolve(name)).strip());
    }
}
