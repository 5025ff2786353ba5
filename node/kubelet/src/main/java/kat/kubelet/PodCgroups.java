package kat.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import kat.api.KubeObject;
import kat.cri.LinuxResources;
import kat.kubelet.spec.PodResources;

/// The control groups of pods, by the `cgroupfs` driver's names:
/// `ROOT/kubepods/burstable/podUID`.
///
/// **Source:** `pkg/kubelet/cm`; `cgroups(7)`.
///
/// @param mount where the kernel shows control groups, usually `/sys/fs/cgroup`
/// @param root path below each hierarchy's root; empty turns all this off
/// @param unified whether they are of version 2
record PodCgroups(Path mount, String root, boolean unified) {

    /// The kernel's ENODEV and EOPNOTSUPP, as the JDK tells them.
    private static final String GONE = "No such device";

    private static final String OF_THREADS = "Operation not supported";

    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");

    /// The path for the sandbox; empty when control groups are left to the runtime.
    String pathOf(KubeObject pod) {
        if (root.isEmpty()) {
            return "";
        }
        String qos = PodResources.qosClass(pod).toLowerCase(Locale.ROOT);
        String below = qos.equals("guaranteed") ? "" : "/" + qos;
        return root + "/kubepods" + below + "/pod" + pod.uid();
    }

    /// Makes the pod's group with the limits of the pod as a whole.
    void create(KubeObject pod) throws IOException {
        String path = pathOf(pod);
        if (path.isEmpty()) {
            return;
        }
        LinuxResources resources = PodResources.ofPod(pod);
        if (unified) {
            Path folder = mount.resolve(path.substring(1));
            makeUnified(folder);
            writeUnified(folder, resources);
            return;
        }
        for (String controller : CONTROLLERS) {
            Path hierarchy = mount.resolve(controller);
            if (Files.isDirectory(hierarchy)) {
                Files.createDirectories(hierarchy.resolve(path.substring(1)));
            }
        }
        writeLegacy(path.substring(1), resources);
    }

    /// Gives the classes of pods their part of the processors: what may burst has what its pods
    /// ask for, what asks for nothing the least. A class whose group was not made yet has none.
    ///
    /// **Source:** `pkg/kubelet/cm/qos_container_manager_linux.go`.
    ///
    /// @param pods that run on the node, or will
    void share(Collection<KubeObject> pods) throws IOException {
        if (!root.isEmpty()) {
            share("burstable", PodResources.burstableShares(pods));
            share("besteffort", PodResources.LEAST_SHARES);
        }
    }

    private void share(String qos, long shares) throws IOException {
        Path hierarchy = unified ? mount : mount.resolve("cpu");
        Path folder = hierarchy.resolve(root.substring(1)).resolve("kubepods").resolve(qos);
        if (Files.isDirectory(folder)) {
            Path file = folder.resolve(unified ? "cpu.weight" : "cpu.shares");
            long told = unified ? PodResources.weight(shares) : shares;
            Files.writeString(file, Long.toString(told));
        }
    }

    private void makeUnified(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Path each = folder.getParent();
                each != null && !each.equals(mount);
                each = each.getParent()) {
            Files.writeString(each.resolve("cgroup.subtree_control"), "+cpu +memory +pids");
        }
    }

    private static void writeUnified(Path folder, LinuxResources resources) throws IOException {
        long weight = PodResources.weight(resources.cpuShares());
        Files.writeString(folder.resolve("cpu.weight"), Long.toString(weight));
        if (resources.cpuQuota() > 0) {
            Files.writeString(
                    folder.resolve("cpu.max"), resources.cpuQuota() + " " + resources.cpuPeriod());
        }
        if (resources.memoryLimitBytes() > 0) {
            Files.writeString(
                    folder.resolve("memory.max"), Long.toString(resources.memoryLimitBytes()));
        }
    }

    private void writeLegacy(String path, LinuxResources resources) throws IOException {
        Path cpu = mount.resolve("cpu").resolve(path);
        if (Files.isDirectory(cpu)) {
            Files.writeString(cpu.resolve("cpu.shares"), Long.toString(resources.cpuShares()));
            if (resources.cpuQuota() > 0 && Files.exists(cpu.resolve("cpu.cfs_quota_us"))) {
                String quota = Long.toString(resources.cpuQuota());
                Files.writeString(cpu.resolve("cpu.cfs_quota_us"), quota);
            }
        }
        Path memory = mount.resolve("memory").resolve(path);
        if (Files.isDirectory(memory) && resources.memoryLimitBytes() > 0) {
            String limit = Long.toString(resources.memoryLimitBytes());
            Files.writeString(memory.resolve("memory.limit_in_bytes"), limit);
        }
    }

    /// How many processes and threads the pod has; 0 when nobody counts them.
    long processes(KubeObject pod) throws IOException {
        String path = pathOf(pod);
        if (path.isEmpty()) {
            return 0;
        }
        Path hierarchy = unified ? mount : mount.resolve("pids");
        Path file = hierarchy.resolve(path.substring(1)).resolve("pids.current");
        return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    }

    /// What the pod's group may have of the memory, will have, and uses; empty where there is
    /// no group.
    Optional<MemoryDecrease.Limited> memory(KubeObject pod) throws IOException {
        String path = pathOf(pod);
        Path hierarchy = unified ? mount : mount.resolve("memory");
        Path folder = path.isEmpty() ? hierarchy : hierarchy.resolve(path.substring(1));
        Path limit = folder.resolve(unified ? "memory.max" : "memory.limit_in_bytes");
        Path usage = folder.resolve(unified ? "memory.current" : "memory.usage_in_bytes");
        if (path.isEmpty() || !Files.exists(limit) || !Files.exists(usage)) {
            return Optional.empty();
        }
        String now = Files.readString(limit).strip();
        long before = now.equals("max") ? 0 : Long.parseLong(now);
        long used = Long.parseLong(Files.readString(usage).strip());
        return Optional.of(
                new MemoryDecrease.Limited(
                        "pod",
                        before,
                        PodResources.ofPod(pod).memoryLimitBytes(),
                        OptionalLong.of(used)));
    }

    /// Removes the pod's group; harmless when there is none.
    void remove(KubeObject pod) throws IOException {
        String path = pathOf(pod);
        if (path.isEmpty()) {
            return;
        }
        if (unified) {
            removeBelow(mount.resolve(path.substring(1)));
            return;
        }
        try (var hierarchies = Files.list(mount)) {
            for (Path hierarchy : hierarchies.filter(Files::isDirectory).toList()) {
                removeBelow(hierarchy.resolve(path.substring(1)));
            }
        }
    }

    /// Removes the groups of all pods, with those above them up to the root.
    void removeAll() throws IOException {
        if (root.isEmpty()) {
            return;
        }
        removeBelow(mount.resolve(root.substring(1)));
        try (var hierarchies = Files.list(mount)) {
            for (Path hierarchy : hierarchies.filter(Files::isDirectory).toList()) {
                removeBelow(hierarchy.resolve(root.substring(1)));
            }
        }
    }

    /// Whether any process is in the root or below, in any hierarchy.
    static boolean haveProcesses(Path mount, String root) throws IOException {
        if (haveProcesses(mount.resolve(root.substring(1)))) {
            return true;
        }
        for (Path hierarchy : folders(mount)) {
            if (haveProcesses(hierarchy.resolve(root.substring(1)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean haveProcesses(Path group) throws IOException {
        try {
            Path here = group.resolve("cgroup.procs");
            if (Files.exists(here) && !Files.readString(here).isBlank()) {
                return true;
            }
            for (Path below : folders(group)) {
                if (haveProcesses(below)) {
                    return true;
                }
            }
        } catch (UncheckedIOException e) {
            return mayHoldProcesses(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            return mayHoldProcesses(e);
        }
        return false;
    }

    /// A group that goes while it is read holds nothing; one of threads does not list processes.
    ///
    /// @throws IOException the fault, where it says neither
    static boolean mayHoldProcesses(IOException fault) throws IOException {
        String why = String.valueOf(fault.getMessage());
        if (fault instanceof NoSuchFileException || why.contains(GONE)) {
            return false;
        }
        if (why.contains(OF_THREADS)) {
            return true;
        }
        throw fault;
    }

    private static List<Path> folders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    private static void removeBelow(Path group) throws IOException {
        if (!Files.isDirectory(group)) {
            return;
        }
        try (var children = Files.list(group)) {
            for (Path child : children.filter(Files::isDirectory).toList()) {
                removeBelow(child);
            }
        }
        Files.delete(group);
    }
}
