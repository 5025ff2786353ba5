package kat.kubelet.volumes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Devices through the machine's own programs: blkid, fsck, mkfs, mount and those that let file
/// systems grow.
///
/// **Source:** `mount_linux.go` and `resizefs_linux.go` in `k8s.io/mount-utils`; blkid(8),
/// fsck(8).
public final class DiskPrograms implements Disks {

    /// A slow disk of some terabytes is made within this time.
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final int SHOWN_BYTES = 16 * 1024;
    private static final String SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int TYPE_OF_FILE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int NOTHING_FOUND = 2;
    private static final int ERRORS_LEFT = 4;
    private static final int NOT_FOUND = 127;
    private static final String PARTITIONS = "unknown data, probably partitions";

    private record Outcome(int code, String said) {}

    @Override
    public boolean isDevice(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode");
        return (mode & TYPE_OF_FILE) == BLOCK_DEVICE;
    }

    @Override
    public void mount(Path device, Path at, String type, List<String> options) throws IOException {
        boolean readOnly = options.contains("ro");
        if (format(device).isEmpty()) {
            if (readOnly) {
                throw new IOException(
                        "cannot mount unformatted disk "
                                + device
                                + " as we are manipulating it in read-only mode");
            }
            make(device, at, type);
        } else if (!readOnly) {
            check(device);
        }
        List<String> all = new ArrayList<>(options);
        all.add("defaults");
        mount(device.toString(), at, type, String.join(",", all));
    }

    @Override
    public void mountShare(String source, Path at, String type, List<String> options)
            throws IOException {
        mount(source, at, type, String.join(",", options));
    }

    private static void mount(String source, Path at, String type, String options)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-t", type));
        if (!options.isEmpty()) {
            arguments.addAll(List.of("-o", options));
        }
        arguments.addAll(List.of(source, at.toString()));
        List<String> line = new ArrayList<>(arguments);
        line.addFirst("mount");
        Outcome mounted = run(line.toArray(String[]::new));
        if (mounted.code() != 0) {
            throw new IOException(
                    "mount failed: exit status "
                            + mounted.code()
                            + "\nMounting command: mount\nMounting arguments: "
                            + String.join(" ", arguments)
                            + "\nOutput: "
                            + mounted.said());
        }
    }

    /// The kind of file system on a device; empty when it holds nothing.
    private static String format(Path device) throws IOException {
        String[] command = {"blkid", "-p", "-s", "TYPE", "-s", "PTTYPE", "-o", "export"};
        List<String> line = new ArrayList<>(List.of(command));
        line.add(device.toString());
        Outcome found = run(line.toArray(String[]::new));
        if (found.code() == NOTHING_FOUND) {
            return "";
        }
        if (found.code() != 0) {
            throw new IOException(
                    "failed to get disk format of disk "
                            + device
                            + ": exit status "
                            + found.code());
        }
        String type = "";
        for (String each : found.said().split("\n", -1)) {
            if (each.startsWith("PTTYPE=")) {
                return PARTITIONS;
            }
            if (each.startsWith("TYPE=")) {
                type = each.substring("TYPE=".length());
            }
        }
        return type;
    }

    private static void make(Path device, Path at, String type) throws IOException {
        List<String> line = new ArrayList<>(List.of("mkfs." + type));
        switch (type) {
            case "ext3", "ext4" -> line.addAll(List.of("-F", "-m0"));
            case "xfs" -> line.add("-f");
            default -> {} // as the program would do it
        }
        line.add(device.toString());
        Outcome made = run(line.toArray(String[]::new));
        if (made.code() != 0) {
            throw new IOException(
                    "format of disk \""
                            + device
                            + "\" failed: type:(\""
                            + type
                            + "\") target:(\""
                            + at
                            + "\") errcode:(exit status "
                            + made.code()
                            + ") output:("
                            + made.said()
                            + ")");
        }
    }

    /// What fsck mends is mended; without fsck nothing is looked at.
    private static void check(Path device) throws IOException {
        Outcome checked = run("fsck", "-a", device.toString());
        if (checked.code() == ERRORS_LEFT) {
            throw new IOException(
                    "'fsck' found errors on device "
                            + device
                            + " but could not correct them: "
                            + checked.said());
        }
    }

    @Override
    public void grow(Path device, Path at) throws IOException {
        String format = format(device);
        switch (format) {
            case "" -> {} // it will have all of the device when it is made
            case "ext3", "ext4" -> grow(device, "resize2fs", device.toString());
            case "xfs" -> grow(at, "xfs_growfs", "-d", at.toString());
            case "btrfs" -> grow(at, "btrfs", "filesystem", "resize", "max", at.toString());
            default ->
                    throw new IOException(
                            "ResizeFS.Resize - resize of format "
                                    + format
                                    + " is not supported for device "
                                    + device
                                    + " mounted at "
                                    + at);
        }
    }

    private static void grow(Path what, String... command) throws IOException {
        Outcome grown = run(command);
        if (grown.code() != 0) {
            throw new IOException(
                    "resize of device "
                            + what
                            + " failed: exit status "
                            + grown.code()
                            + ". "
                            + command[0]
                            + " output: "
                            + grown.said());
        }
    }

    private static Outcome run(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(List.of(command)); // env looks for it and answers 127 where it is missing
        Path said = Files.createTempFile("kat-disk-", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(said.toFile());
            builder.environment().merge("PATH", SYSTEM_PATH, (own, system) -> own + ":" + system);
            int code = await(builder.start(), command[0]);
            return new Outcome(
                    code, code == NOT_FOUND ? "executable file not found in $PATH" : beginOf(said));
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static int await(Process process, String name) throws IOException {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(name + " does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(name + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String beginOf(Path file) throws IOException {
        try (InputStream all = Files.newInputStream(file)) {
            return new String(all.readNBytes(SHOWN_BYTES), StandardCharsets.UTF_8).strip();
        }
    }
}
