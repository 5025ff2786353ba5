package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.base.Ticker;

/// Devices through the machine's own programs: blkid, fsck, mkfs, mount and those that let file
/// systems grow.
/// Disks of storage networks are reached by [IscsiDisks] and [FibreChannelDisks].
///
/// **Source:** `mount_linux.go` and `resizefs_linux.go` in `k8s.io/mount-utils`; blkid(8),
/// fsck(8).
public final class DiskPrograms implements Disks {

    private static final int TYPE_OF_FILE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int NOTHING_FOUND = 2;
    private static final int ERRORS_LEFT = 4;
    private static final String PARTITIONS = "unknown data, probably partitions";

    private final Programs programs;
    private final IscsiDisks iscsi;
    private final FibreChannelDisks fibreChannel;

    /// @param ticker lets time pass while a disk appears
    public DiskPrograms(Ticker ticker) {
        this(new MachinePrograms(), Path.of("/"), time -> sleep(ticker, time));
    }

    /// @param root of the machine's files
    /// @param pause lets time pass while a disk appears
    DiskPrograms(Programs programs, Path root, IscsiDisks.Pause pause) {
        this.programs = programs;
        ScsiDevices devices = new ScsiDevices(root, programs);
        this.iscsi = new IscsiDisks(programs, devices, pause);
        this.fibreChannel = new FibreChannelDisks(devices);
    }

    private static void sleep(Ticker ticker, Duration time) throws IOException {
        try {
            ticker.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a disk was waited for", e);
        }
    }

    @Override
    public Path attach(RemoteDisk disk, Map<String, String> login) throws IOException {
        return disk.type().equals(RemoteDisk.ISCSI)
                ? iscsi.attach(disk, login)
                : fibreChannel.attach(disk);
    }

    @Override
    public void detach(RemoteDisk disk, boolean isTargetUsed) throws IOException {
        if (disk.type().equals(RemoteDisk.ISCSI)) {
            iscsi.detach(disk, isTargetUsed);
        } else {
            fibreChannel.detach(disk);
        }
    }

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

    private void mount(String source, Path at, String type, String options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-t", type));
        if (!options.isEmpty()) {
            arguments.addAll(List.of("-o", options));
        }
        arguments.addAll(List.of(source, at.toString()));
        List<String> line = new ArrayList<>(arguments);
        line.addFirst("mount");
        Programs.Ran mounted = programs.run(line.toArray(String[]::new));
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
    private String format(Path device) throws IOException {
        String[] command = {"blkid", "-p", "-s", "TYPE", "-s", "PTTYPE", "-o", "export"};
        List<String> line = new ArrayList<>(List.of(command));
        line.add(device.toString());
        Programs.Ran found = programs.run(line.toArray(String[]::new));
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

    private void make(Path device, Path at, String type) throws IOException {
        List<String> line = new ArrayList<>(List.of("mkfs." + type));
        switch (type) {
            case "ext3", "ext4" -> line.addAll(List.of("-F", "-m0"));
            case "xfs" -> line.add("-f");
            default -> {} // as the program would do it
        }
        line.add(device.toString());
        Programs.Ran made = programs.run(line.toArray(String[]::new));
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
    private void check(Path device) throws IOException {
        Programs.Ran checked = programs.run("fsck", "-a", device.toString());
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

    private void grow(Path what, String... command) throws IOException {
        Programs.Ran grown = programs.run(command);
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
}
