package kat.cri;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What the kernel says about this machine and what it is asked for through small programs.
final class Host {

    private static final Path PROC = Path.of("/proc");
    private static final int CAP_SYS_RESOURCE = 24;

    private Host() {}

    /// Changes with each start of the machine.
    static String bootId() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }

    /// When a process started, in the kernel's ticks since boot; with its id it names one process
    /// for good. Empty once it has ended, whether or not its parent took note.
    static Optional<String> startOf(long pid) {
        try {
            String stat =
                    Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String afterName = stat.substring(stat.lastIndexOf(')') + 2);
            boolean ended = afterName.startsWith("Z") || afterName.startsWith("X");
            return ended ? Optional.empty() : Optional.of(afterName.split(" ", -1)[19]);
        } catch (IOException e) {
            return Optional.empty(); // it has ended
        }
    }

    /// Processes with `argument` among their arguments.
    static List<ProcessHandle> processesWith(String argument) {
        List<ProcessHandle> found = new ArrayList<>();
        ProcessHandle.allProcesses()
                .filter(process -> arguments(process.pid()).contains(argument))
                .forEach(found::add);
        return found;
    }

    private static List<String> arguments(long pid) {
        try {
            String line =
                    Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            return List.of(line.split("\0"));
        } catch (IOException e) {
            return List.of(); // it has ended
        }
    }

    /// Whether `oom_score_adj` may be set below what it is.
    static boolean mayLowerOomScore() throws IOException {
        for (String line : Files.readAllLines(PROC.resolve("self/status"))) {
            if (line.startsWith("CapEff:")) {
                long capabilities = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                return (capabilities >> CAP_SYS_RESOURCE & 1) == 1;
            }
        }
        return false;
    }

    /// Whether an overlay file system can be mounted with its layers in `folder`.
    static boolean canOverlay(Path folder) throws IOException, InterruptedException {
        Path trial = Files.createTempDirectory(folder, "overlay-trial");
        try {
            for (String name : List.of("lower", "upper", "work", "merged")) {
                Files.createDirectory(trial.resolve(name));
            }
            String options =
                    "lowerdir="
                            + trial
                            + "/lower,upperdir="
                            + trial
                            + "/upper,workdir="
                            + trial
                            + "/work";
            String merged = trial.resolve("merged").toString();
            if (run("mount", "-t", "overlay", "overlay", "-o", options, merged) != 0) {
                return false;
            }
            return run("umount", merged) == 0;
        } finally {
            deleteTree(trial);
        }
    }

    /// Takes away every mount below `folder`, the last made first.
    static void unmountBelow(Path folder) throws IOException, InterruptedException {
        List<String> mounts = new ArrayList<>();
        for (String line : Files.readAllLines(PROC.resolve("self/mounts"))) {
            String path = unescaped(line.split(" ", -1)[1]);
            if (path.startsWith(folder + "/")) {
                mounts.add(path);
            }
        }
        Collections.reverse(mounts);
        for (String mount : mounts) {
            int code = run("umount", "-l", mount);
            if (code != 0) {
                throw new IOException("cannot unmount " + mount + ": umount exited with " + code);
            }
        }
    }

    /// Removes `folder` and all below, if it is there.
    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return process.waitFor();
    }

    /// `/proc/mounts` writes blanks as octal.
    private static String unescaped(String path) {
        return path.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }
}
