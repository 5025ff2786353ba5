package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerStats;
import kat.cri.FilesystemUsage;
import kat.cri.ImageNames;
import kat.cri.MemoryUsage;
import kat.cri.PauseImage;
import kat.kubelet.eviction.Candidate;
import kat.kubelet.eviction.LocalLimits;
import kat.kubelet.eviction.Observation;
import kat.kubelet.eviction.Pressures;
import kat.kubelet.eviction.Ranking;
import kat.kubelet.eviction.Signal;
import kat.kubelet.images.ImageCollector;
import kat.kubelet.settings.EvictionSettings;
import kat.kubelet.spec.Labels;
import org.jspecify.annotations.Nullable;

/// Looks after the machine's memory, disk and process ids: tells pressure, removes unused images,
/// and ends pods one at a time where that does not help.
///
/// **Threads:** one look at a time.
///
/// **Source:** `synchronize` in `pkg/kubelet/eviction/eviction_manager.go`.
final class Evictions {

    private static final Logger LOG = System.getLogger("kat.kubelet");

    /// For the containers of a pod that must go at once.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final PodServices services;
    private final MachineRoom room;
    private final ImageCollector images;
    private final Supplier<Collection<PodWorker>> workers;
    private final Pressures pressures;
    private volatile @Nullable Path imageFolder; // once known

    Evictions(PodServices services, MachineRoom room, Supplier<Collection<PodWorker>> workers) {
        this.services = services;
        this.room = room;
        this.workers = workers;
        EvictionSettings settings = services.config().settings().eviction();
        this.pressures = new Pressures(settings.thresholds(), settings.transition());
        this.images =
                new ImageCollector(
                        services.runtime().images(), services.config().settings().images());
    }

    /// Looks at the machine and does what must be done.
    ///
    /// @return the conditions of pressure that hold
    List<String> look() {
        Instant now = services.now();
        Pressures.Look look = pressures.look(observe(), now);
        services.admission().setPressures(look.conditions());
        boolean ended = endGreedy();
        if (!look.due().isEmpty() && !ended) {
            relieve(look.due().getFirst(), now);
        }
        return look.conditions();
    }

    /// Ends pods that keep more on the disk than they may.
    ///
    /// @return whether there were any
    private boolean endGreedy() {
        List<PodWorker> limited =
                living().values().stream().filter(w -> LocalLimits.hasAny(w.pod())).toList();
        if (limited.isEmpty()) {
            return false;
        }
        boolean any = false;
        try {
            Map<String, Map<String, Long>> used = used(Signal.NODE_FS);
            for (PodWorker worker : limited) {
                KubeObject pod = worker.pod();
                Map<String, Long> containers = used.getOrDefault(pod.uid(), new HashMap<>());
                String message = LocalLimits.exceeded(pod, use(pod, containers));
                if (!message.isEmpty()) {
                    LOG.log(Level.INFO, "pod evicted pod={0} why={1}", pod.key(), message);
                    services.events().warning(pod, "Evicted", message);
                    worker.fail(new Ending("Evicted", message, false, false, GRACE));
                    any = true;
                }
            }
        } catch (IOException | ContainerRuntimeException e) {
            LOG.log(Level.WARNING, "disk use of pods not measured error={0}", e.getMessage());
        }
        return any;
    }

    private LocalLimits.Use use(KubeObject pod, Map<String, Long> containers) throws IOException {
        Path logs = Path.of(services.sandboxes().logFolder(pod));
        Map<String, Long> written = new HashMap<>(containers);
        for (JsonObject container : pod.spec().array("containers").objects()) {
            String name = container.string("name");
            written.merge(name, size(logs.resolve(name)), Long::sum);
        }
        Map<String, Long> volumes = new HashMap<>();
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            if (volume.has("emptyDir")) {
                String name = volume.string("name");
                volumes.put(name, size(services.volumes().emptyDir(pod.uid(), name)));
            }
        }
        return new LocalLimits.Use(volumes, written);
    }

    /// Notes which images are used, and removes others when the disk is nearly full.
    void collectImages() {
        try {
            Instant now = services.now();
            images.notice(usedImages(), now);
            Set<String> present = new HashSet<>();
            services.runtime().images().list().forEach(image -> present.add(image.id()));
            services.images().keepOnly(present);
            Observation disk = imageDisk();
            long excess = images.policy().excess(disk.available(), disk.capacity());
            long freed = excess == 0 ? 0 : images.free(excess, usedImages(), now);
            if (freed < excess) {
                LOG.log(
                        Level.WARNING,
                        "disk nearly full and too few images to remove wanted={0} freed={1}",
                        excess,
                        freed);
            }
        } catch (IOException | ContainerRuntimeException e) {
            LOG.log(Level.WARNING, "images not looked after error={0}", e.getMessage());
        }
    }

    private List<Observation> observe() {
        List<Observation> all = new ArrayList<>();
        try {
            all.add(room.memory());
            all.add(room.processes());
            all.add(room.disk(Signal.NODE_FS, services.config().root()));
            all.add(imageDisk());
            room.inodes(Signal.NODE_INODES, services.config().root()).ifPresent(all::add);
            room.inodes(Signal.IMAGE_INODES, imageFolder()).ifPresent(all::add);
        } catch (IOException | ContainerRuntimeException e) {
            LOG.log(Level.DEBUG, "machine not measured error={0}", e.getMessage());
        }
        return all;
    }

    /// Where images lie, which is asked once: each look comes every few seconds, also when idle. A
    /// runtime that does not tell keeps them on the node's disk.
    private Path imageFolder() {
        Path known = imageFolder;
        if (known == null) {
            known =
                    services.runtime().images().fsInfo().stream()
                            .map(each -> Path.of(each.mountpoint()))
                            .filter(Files::isDirectory)
                            .findFirst()
                            .orElse(null);
            imageFolder = known;
        }
        return known == null ? services.config().root() : known;
    }

    private Observation imageDisk() throws IOException {
        return room.disk(Signal.IMAGE_FS, imageFolder());
    }

    private void relieve(Pressures.Met met, Instant now) {
        Signal scarce = met.threshold().signal();
        services.events()
                .warning(
                        self(),
                        "EvictionThresholdMet",
                        "Attempting to reclaim " + scarce.resource());
        try {
            if (scarce.isDisk()) {
                long freed = images.free(Long.MAX_VALUE, usedImages(), now);
                if (freed > 0 && pressures.isRelieved(observe())) {
                    return;
                }
            }
            evict(met);
        } catch (IOException | ContainerRuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "pressure not relieved signal={0} error={1}",
                    scarce.text(),
                    e.getMessage());
        }
    }

    /// The node as events name it.
    private KubeObject self() {
        String name = services.config().nodeName();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Node")
                        .put("metadata", JsonObject.EMPTY.with("name", name).with("uid", name))
                        .build());
    }

    private void evict(Pressures.Met met) throws IOException {
        Map<String, PodWorker> byUid = living();
        Observation observation = met.observation();
        List<Candidate> ranked =
                Ranking.of(candidates(byUid, observation.signal()), observation.signal());
        if (ranked.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "no pod left that may be ended signal={0} available={1}",
                    observation.signal().text(),
                    observation.available());
            return;
        }
        Candidate first = ranked.getFirst();
        String message = Ranking.message(first, met);
        LOG.log(Level.INFO, "pod evicted pod={0} why={1}", first.pod().key(), message);
        services.events().warning(first.pod(), "Evicted", message);
        Objects.requireNonNull(byUid.get(first.pod().uid()))
                .fail(new Ending("Evicted", message, false, true, grace(first.pod(), met)));
    }

    /// A soft threshold leaves pods time, as much as the settings allow.
    private Duration grace(KubeObject pod, Pressures.Met met) {
        if (met.threshold().isHard()) {
            return GRACE;
        }
        Duration most = Duration.ofSeconds(services.config().settings().eviction().mostGrace());
        Duration own = PodDecisions.specifiedGrace(pod);
        return own.compareTo(most) < 0 ? own : most;
    }

    /// The workers of pods that run or may run again, by the pods' uids.
    private Map<String, PodWorker> living() {
        Map<String, PodWorker> byUid = new HashMap<>();
        for (PodWorker worker : workers.get()) {
            boolean over = PodStatusReport.isTerminal(worker.pod().status().string("phase"));
            if (!over && !worker.pod().isDeleting()) {
                byUid.put(worker.pod().uid(), worker);
            }
        }
        return byUid;
    }

    /// What containers use of something, in bytes or inodes, by the pods' uids and the containers'
    /// names.
    private Map<String, Map<String, Long>> used(Signal signal) {
        Map<String, Map<String, Long>> used = new HashMap<>();
        for (ContainerStats stats : services.runtime().listContainerStats(ContainerFilter.ALL)) {
            String uid = stats.labels().getOrDefault(Labels.POD_UID, "");
            String name = stats.labels().getOrDefault(Labels.CONTAINER_NAME, "");
            used.computeIfAbsent(uid, _ -> new HashMap<>()).put(name, bytes(stats, signal));
        }
        return used;
    }

    private List<Candidate> candidates(Map<String, PodWorker> byUid, Signal signal)
            throws IOException {
        Map<String, Map<String, Long>> used = signal == Signal.PROCESSES ? Map.of() : used(signal);
        List<Candidate> candidates = new ArrayList<>();
        for (PodWorker worker : byUid.values()) {
            String uid = worker.pod().uid();
            Path folder = services.volumes().folder(uid);
            long shared = 0;
            if (signal.isDisk()) {
                shared = signal.isInodes() ? files(folder) : size(folder);
            } else if (signal == Signal.PROCESSES) {
                shared = services.cgroups().processes(worker.pod());
            }
            Map<String, Long> containers = used.getOrDefault(uid, Map.of());
            candidates.add(new Candidate(worker.pod(), containers, shared));
        }
        return candidates;
    }

    private static long bytes(ContainerStats stats, Signal signal) {
        FilesystemUsage layer = stats.writableLayer();
        if (signal.isInodes()) {
            return layer == null ? 0 : layer.inodesUsed();
        }
        if (signal.isDisk()) {
            return layer == null ? 0 : layer.usedBytes();
        }
        MemoryUsage memory = stats.memory();
        Long used = memory == null ? null : memory.workingSetBytes();
        return used == null ? 0 : used;
    }

    private static long files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.count();
        }
    }

    /// Of the files in a folder; those that vanish meanwhile do not count.
    private static long size(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toFile).mapToLong(file -> file.isFile() ? file.length() : 0).sum();
        }
    }

    private Set<String> usedImages() {
        Set<String> used = new HashSet<>(Set.of(PauseImage.NAME));
        for (Container container : services.runtime().listContainers(ContainerFilter.ALL)) {
            used.add(container.image());
            used.add(container.imageRef());
        }
        for (PodWorker worker : workers.get()) {
            for (ImageWish wish : ImageWish.volumes(worker.pod())) {
                used.add(ImageNames.full(wish.image()));
            }
        }
        return used;
    }
}
