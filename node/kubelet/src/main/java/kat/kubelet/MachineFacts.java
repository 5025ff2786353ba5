package kat.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Quantity;
import kat.kubelet.spec.HugePages;

/// What a Node object tells of its machine.
///
/// @param unifiedCgroups whether control groups are of version 2
public record MachineFacts(
        int processors,
        long memoryBytes,
        long storageBytes,
        String architecture,
        String kernel,
        String osImage,
        String machineId,
        String bootId,
        String systemUuid,
        boolean unifiedCgroups,
        boolean appArmor,
        HugePages hugePages) {

    private static final int KIBI = 1024;

    /// Reads them from the kernel.
    ///
    /// @param storage a folder on the file system that pods write to
    /// @throws UncheckedIOException when the kernel does not tell
    public static MachineFacts read(Path storage) {
        try {
            return new MachineFacts(
                    Runtime.getRuntime().availableProcessors(),
                    memory(),
                    Files.getFileStore(storage).getTotalSpace(),
                    NodeObjects.architecture(System.getProperty("os.arch", "amd64")),
                    System.getProperty("os.version", ""),
                    prettyName(),
                    text("/etc/machine-id"),
                    text("/proc/sys/kernel/random/boot_id"),
                    text("/sys/class/dmi/id/product_uuid"),
                    Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")),
                    Files.exists(Path.of("/sys/kernel/security/apparmor"))
                            && text("/sys/module/apparmor/parameters/enabled").startsWith("Y"),
                    HugePages.read(Path.of("/sys/kernel/mm/hugepages")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot learn about the machine", e);
        }
    }

    private static long memory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBI;
            }
        }
        throw new IOException("/proc/meminfo holds no MemTotal");
    }

    private static String prettyName() throws IOException {
        for (String line : text("/etc/os-release").lines().toList()) {
            if (line.startsWith("PRETTY_NAME=")) {
                return line.substring("PRETTY_NAME=".length()).replace("\"", "");
            }
        }
        return "Linux";
    }

    private static String text(String path) throws IOException {
        Path file = Path.of(path);
        return Files.isReadable(file) ? Files.readString(file).strip() : "";
    }

    /// What of it pods may have, as quantities: memory that is set aside for large pages is
    /// theirs alone.
    Map<String, String> allocatable(int maxPods) {
        Map<String, String> all = capacity(maxPods);
        all.put("memory", Math.max(0, memoryBytes - hugePages.bytes()) / KIBI + "Ki");
        return all;
    }

    /// What there is, as quantities.
    Map<String, String> capacity(int maxPods) {
        Map<String, String> all =
                new TreeMap<>(
                        Map.of(
                                "cpu",
                                Integer.toString(processors),
                                "memory",
                                memoryBytes / KIBI + "Ki",
                                "ephemeral-storage",
                                storageBytes / KIBI + "Ki",
                                "hugepages-1Gi",
                                "0",
                                "hugepages-2Mi",
                                "0",
                                "pods",
                                Integer.toString(maxPods)));
        hugePages
                .amounts()
                .forEach(
                        (name, bytes) ->
                                all.put(
                                        name,
                                        Quantity.of(bytes, Quantity.Format.BINARY_SI).toString()));
        return all;
    }
}
