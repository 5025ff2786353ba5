package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the kernel says of its SCSI devices, and what can be told to it.
///
/// **Source:** `pkg/volume/util/device_util_linux.go`; the kernel's `scsi_host` and `block` in
/// sysfs.
final class ScsiDevices {

    private final Path root;
    private final Programs programs;

    /// @param root of the machine's files, `/`
    ScsiDevices(Path root, Programs programs) {
        this.root = root;
        this.programs = programs;
    }

    /// Links to disks in a folder below `/dev/disk`, in the order of their names.
    List<Path> links(String folder, Predicate<String> wanted) throws IOException {
        return list(root.resolve("dev/disk").resolve(folder), wanted);
    }

    /// The device that joins all paths to the disk of this one; null without such.
    @Nullable Path multipath(Path device) throws IOException {
        String name = device.toRealPath().getFileName().toString();
        if (name.startsWith("dm-")) {
            return device.toRealPath();
        }
        for (Path each : list(block(), mapped -> mapped.startsWith("dm-"))) {
            if (Files.exists(each.resolve("slaves").resolve(name))) {
                return root.resolve("dev").resolve(each.getFileName());
            }
        }
        return null;
    }

    private Path block() {
        return root.resolve("sys/block");
    }

    /// Has every host look for disks anew.
    void scan() throws IOException {
        for (Path host : list(hosts(), _ -> true)) {
            Files.writeString(host.resolve("scan"), "- - -");
        }
    }

    /// Has one host look for one disk, so that no other of the target appears.
    void scan(String host, long lun) throws IOException {
        Files.writeString(hosts().resolve(host).resolve("scan"), "0 0 " + lun);
    }

    private Path hosts() {
        return root.resolve("sys/class/scsi_host");
    }

    /// Has the kernel forget a disk and what joins its paths, once all is written.
    ///
    /// @param links to the disk, one for each path
    void remove(List<Path> links) throws IOException {
        List<Path> devices = new ArrayList<>();
        for (Path link : links) {
            Path joined = multipath(link);
            if (joined != null && !devices.contains(joined)) {
                var unused = programs.run("multipath", "-f", joined.toString());
                devices.add(joined);
            }
        }
        for (Path link : links) {
            Path device = link.toRealPath();
            var unused = programs.run("blockdev", "--flushbufs", device.toString());
            Path delete = block().resolve(device.getFileName()).resolve("device/delete");
            if (Files.exists(delete)) {
                Files.writeString(delete, "1");
            }
        }
    }

    /// Hosts by the portals to which they have a session with a target, as `host3` by
    /// `10.0.0.7:3260`.
    Map<String, String> sessions(String target) throws IOException {
        Map<String, String> hosts = new TreeMap<>();
        for (Path host : list(root.resolve("sys/class/iscsi_host"), _ -> true)) {
            for (Path session : list(host.resolve("device"), n -> n.startsWith("session"))) {
                Path names = session.resolve("iscsi_session").resolve(session.getFileName());
                if (read(names.resolve("targetname")).equals(target)) {
                    for (Path each : list(session, n -> n.startsWith("connection"))) {
                        Path at = each.resolve("iscsi_connection").resolve(each.getFileName());
                        String name = host.getFileName().toString();
                        hosts.put(portal(at, ""), name);
                        hosts.put(portal(at, "persistent_"), name);
                    }
                }
            }
        }
        return hosts;
    }

    private static String portal(Path connection, String kind) throws IOException {
        String address = read(connection.resolve(kind + "address"));
        String host = address.contains(":") ? "[" + address + "]" : address;
        return host + ":" + read(connection.resolve(kind + "port"));
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private static List<Path> list(Path folder, Predicate<String> wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> wanted.test(path.getFileName().toString())).sorted().toList();
        }
    }
}
