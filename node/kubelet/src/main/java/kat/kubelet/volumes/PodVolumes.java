package kat.kubelet.volumes;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.kubelet.spec.DownwardApi;
import kat.kubelet.spec.HugePages;
import kat.kubelet.spec.ObjectSource;
import org.jspecify.annotations.Nullable;

/// Puts the volumes of pods in place, brings their files up to date, and clears them away.
///
/// Files made of Secrets and tokens never reach a disk: they live in one file system in memory that
/// all pods share, each in a folder of its own. One mount at start takes the place of one a volume.
///
/// **Threads:** any, of one pod one at a time.
public final class PodVolumes {

    private static final Logger LOG = System.getLogger("kat.kubelet.volumes");

    private static final List<String> CONTAINERS =
            List.of("containers", "initContainers", "ephemeralContainers");

    private static final String SUB_PATHS = "volume-subpaths";
    private static final String OF_DRIVERS = "kubernetes.io~csi";
    private static final String EMPTY_DIR = "kubernetes.io~empty-dir";

    private final Path root;
    private final Mounts mounts;
    private final ObjectSource objects;
    private final Tokens tokens;
    private final ImageVolumes images;
    private final DriverVolumes drivers;
    private final LocalVolumes locals;
    private final NfsVolumes shares;
    private final RemoteVolumes remotes;

    /// How often volumes that may grow are looked at again: they may have grown, or the driver
    /// may want to put them in place again.
    ///
    /// **Source:** the kubelet looks at each pod about once a minute.
    private static final Duration LOOK = Duration.ofMinutes(1);

    private volatile boolean leaving;

    /// By pod: the volumes whose files have been given to its group.
    private final Map<String, Set<String>> given = new ConcurrentHashMap<>();

    /// By pod, and then by volume: claims in place of which it can be told how full they are.
    private final Map<String, Map<String, Claimed>> claimed = new ConcurrentHashMap<>();

    private final FileSystems disks = new FileSystems();

    /// What stands after a set-up.
    ///
    /// @param paths by volume
    /// @param refresh when a token must be replaced; null when there is none
    public record Ready(Map<String, Path> paths, @Nullable Instant refresh) {
        public Ready {
            paths = new TreeMap<>(paths);
        }
    }

    /// A claim that a pod uses, and how full its volume is.
    ///
    /// @param claim its name, in the pod's namespace
    public record ClaimFill(String claim, Fill fill) {}

    /// @param ofDriver whether a driver knows how full it is; else its file system does
    private record Claimed(String claim, Path path, boolean ofDriver) {}

    /// Where what volumes are made of comes from.
    public record Sources(
            ObjectSource objects,
            Tokens tokens,
            ImageVolumes images,
            DriverVolumes drivers,
            LocalVolumes locals,
            NfsVolumes shares,
            RemoteVolumes remotes) {}

    /// @param root folder of the kubelet, absolute
    public PodVolumes(Path root, Mounts mounts, Sources sources) {
        this.root = root;
        this.mounts = mounts;
        this.objects = sources.objects();
        this.tokens = sources.tokens();
        this.images = sources.images();
        this.drivers = sources.drivers();
        this.locals = sources.locals();
        this.shares = sources.shares();
        this.remotes = sources.remotes();
    }

    /// Makes the folders, and the file system in memory unless it stands from before. Mounts below
    /// the kubelet's folder are shared with containers that want that, also where those of the
    /// machine are not.
    public void start() throws IOException {
        Files.createDirectories(root.resolve("pods"));
        mounts.share(root);
        Path memory = root.resolve("memory");
        Files.createDirectories(memory);
        if (!mounts.below(memory).contains(memory)) {
            mounts.tmpfs(memory, 0);
        }
    }

    /// Whether a driver of storage has mounted what is there.
    public static boolean isOfDriver(Path at) {
        for (Path name : at) {
            if (name.toString().equals(OF_DRIVERS)) {
                return true;
            }
        }
        return false;
    }

    /// The folder of everything that is kept of a pod.
    public Path folder(String uid) {
        return root.resolve("pods").resolve(uid);
    }

    /// Where the files of a volume of kind emptyDir are, whether or not there is one.
    public Path emptyDir(String uid, String volume) {
        return folder(uid).resolve("volumes").resolve(EMPTY_DIR).resolve(volume);
    }

    private Path memoryFolder(String uid) {
        return root.resolve("memory").resolve(uid);
    }

    /// The uids of the pods of which something is kept.
    public List<String> known() throws IOException {
        List<String> uids = new ArrayList<>();
        for (String each : List.of("pods", "memory")) {
            try (Stream<Path> all = Files.list(root.resolve(each))) {
                all.map(path -> path.getFileName().toString()).forEach(uids::add);
            }
        }
        return uids.stream().distinct().toList();
    }

    /// Puts every volume in place or up to date; harmless when repeated.
    ///
    /// @throws VolumeFault with the sentence for an event
    public Ready prepare(KubeObject pod, DownwardApi downward, Instant now) throws VolumeFault {
        Map<String, Path> paths = new LinkedHashMap<>();
        Instant refresh = null;
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            String name = volume.string("name");
            if (volume.has("image")) {
                continue; // mounted when a container wants it and its image is there
            }
            try {
                Payloads payloads = new Payloads(downward, objects, tokens);
                paths.put(name, place(pod, volume, payloads, now));
                Instant own = payloads.refresh();
                refresh = refresh == null || (own != null && own.isBefore(refresh)) ? own : refresh;
            } catch (VolumeFault | IOException | StatusException e) {
                throw told(name, e);
            }
        }
        return new Ready(paths, refresh);
    }

    private static VolumeFault told(String name, Exception why) {
        return why instanceof VolumeFault fault && fault.telling() != VolumeFault.Telling.REASON
                ? fault
                : new VolumeFault(
                        "MountVolume.SetUp failed for volume \""
                                + name
                                + "\" : "
                                + why.getMessage());
    }

    private Path place(KubeObject pod, JsonObject volume, Payloads payloads, Instant now)
            throws VolumeFault, IOException {
        String name = volume.string("name");
        if (volume.has("hostPath")) {
            return HostPaths.check(volume.object("hostPath"), new KubeletFolder(root));
        }
        if (volume.has("persistentVolumeClaim")) {
            JsonObject claim = volume.object("persistentVolumeClaim");
            return claimed(pod, volume, claim.string("claimName"), payloads, now);
        }
        if (volume.has("ephemeral")) {
            return claimed(pod, volume, pod.name() + "-" + name, payloads, now);
        }
        if (volume.has("csi")) {
            return driven(
                    pod,
                    new DriverVolumes.Wanted(name, volume.object("csi"), null, null, false),
                    payloads,
                    now);
        }
        if (volume.has("nfs")) {
            return shares.place(pod, name, volume.object("nfs"));
        }
        if (!RemoteVolumes.typeOf(volume).isEmpty()) {
            return owned(pod, name, remotes.place(pod, name, volume));
        }
        int group = group(pod);
        if (Payloads.isOne(volume)) {
            payloads.add(volume);
            Path folder = memoryFolder(pod.uid()).resolve(name);
            Files.createDirectories(folder);
            Unix.setMode(folder, 0777);
            new AtomicWriter(folder).write(payloads.files(), group, now);
            return folder;
        }
        if (!volume.has("emptyDir")) {
            throw new VolumeFault("unsupported volume type " + volume.without("name").names());
        }
        JsonObject empty = volume.object("emptyDir");
        String medium = empty.string("medium");
        Path folder = emptyDir(pod.uid(), name);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Unix.setMode(folder, 0777);
        }
        if (!medium.isEmpty() && !mounts.below(folder).contains(folder)) {
            if (medium.equals("Memory")) {
                String limit = empty.string("sizeLimit");
                mounts.tmpfs(folder, limit.isEmpty() ? 0 : Quantity.parse(limit).wholeUnits());
            } else {
                mounts.hugePages(folder, HugePages.sizeOf(medium, pod.spec()));
            }
        }
        if (group >= 0) {
            Unix.giveToGroup(folder, group, false);
        }
        return folder;
    }

    private static int group(KubeObject pod) {
        return (int) pod.spec().object("securityContext").integer("fsGroup", -1);
    }

    private Path claimed(
            KubeObject pod, JsonObject volume, String claim, Payloads payloads, Instant now)
            throws VolumeFault, IOException {
        boolean readOnly = volume.object("persistentVolumeClaim").bool("readOnly");
        Claims claims = new Claims(objects, new KubeletFolder(root));
        Claims.Bound bound = claims.bound(pod, claim);
        KubeObject persistent = bound.volume();
        requireMode(pod, volume.string("name"), persistent);
        String name = volume.string("name");
        if (persistent.spec().has("csi")) {
            Path path =
                    driven(
                            pod,
                            new DriverVolumes.Wanted(
                                    volume.string("name"),
                                    JsonObject.EMPTY,
                                    bound.claim(),
                                    persistent,
                                    readOnly),
                            payloads,
                            now);
            keep(pod, name, new Claimed(claim, path, true));
            return path;
        }
        if (persistent.spec().has("local")) {
            Claims.Found local = locals.place(pod, bound, readOnly);
            keep(pod, name, new Claimed(claim, local.path(), false));
            payloads.refreshAt(now.plus(LOOK));
            return readOnly ? local.path() : owned(pod, claim, local);
        }
        if (!RemoteVolumes.typeOf(persistent.spec()).isEmpty()) {
            Claims.Found remote = remotes.place(pod, persistent, readOnly);
            keep(pod, name, new Claimed(claim, remote.path(), false));
            return readOnly ? remote.path() : owned(pod, claim, remote);
        }
        if (persistent.spec().has("nfs")) {
            return shares.place(pod, persistent, readOnly);
        }
        Claims.Found found = claims.find(persistent);
        return readOnly ? found.path() : owned(pod, claim, found);
    }

    /// Gives the files to the pod's group where they are to be.
    private Path owned(KubeObject pod, String volume, Claims.Found found) throws IOException {
        if (found.isOwned()) {
            giveToGroup(pod, volume, found.path());
        }
        return found.path();
    }

    /// A volume is given to containers as what it is, files or a device.
    ///
    /// **Source:** `createVolumeSpec` in `desired_state_of_world_populator.go`.
    private static void requireMode(KubeObject pod, String name, KubeObject persistent)
            throws VolumeFault {
        String mode = persistent.spec().string("volumeMode", "Filesystem");
        String other = mode.equals("Block") ? "volumeMounts" : "volumeDevices";
        for (String list : CONTAINERS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                for (JsonObject use : container.array(other).objects()) {
                    if (use.string("name").equals(name)) {
                        throw new VolumeFault(
                                VolumeFault.Telling.SENTENCE,
                                "Unable to attach or mount volumes: unmounted volumes=["
                                        + name
                                        + "], unattached volumes=[], failed to process volumes=["
                                        + name
                                        + "]: volume "
                                        + name
                                        + " has volumeMode "
                                        + mode
                                        + ", but is specified in "
                                        + other);
                    }
                }
            }
        }
    }

    /// A device is left out: how full its own file system is says nothing.
    private void keep(KubeObject pod, String volume, Claimed what) {
        if (!what.ofDriver() && !Files.isDirectory(what.path())) {
            return;
        }
        claimed.computeIfAbsent(pod.uid(), _ -> new ConcurrentHashMap<>()).put(volume, what);
    }

    /// How full the claims of a pod are, by volume. Those of which nobody tells are left out, as
    /// are the machine's own folders.
    ///
    /// **Source:** `pkg/volume/metrics_statfs.go`, `pkg/volume/csi/csi_metrics.go`.
    public Map<String, ClaimFill> fills(String uid) {
        Map<String, ClaimFill> fills = new TreeMap<>();
        claimed.getOrDefault(uid, Map.of())
                .forEach(
                        (volume, what) -> {
                            Fill fill = fill(volume, what);
                            if (fill != null) {
                                fills.put(volume, new ClaimFill(what.claim(), fill));
                            }
                        });
        return fills;
    }

    private @Nullable Fill fill(String volume, Claimed what) {
        try {
            return what.ofDriver() ? drivers.fill(what.path()) : disks.fill(what.path());
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "volume not measured volume={0} error={1}",
                    volume,
                    e.getMessage());
            return null;
        }
    }

    private Path driven(KubeObject pod, DriverVolumes.Wanted wanted, Payloads payloads, Instant now)
            throws VolumeFault, IOException {
        DriverVolumes.Placed placed = drivers.place(pod, wanted);
        if (placed.takesGroup()) {
            giveToGroup(pod, "csi " + wanted.name(), placed.path());
        }
        if (placed.watched()) {
            payloads.refreshAt(now.plus(LOOK));
        }
        return placed.path();
    }

    /// Files are given to the pod's group once a pod, and with the policy `OnRootMismatch` only
    /// where the folder itself is not the group's yet.
    private void giveToGroup(KubeObject pod, String volume, Path folder) throws IOException {
        int group = group(pod);
        if (group < 0) {
            return;
        }
        Set<String> done = given.computeIfAbsent(pod.uid(), _ -> new ConcurrentSkipListSet<>());
        boolean onMismatch =
                pod.spec()
                        .object("securityContext")
                        .string("fsGroupChangePolicy")
                        .equals("OnRootMismatch");
        if (!done.contains(volume) && !(onMismatch && Unix.belongsTo(folder, group))) {
            Unix.giveToGroup(folder, group, false);
        }
        done.add(volume);
    }

    /// Mounts an image as a volume; harmless when repeated.
    ///
    /// @param image its id
    public Path image(String uid, String volume, String image) {
        return images.mount(folder(uid), volume, image);
    }

    /// Makes one path of a volume appear at a place of its own, safe from links in the volume.
    ///
    /// @param subPath relative, as a container asks for it
    /// @return what to mount into the container
    public Path subPath(String uid, Path volume, Path subPath, Path place) throws VolumeFault {
        if (subPath.isAbsolute() || subPath.normalize().startsWith("..")) {
            throw new VolumeFault("subPath \"" + subPath + "\" must not leave the volume");
        }
        Path at = folder(uid).resolve(SUB_PATHS).resolve(place);
        try {
            Path base = volume.toRealPath();
            Path wanted = base.resolve(subPath);
            Path real = Files.exists(wanted) ? wanted.toRealPath() : wanted.normalize();
            if (!real.startsWith(base)) {
                throw new VolumeFault("subPath \"" + subPath + "\" leads out of the volume");
            }
            if (!mounts.below(at).contains(at)) {
                mounts.bindBelow(base, base.relativize(real), at);
            }
            return at;
        } catch (IOException e) {
            throw new VolumeFault(
                    "failed to prepare subPath for volumeMount \""
                            + subPath
                            + "\": "
                            + e.getMessage());
        }
    }

    /// From now on volumes of drivers stay where they are: the drivers may be ended like all pods,
    /// and the next kubelet finds the volumes.
    public void leave() {
        leaving = true;
    }

    /// Unmounts what was mounted for a pod and deletes what is kept in memory and in its emptyDir
    /// volumes: an ended pod, also an evicted one, must give its share of the disk back. Harmless
    /// when repeated. What else is on disk stays until [#forget].
    public void unmount(String uid) throws IOException {
        // Secrets before all else: whatever fails later, they are gone.
        Trees.delete(memoryFolder(uid));
        // Then paths of volumes, then what drivers have put in place: they do not like others to.
        for (Path at : mounts.below(folder(uid).resolve(SUB_PATHS))) {
            mounts.unmount(at);
        }
        if (!leaving) {
            drivers.remove(uid);
        }
        Path ofDrivers = folder(uid).resolve("volumes").resolve(OF_DRIVERS);
        for (Path at : mounts.below(folder(uid))) {
            if (!leaving || !at.startsWith(ofDrivers)) {
                mounts.unmount(at);
            }
        }
        Path empty = folder(uid).resolve("volumes").resolve(EMPTY_DIR);
        if (!leaving && mounts.below(empty).isEmpty()) {
            Trees.delete(empty);
        }
        locals.release(uid);
        remotes.release(uid);
        images.release(folder(uid));
        given.remove(uid);
    }

    /// Unmounts and deletes everything that is kept of a pod; harmless when repeated. After
    /// [#leave] the folder stays for the next kubelet. A folder below which something is mounted
    /// is never deleted: the files would be those of a volume.
    ///
    /// @throws IOException also when something is still mounted
    public void forget(String uid) throws IOException {
        claimed.remove(uid);
        unmount(uid);
        if (leaving) {
            return;
        }
        List<Path> mounted = mounts.below(folder(uid));
        if (!mounted.isEmpty()) {
            throw new IOException(
                    "folder of pod " + uid + " kept: still mounted at " + mounted.getFirst());
        }
        Trees.delete(folder(uid));
    }
}
