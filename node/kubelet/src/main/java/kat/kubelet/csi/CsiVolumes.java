package kat.kubelet.csi;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.StatusException;
import kat.csi.CsiException;
import kat.csi.NodeCapability;
import kat.csi.NodePlugin;
import kat.csi.VolumeFigures;
import kat.kubelet.volumes.DriverVolumes;
import kat.kubelet.volumes.Fill;
import kat.kubelet.volumes.GrowthFault;
import kat.kubelet.volumes.Mounts;
import kat.kubelet.volumes.VolumeFault;
import kat.kubelet.volumes.VolumeFault.Telling;
import kat.kubelet.volumes.VolumeGrowth;
import org.jspecify.annotations.Nullable;

/// Volumes of drivers: made ready once on the node where the driver asks for it, then shown to
/// each pod; taken away in the opposite order. What is on disk says what stands, so a kubelet that
/// comes later takes away what an earlier one left.
///
/// **Source:** `pkg/volume/csi/csi_mounter.go`, `csi_attacher.go`.
final class CsiVolumes implements DriverVolumes {

    private static final Logger LOG = System.getLogger("kat.kubelet.csi");

    private final CsiPaths paths;
    private final Drivers drivers;
    private final CsiFacts facts;
    private final CsiReports reports;
    private final CsiStaging staging;
    private final CsiDevices devices;
    private final CsiDisk disk;
    private final VolumeGrowth growth;

    /// Volumes that something is done with right now: one thing at a time.
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /// By pod: persistent volumes that were asked for, whatever became of it.
    private final Map<String, Map<String, VolumeData>> asked = new ConcurrentHashMap<>();

    /// Places at which this kubelet has shown a volume.
    private final Map<Path, Shown> shown = new ConcurrentHashMap<>();

    /// @param takesGroup whether its files are to be given to the pod's group
    /// @param at where its driver has put it
    private record Shown(boolean takesGroup, VolumeData data, Path at) {}

    CsiVolumes(
            CsiPaths paths,
            Mounts mounts,
            Drivers drivers,
            CsiFacts facts,
            CsiReports reports,
            VolumeGrowth growth) {
        this.growth = growth;
        this.paths = paths;
        this.drivers = drivers;
        this.facts = facts;
        this.reports = reports;
        this.staging = new CsiStaging(paths, mounts, facts);
        this.devices = new CsiDevices(paths, facts, staging);
        this.disk = new CsiDisk(paths, mounts);
    }

    @Override
    public Placed place(KubeObject pod, Wanted wanted) throws VolumeFault, IOException {
        CsiSource source = CsiSource.of(pod, wanted);
        KubeObject object = facts.driver(source.driver());
        boolean again = object != null && object.spec().bool("requiresRepublish");
        Path at = target(pod, source);
        boolean watched = again || !source.isEphemeral();
        Shown before = shown.get(at);
        if (before != null && !again && !isGrowing(wanted)) {
            return new Placed(at, before.takesGroup(), watched);
        }
        if (!busy.add(source.identity())) {
            throw new VolumeFault(
                    Telling.NOT_YET, "an operation with volume " + source.name() + " is going on");
        }
        try {
            Shown now = before;
            if (again || now == null) {
                boolean takesGroup = place(pod, source, object);
                now = new Shown(takesGroup, source.data(facts.nodeName()), put(pod, source));
            }
            grow(pod, source, wanted, now.at(), before != null);
            shown.put(at, now); // no sooner: the pod may have to wait for its growth
            return new Placed(at, now.takesGroup(), watched);
        } finally {
            busy.remove(source.identity());
        }
    }

    /// Notes the attached volumes that an earlier kubelet left here, so that none is detached.
    /// To be called before all else.
    void resume() throws IOException {
        Map<String, Boolean> attached = new HashMap<>();
        Set<String> identities = new HashSet<>();
        for (VolumeData data : disk.all()) {
            if (!data.ephemeral() && attached.computeIfAbsent(data.driver(), this::isAttached)) {
                identities.add(data.identity());
            }
        }
        reports.resume(identities);
    }

    /// Whether volumes of a driver are attached before they are used; also where the API does not
    /// say.
    private boolean isAttached(String driver) {
        try {
            return CsiRequests.isAttached(facts.driver(driver));
        } catch (StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "driver not looked up driver={0} error={1}",
                    driver,
                    e.getMessage());
            return true;
        }
    }

    private static boolean isGrowing(Wanted wanted) {
        return wanted.claim() != null
                && wanted.volume() != null
                && VolumeGrowth.isWanted(wanted.claim(), wanted.volume());
    }

    /// Lets the files grow to the size that the volume has by now.
    ///
    /// @param isUsed whether the pod uses the volume already
    private void grow(KubeObject pod, CsiSource source, Wanted wanted, Path at, boolean isUsed)
            throws VolumeFault {
        KubeObject claim = wanted.claim();
        KubeObject volume = wanted.volume();
        Driver driver = drivers.find(source.driver());
        if (claim == null || volume == null || driver == null || !isGrowing(wanted)) {
            return;
        }
        try {
            growth.grow(
                    new VolumeGrowth.Use(pod, claim, volume, source.readOnly(), isUsed),
                    size -> expand(source, driver, at, size));
        } catch (StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "growth not told volume={0} error={1}",
                    source.name(),
                    e.getMessage());
        }
    }

    /// **Source:** `nodeExpandWithClient` in `pkg/volume/csi/expander.go`.
    private void expand(CsiSource source, Driver driver, Path at, Quantity size)
            throws GrowthFault {
        try {
            Set<NodeCapability> can = driver.node().capabilities();
            if (!can.contains(NodeCapability.EXPAND_VOLUME)) {
                throw new GrowthFault(
                        GrowthFault.Kind.UNSUPPORTED,
                        "NodeExpand is not supported by the CSI driver " + source.driver());
            }
            boolean isStaged = can.contains(NodeCapability.STAGE_UNSTAGE_VOLUME);
            driver.node()
                    .expand(
                            new NodePlugin.Expand(
                                    source.handle(),
                                    new NodePlugin.Place(
                                            isStaged ? driver.told(staging.at(source)) : "",
                                            driver.told(at)),
                                    size.wholeUnits(),
                                    CsiRequests.use(source, can),
                                    facts.toExpand(source)));
        } catch (VolumeFault e) {
            throw new GrowthFault(GrowthFault.Kind.FAILED, String.valueOf(e.getMessage()));
        } catch (CsiException e) {
            throw CsiRequests.notGrown(e);
        }
    }

    /// What containers are given: of a device the link.
    private Path target(KubeObject pod, CsiSource source) {
        return source.isDevice()
                ? paths.deviceLinks(pod.uid()).resolve(source.name())
                : put(pod, source);
    }

    /// Where the driver puts a volume.
    private Path put(KubeObject pod, CsiSource source) {
        return source.isDevice()
                ? paths.publishedDevice(source.name(), pod.uid())
                : CsiPaths.mount(paths.volumes(pod.uid()).resolve(source.name()));
    }

    /// @return whether the files are to be given to the pod's group
    private boolean place(KubeObject pod, CsiSource source, @Nullable KubeObject object)
            throws VolumeFault, IOException {
        if (!source.isEphemeral()) {
            asked.computeIfAbsent(pod.uid(), _ -> new ConcurrentHashMap<>())
                    .put(source.identity(), source.data(facts.nodeName()));
        }
        boolean attached = !source.isEphemeral() && CsiRequests.isAttached(object);
        SequencedMap<String, String> context = new TreeMap<>();
        if (attached) {
            reports.add(source.identity());
            context.putAll(facts.attached(source));
        }
        Steps steps = Steps.of(source);
        Driver driver = drivers.find(source.driver());
        String step = steps.stage();
        try {
            if (driver == null) {
                throw steps.missing(source.driver());
            }
            Set<NodeCapability> can = driver.node().capabilities();
            boolean staged =
                    !source.isEphemeral() && can.contains(NodeCapability.STAGE_UNSTAGE_VOLUME);
            Job job = new Job(pod, source, object, driver, can, staged, context);
            if (staged) {
                staging.stage(job);
            }
            step = steps.publish();
            publish(job);
            return CsiRequests.takesGroup(source, object, can);
        } catch (CsiException | VolumeFault e) {
            throw new VolumeFault(
                    source.isDevice() ? Telling.DEVICE : Telling.SENTENCE,
                    step
                            + " failed for volume \""
                            + source.name()
                            + "\" : "
                            + String.valueOf(e.getMessage()));
        }
    }

    /// A volume on its way to a pod.
    ///
    /// @param object the CSIDriver; null when there is none
    /// @param staged whether it is made ready on the node first
    /// @param context what the controller said when it attached it
    record Job(
            KubeObject pod,
            CsiSource source,
            @Nullable KubeObject object,
            Driver driver,
            Set<NodeCapability> can,
            boolean staged,
            SequencedMap<String, String> context) {}

    private void publish(Job job) throws VolumeFault, IOException {
        CsiSource source = job.source();
        if (source.isDevice()) {
            devices.publish(job);
            return;
        }
        String refusal = CsiRequests.refusal(source, job.object());
        if (!refusal.isEmpty()) {
            throw new VolumeFault(
                    "kubernetes.io/csi: mounter.SetupAt failed to check volume lifecycle mode: "
                            + refusal);
        }
        Path volume = paths.volumes(job.pod().uid()).resolve(source.name());
        Path at = CsiPaths.mount(volume);
        NodePlugin.Publish request =
                new NodePlugin.Publish(
                        source.handle(),
                        new NodePlugin.Place(staging.told(job), job.driver().told(at)),
                        CsiRequests.use(source, job.can()),
                        source.readOnly(),
                        facts.toPublish(job.pod(), source, job.object(), job.context()));
        boolean isNew = !Files.isDirectory(volume);
        staging.save(source, volume);
        CsiStaging.ask(isNew, () -> job.driver().node().publish(request), () -> staging.clear(at));
    }

    @Override
    public @Nullable Fill fill(Path path) throws IOException {
        Shown what = shown.get(path);
        if (what == null) {
            return null;
        }
        try {
            Driver driver = drivers.require(what.data().driver());
            if (!driver.node().capabilities().contains(NodeCapability.GET_VOLUME_STATS)) {
                return null;
            }
            VolumeFigures told =
                    driver.node().figures(what.data().handle(), driver.told(what.at()));
            return new Fill(amount(told.bytes()), amount(told.inodes()));
        } catch (CsiException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Fill.Amount amount(VolumeFigures.Amount told) {
        return new Fill.Amount(told.total(), told.used(), told.available());
    }

    @Override
    public void remove(String uid) throws IOException {
        for (Path volume : list(paths.volumes(uid))) {
            VolumeData data = disk.shown(volume);
            if (data != null) {
                whileBusy(data.identity(), () -> removeFiles(volume, data));
            }
        }
        for (Path link : list(paths.deviceLinks(uid))) {
            String name = link.getFileName().toString();
            VolumeData data = VolumeData.load(paths.deviceData(name));
            if (data != null) {
                whileBusy(data.identity(), () -> removeDevice(uid, link, data));
            }
        }
        Map<String, VolumeData> left = asked.getOrDefault(uid, Map.of());
        for (VolumeData data : List.copyOf(left.values())) {
            whileBusy(data.identity(), () -> giveUp(data));
        }
        asked.remove(uid);
        growth.forget(uid);
    }

    private interface Work {
        void run() throws IOException;
    }

    private void whileBusy(String identity, Work work) throws IOException {
        if (!busy.add(identity)) {
            throw new IOException("an operation with volume " + identity + " is going on");
        }
        try {
            work.run();
        } catch (CsiException | StatusException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            busy.remove(identity);
        }
    }

    private void removeFiles(Path volume, VolumeData data) throws IOException {
        Driver driver = drivers.require(data.driver());
        Path at = CsiPaths.mount(volume);
        driver.node().unpublish(data.handle(), driver.told(at));
        shown.remove(at);
        staging.clear(at);
        giveUp(data);
    }

    private void removeDevice(String uid, Path link, VolumeData data) throws IOException {
        Driver driver = drivers.require(data.driver());
        devices.unpublish(uid, data, driver);
        shown.remove(link);
        Files.deleteIfExists(link);
        giveUp(data);
    }

    /// Takes a volume from the node unless a pod uses it.
    private void giveUp(VolumeData data) throws IOException {
        if (data.ephemeral() || disk.isUsed(data.identity())) {
            return;
        }
        staging.unstage(data, drivers);
        reports.remove(data.identity());
    }

    /// Takes away volumes that are ready on the node and that no pod has: a kubelet ended between
    /// the two. One that fails does not keep others.
    ///
    /// @throws IOException when one is left
    void removeUnused() throws IOException {
        IOException failure = null;
        for (Path driverFolder : list(paths.staged())) {
            for (Path volume : list(driverFolder)) {
                try {
                    removeUnused(volume);
                } catch (IOException e) {
                    failure = e;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void removeUnused(Path volume) throws IOException {
        VolumeData data = disk.staged(volume);
        if (data != null && !disk.isUsed(data.identity())) {
            whileBusy(data.identity(), () -> giveUp(data));
        }
    }

    static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    /// How Kubernetes names what failed.
    private record Steps(String stage, String publish) {

        static Steps of(CsiSource source) {
            if (source.isDevice()) {
                return new Steps("MapVolume.SetUpDevice", "MapVolume.MapPodDevice");
            }
            String setUp = "MountVolume.SetUp";
            return source.isEphemeral()
                    ? new Steps(setUp, setUp)
                    : new Steps("MountVolume.MountDevice", setUp);
        }

        VolumeFault missing(String driver) {
            String what =
                    switch (stage) {
                        case "MountVolume.MountDevice" ->
                                "attacher.MountDevice failed to create newCsiDriverClient: ";
                        case "MapVolume.SetUpDevice" ->
                                "blockMapper.SetUpDevice failed to get CSI client: ";
                        default -> "mounter.SetUpAt failed to get CSI client: ";
                    };
            return new VolumeFault("kubernetes.io/csi: " + what + Drivers.missing(driver));
        }
    }
}
