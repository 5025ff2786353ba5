package kat.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import kat.api.KubernetesVersion;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.client.Informers;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerState;
import kat.cri.ContainerStats;
import kat.cri.CpuUsage;
import kat.cri.MemoryUsage;
import kat.cri.PodSandboxFilter;
import kat.cri.PodSandboxState;
import kat.kubelet.metrics.ClaimUse;
import kat.kubelet.metrics.NodeFigures;
import kat.kubelet.spec.Labels;
import kat.kubelet.volumes.Fill;

/// What the node and the containers on it use, as a kubelet tells it at `/stats/summary`:
/// processor, memory and the volumes of claims; nothing yet of other disks and networks.
///
/// **Source:** `staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go`; proc(5).
final class NodeStats {

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
    private final Path proc;
    private final VolumeStats volumes;
    private final CpuRates rates = new CpuRates();

    /// @param proc where the kernel's files are, usually `/proc`
    NodeStats(
            String nodeName,
            MachineFacts facts,
            ContainerRuntime runtime,
            Informers informers,
            Ticker ticker,
            Path proc,
            VolumeStats volumes) {
        this.volumes = volumes;
        this.nodeName = nodeName;
        this.facts = facts;
        this.runtime = runtime;
        this.informers = informers;
        this.ticker = ticker;
        this.proc = proc;
    }

    JsonObject summary() {
        Instant now = ticker.now();
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
        pods.forEach((key, containers) -> all.add(pod(key, containers)));
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
        return new NodeFigures(machine(), used, runtime.listPodSandboxStats(READY));
    }

    private NodeFigures.Machine machine() {
        try {
            MachineMemory memory = MachineMemory.read(proc);
            return new NodeFigures.Machine(
                    ticker.now(),
                    busyNanoseconds(),
                    memory.used(),
                    facts.processors(),
                    facts.memoryBytes(),
                    facts.kernel(),
                    facts.osImage(),
                    KubernetesVersion.TEXT);
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

    private JsonObject pod(ObjectKey key, List<Json> containers) {
        KubeObject pod = informers.get(Kinds.POD, key);
        JsonObject reference =
                JsonObject.builder()
                        .put("name", key.name())
                        .put("namespace", key.namespace())
                        .put("uid", pod == null ? "" : pod.uid())
                        .build();
        JsonObject told =
                JsonObject.of("podRef", reference, "containers", new JsonArray(containers));
        List<Json> uses = new ArrayList<>();
        if (pod != null) {
            volumes.of(pod).forEach(use -> uses.add(volume(use)));
        }
        return uses.isEmpty() ? told : told.with("volume", new JsonArray(uses));
    }

    private static JsonObject volume(ClaimUse use) {
        Fill.Amount bytes = use.fill().bytes();
        Fill.Amount inodes = use.fill().inodes();
        return JsonObject.builder()
                .put("time", use.at().toString())
                .put("availableBytes", bytes.available())
                .put("capacityBytes", bytes.total())
                .put("usedBytes", bytes.used())
                .put("inodesFree", inodes.available())
                .put("inodes", inodes.total())
                .put("inodesUsed", inodes.used())
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
                        .put("name", stats.labels().getOrDefault(Labels.CONTAINER_NAME, ""));
        CpuUsage cpu = stats.cpu();
        if (cpu != null) {
            long rate = rates.rate(stats.id(), now, cpu.usageCoreNanoseconds(), since);
            told.put("cpu", cpu(now, rate, cpu.usageCoreNanoseconds()));
        }
        MemoryUsage memory = stats.memory();
        Long used = memory == null ? null : memory.workingSetBytes();
        if (used != null) {
            told.put("memory", memory(now, used));
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

    private static JsonObject memory(Instant now, long workingSet) {
        return JsonObject.builder()
                .put("time", now.toString())
                .put("workingSetBytes", workingSet)
                .build();
    }

    private JsonObject node(Instant now) {
        try {
            long total = busyNanoseconds();
            String uptime = Files.readString(proc.resolve("uptime")).split("[. ]", 2)[0];
            Instant since = now.minusSeconds(Long.parseLong(uptime));
            return JsonObject.builder()
                    .put("nodeName", nodeName)
                    .put("cpu", cpu(now, rates.rate(NODE, now, total, since), total))
                    .put("memory", memory(now, MachineMemory.read(proc).used()))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what the node uses", e);
        }
    }

    private long busyNanoseconds() throws IOException {
        String[] ticks = Files.readAllLines(proc.resolve("stat")).getFirst().split(" +", -1);
        long busy = 0;
        for (int i = 1; i < Math.min(ticks.length, GUEST); i++) {
            busy += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(ticks[i]);
        }
        return busy * TICK_NANOSECONDS;
    }
}
