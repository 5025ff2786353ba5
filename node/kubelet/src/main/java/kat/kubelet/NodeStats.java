package kat.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.client.Informers;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerState;
import kat.cri.ContainerStats;
import kat.cri.CpuUsage;
import kat.cri.FilesystemUsage;
import kat.cri.InterfaceUsage;
import kat.cri.MemoryUsage;
import kat.cri.PodSandbox;
import kat.cri.PodSandboxFilter;
import kat.cri.PodSandboxState;
import kat.cri.PodSandboxStats;
import kat.kubelet.metrics.ClaimUse;
import kat.kubelet.metrics.NodeFigures;
import kat.kubelet.spec.Labels;
import kat.kubelet.volumes.FileSystems;
import kat.kubelet.volumes.Fill;
import org.jspecify.annotations.Nullable;

/// What the node and the containers on it use, as a kubelet tells it at `/stats/summary`:
/// processor, memory, networks, disks and the volumes of claims.
///
/// **Source:** `staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go`; proc(5).
final class NodeStats {

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final String NODE = "node";

    /// One tick of `/proc/stat`, which the kernel shows in hundredths of a second.
    private static final long TICK_NANOSECONDS = 10_000_000;

    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int GUEST = 9;

    private static final ContainerFilter RUNNING =
            new ContainerFilter("", "", ContainerState.RUNNING, Map.of());

    private static final PodSandboxFilter READY =
            new PodSandboxFilter("", PodSandboxState.READY, Map.of());

    private final String nodeName;
    private final MachineFacts facts;
    private final ContainerRuntime runtime;
    private final Informers informers;
    private final Ticker ticker;
    private final NodeFolders folders;
    private final FileSystems disks = new FileSystems();
    private final VolumeStats volumes;
    private final CpuRates rates = new CpuRates();

    NodeStats(
            String nodeName,
            MachineFacts facts,
            ContainerRuntime runtime,
            Informers informers,
            Ticker ticker,
            NodeFolders folders,
            VolumeStats volumes) {
        this.volumes = volumes;
        this.nodeName = nodeName;
        this.facts = facts;
        this.runtime = runtime;
        this.informers = informers;
        this.ticker = ticker;
        this.folders = folders;
    }

    JsonObject summary() {
        Instant now = ticker.now();
        Map<String, PodSandboxStats> sandboxes = sandboxes();
        Map<ObjectKey, List<Json>> pods = new LinkedHashMap<>();
        Set<String> seen = new LinkedHashSet<>(List.of(NODE));
        Map<String, Instant> running = running();
        for (ContainerStats stats : runtime.listContainerStats(ContainerFilter.ALL)) {
            Instant since = running.get(stats.id());
            if (since == null) {
                continue;
            }
            Map<String, String> labels = stats.labels();
            ObjectKey key =
                    ObjectKey.of(
                            labels.getOrDefault(Labels.POD_NAMESPACE, ""),
                            labels.getOrDefault(Labels.POD_NAME, ""));
            seen.add(stats.id());
            pods.computeIfAbsent(key, _ -> new ArrayList<>()).add(container(stats, since, now));
        }
        JsonObject node = node(now);
        rates.keepOnly(seen);
        keepVolumes();
        List<Json> all = new ArrayList<>();
        pods.forEach((key, containers) -> all.add(pod(key, containers, sandboxes, now)));
        return JsonObject.of(NODE, node, "pods", new JsonArray(all));
    }

    /// What runs, for monitoring.
    NodeFigures figures() {
        Map<String, Container> running = new LinkedHashMap<>();
        for (Container each : runtime.listContainers(RUNNING)) {
            running.put(each.id(), each);
        }
        List<NodeFigures.Used> used = new ArrayList<>();
        for (ContainerStats stats : runtime.listContainerStats(ContainerFilter.ALL)) {
            Container container = running.get(stats.id());
            if (container != null) {
                used.add(new NodeFigures.Used(container, stats));
            }
        }
        return new NodeFigures(machine(), used, sandboxStats());
    }

    int runningPods() {
        return runtime.listPodSandboxes(READY).size();
    }

    int runningContainers() {
        return runtime.listContainers(RUNNING).size();
    }

    private NodeFigures.Machine machine() {
        try {
            MachineMemory memory = MachineMemory.read(folders.proc());
            return new NodeFigures.Machine(
                    ticker.now(),
                    busyNanoseconds(),
                    memory.used(),
                    facts.processors(),
                    facts.memoryBytes(),
                    facts.kernel(),
                    facts.osImage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what the node uses", e);
        }
    }

    /// When each running container was made, by its id; those that ended use nothing.
    private Map<String, Instant> running() {
        Map<String, Instant> running = new LinkedHashMap<>();
        for (Container each : runtime.listContainers(RUNNING)) {
            running.put(each.id(), each.createdAt());
        }
        return running;
    }

    /// What the sandboxes of pods that run use. One that is about to end fails the whole list in
    /// containerd 1.6; then each is asked alone.
    private List<PodSandboxStats> sandboxStats() {
        try {
            return runtime.listPodSandboxStats(READY);
        } catch (ContainerRuntimeException e) {
            LOG.log(Level.DEBUG, "sandboxes are asked one by one error={0}", e.rpcError());
        }
        List<PodSandboxStats> all = new ArrayList<>();
        for (PodSandbox each : runtime.listPodSandboxes(READY)) {
            try {
                all.add(runtime.podSandboxStats(each.id()));
            } catch (ContainerRuntimeException e) {
                LOG.log(
                        Level.DEBUG,
                        "sandbox left out sandbox={0} error={1}",
                        each.id(),
                        e.rpcError());
            }
        }
        return all;
    }

    /// What the sandboxes of pods that run use, by uid.
    private Map<String, PodSandboxStats> sandboxes() {
        Map<String, PodSandboxStats> found = new LinkedHashMap<>();
        for (PodSandboxStats each : sandboxStats()) {
            found.put(each.metadata().uid(), each);
        }
        return found;
    }

    private JsonObject pod(
            ObjectKey key,
            List<Json> containers,
            Map<String, PodSandboxStats> sandboxes,
            Instant now) {
        KubeObject pod = informers.get(Kinds.POD, key);
        JsonObject reference =
                JsonObject.builder()
                        .put("name", key.name())
                        .put("namespace", key.namespace())
                        .put("uid", pod == null ? "" : pod.uid())
                        .build();
        JsonObject told =
                JsonObject.of("podRef", reference, "containers", new JsonArray(containers));
        PodSandboxStats sandbox = pod == null ? null : sandboxes.get(pod.uid());
        if (sandbox != null) {
            told = told.with("network", network(now, sandbox.interfaces()));
        }
        List<Json> uses = new ArrayList<>();
        if (pod != null) {
            String since = pod.status().string("startTime");
            // Clients refuse the whole page for one empty time.
            told = since.isEmpty() ? told : told.with("startTime", since);
            volumes.of(pod).forEach(use -> uses.add(volume(use)));
        }
        return uses.isEmpty() ? told : told.with("volume", new JsonArray(uses));
    }

    /// @param interfaces the default one first
    private static JsonObject network(Instant now, List<InterfaceUsage> interfaces) {
        List<Json> each = new ArrayList<>();
        interfaces.forEach(one -> each.add(traffic(one)));
        JsonObject first = interfaces.isEmpty() ? JsonObject.EMPTY : traffic(interfaces.getFirst());
        return first.with("time", now.toString()).with("interfaces", new JsonArray(each));
    }

    private static JsonObject traffic(InterfaceUsage usage) {
        return JsonObject.builder()
                .put("name", usage.name())
                .put("rxBytes", usage.rxBytes())
                .put("rxErrors", usage.rxErrors())
                .put("txBytes", usage.txBytes())
                .put("txErrors", usage.txErrors())
                .build();
    }

    /// The disk of images, of which images have a part; where the runtime does not tell it is
    /// the kubelet's own.
    private JsonObject imageDisk(Instant now) throws IOException {
        for (FilesystemUsage each : imageDisks()) {
            Path folder = Path.of(each.mountpoint());
            if (Files.isDirectory(folder)) {
                return disk(now, folder)
                        .with("usedBytes", each.usedBytes())
                        .with("inodesUsed", each.inodesUsed());
            }
        }
        return disk(now, folders.kubelet());
    }

    /// None when the runtime does not tell: the rest of the page is still worth telling.
    private List<FilesystemUsage> imageDisks() {
        try {
            return runtime.images().fsInfo();
        } catch (ContainerRuntimeException e) {
            LOG.log(Level.DEBUG, "disk of images not told error={0}", e.rpcError());
            return List.of();
        }
    }

    private JsonObject disk(Instant now, Path folder) throws IOException {
        Fill fill = disks.fill(folder);
        return amounts(JsonObject.builder().put("time", now.toString()), fill).build();
    }

    private static JsonObject.Builder amounts(JsonObject.Builder told, Fill fill) {
        return told.put("availableBytes", fill.bytes().available())
                .put("capacityBytes", fill.bytes().total())
                .put("usedBytes", fill.bytes().used())
                .put("inodesFree", fill.inodes().available())
                .put("inodes", fill.inodes().total())
                .put("inodesUsed", fill.inodes().used());
    }

    private static JsonObject volume(ClaimUse use) {
        return amounts(JsonObject.builder().put("time", use.at().toString()), use.fill())
                .put("name", use.volume())
                .put(
                        "pvcRef",
                        JsonObject.of(
                                "name",
                                Json.of(use.claim().name()),
                                "namespace",
                                Json.of(use.claim().namespace())))
                .build();
    }

    /// How full the claims of this node's pods are; of one that several pods use once.
    List<ClaimUse> claims() {
        keepVolumes();
        Map<ObjectKey, ClaimUse> claims = new LinkedHashMap<>();
        for (KubeObject pod : informers.list(Kinds.POD, "")) {
            volumes.of(pod).forEach(use -> claims.putIfAbsent(use.claim(), use));
        }
        return List.copyOf(claims.values());
    }

    private void keepVolumes() {
        volumes.keepOnly(
                informers.list(Kinds.POD, "").stream()
                        .map(KubeObject::uid)
                        .collect(Collectors.toSet()));
    }

    private JsonObject container(ContainerStats stats, Instant since, Instant now) {
        JsonObject.Builder told =
                JsonObject.builder()
                        .put("name", stats.labels().getOrDefault(Labels.CONTAINER_NAME, ""))
                        .put("startTime", since.toString());
        CpuUsage cpu = stats.cpu();
        if (cpu != null) {
            long rate = rates.rate(stats.id(), now, cpu.usageCoreNanoseconds(), since);
            told.put("cpu", cpu(now, rate, cpu.usageCoreNanoseconds()));
        }
        MemoryUsage memory = stats.memory();
        if (memory != null && memory.workingSetBytes() != null) {
            told.put("memory", memory(now, memory));
        }
        FilesystemUsage written = stats.writableLayer();
        if (written != null) {
            told.put("rootfs", rootDisk(now, written));
        }
        return told.build();
    }

    private static JsonObject cpu(Instant now, long rate, long total) {
        return JsonObject.builder()
                .put("time", now.toString())
                .put("usageNanoCores", rate)
                .put("usageCoreNanoSeconds", total)
                .build();
    }

    private static JsonObject memory(Instant now, MemoryUsage memory) {
        JsonObject.Builder told = JsonObject.builder().put("time", now.toString());
        put(told, "availableBytes", memory.availableBytes());
        put(told, "usageBytes", memory.usageBytes());
        put(told, "workingSetBytes", memory.workingSetBytes());
        put(told, "rssBytes", memory.rssBytes());
        put(told, "pageFaults", memory.pageFaults());
        put(told, "majorPageFaults", memory.majorPageFaults());
        return told.build();
    }

    private static void put(JsonObject.Builder told, String name, @Nullable Long value) {
        if (value != null) {
            told.put(name, value.longValue());
        }
    }

    private static JsonObject rootDisk(Instant now, FilesystemUsage written) {
        return JsonObject.builder()
                .put("time", now.toString())
                .put("usedBytes", written.usedBytes())
                .put("inodesUsed", written.inodesUsed())
                .build();
    }

    private JsonObject node(Instant now) {
        try {
            long total = busyNanoseconds();
            Path proc = folders.proc();
            MachineMemory memory = MachineMemory.read(proc);
            String uptime = Files.readString(proc.resolve("uptime")).split("[. ]", 2)[0];
            Instant since = now.minusSeconds(Long.parseLong(uptime));
            return JsonObject.builder()
                    .put("nodeName", nodeName)
                    .put("cpu", cpu(now, rates.rate(NODE, now, total, since), total))
                    .put("startTime", since.toString())
                    .put(
                            "memory",
                            JsonObject.builder()
                                    .put("time", now.toString())
                                    .put("availableBytes", memory.available())
                                    .put("workingSetBytes", memory.used())
                                    .build())
                    .put("network", network(now, NodeTraffic.read(proc)))
                    .put("fs", disk(now, folders.kubelet()))
                    .put("runtime", JsonObject.of("imageFs", imageDisk(now)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what the node uses", e);
        }
    }

    private long busyNanoseconds() throws IOException {
        String[] ticks =
                Files.readAllLines(folders.proc().resolve("stat")).getFirst().split(" +", -1);
        long busy = 0;
        for (int i = 1; i < Math.min(ticks.length, GUEST); i++) {
            busy += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(ticks[i]);
        }
        return busy * TICK_NANOSECONDS;
    }
}
