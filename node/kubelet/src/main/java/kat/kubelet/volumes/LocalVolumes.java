package kat.kubelet.volumes;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.JsonObject;

/// Persistent volumes of type `local`: folders and devices of this machine.
///
/// | the path is | mode Filesystem | mode Block |
/// |---|---|---|
/// | a folder | used as it is | refused |
/// | a device | mounted once on the node, and from there for each pod | given to containers |
///
/// What is mounted says what is in use, so a kubelet that comes later takes away what an
/// earlier one left.
///
/// **Threads:** any, of one pod one at a time.
///
/// **Source:** `pkg/volume/local/local.go`.
public final class LocalVolumes {

    /// Below the kubelet's folder: devices that are mounted, by the names of their volumes.
    private static final Path MOUNTED = Path.of("plugins/kubernetes.io/local-volume/mounts");

    private static final String OF_PODS = "kubernetes.io~local-volume";
    private static final String USUAL_TYPE = "ext4";
    private static final Logger LOG = System.getLogger("kat.kubelet.volumes");

    private final Path root;
    private final Mounts mounts;
    private final Disks disks;
    private final VolumeGrowth growth;

    /// Volumes that something is done with right now: one thing at a time.
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /// Mounts of pods that were the first to have their volume: they say whose group the files
    /// are.
    private final Set<Path> firsts = ConcurrentHashMap.newKeySet();

    /// @param root folder of the kubelet, absolute
    public LocalVolumes(Path root, Mounts mounts, Disks disks, VolumeGrowth growth) {
        this.root = root;
        this.mounts = mounts;
        this.disks = disks;
        this.growth = growth;
    }

    /// Where devices of volumes are mounted, of a kubelet with this folder.
    public static Path mounted(Path root) {
        return root.resolve(MOUNTED);
    }

    /// Puts a volume in place for a pod; harmless when repeated.
    ///
    /// @param readOnly whether the pod asks for no more
    Claims.Found place(KubeObject pod, Claims.Bound bound, boolean readOnly)
            throws VolumeFault, IOException {
        KubeObject volume = bound.volume();
        Path path = Path.of(volume.spec().object("local").string("path"));
        if (!Files.exists(path)) {
            throw unusable(volume, "path \"" + path + "\" does not exist");
        }
        boolean isDevice = disks.isDevice(path);
        if (volume.spec().string("volumeMode").equals("Block")) {
            if (!isDevice) {
                throw new VolumeFault(
                        VolumeFault.Telling.DEVICE,
                        "MapVolume.MapPodDevice failed for volume \""
                                + volume.name()
                                + "\" : path \""
                                + path
                                + "\" is not a block device");
            }
            grow(new VolumeGrowth.Use(pod, bound.claim(), volume, readOnly, true), _ -> {});
            return new Claims.Found(path.toRealPath(), false);
        }
        if (isDevice) {
            return mount(pod, bound, path, readOnly);
        }
        if (!Files.isDirectory(path)) {
            throw unusable(volume, "only directory and block device are supported");
        }
        grow(new VolumeGrowth.Use(pod, bound.claim(), volume, readOnly, true), _ -> {});
        // the group of a pod is given what a link leads to, not the link
        return new Claims.Found(path.toRealPath(), true);
    }

    private static VolumeFault unusable(KubeObject volume, String why) {
        return new VolumeFault(
                VolumeFault.Telling.SENTENCE,
                "MountVolume.NewMounter initialization failed for volume \""
                        + volume.name()
                        + "\" : "
                        + why);
    }

    private Claims.Found mount(KubeObject pod, Claims.Bound bound, Path device, boolean readOnly)
            throws VolumeFault, IOException {
        KubeObject volume = bound.volume();
        String name = volume.name();
        if (!busy.add(name)) {
            throw new VolumeFault(
                    VolumeFault.Telling.NOT_YET,
                    "an operation with volume " + name + " is going on");
        }
        try {
            Path own = ofPods(pod.uid()).resolve(name);
            boolean isUsed = isMounted(own);
            Path shared = mounted(root).resolve(name);
            if (!isUsed && !isMounted(shared)) {
                mount(volume, device, shared, readOnly);
            }
            VolumeGrowth.Use use =
                    new VolumeGrowth.Use(pod, bound.claim(), volume, readOnly, isUsed);
            grow(use, _ -> grow(device, shared));
            if (!isUsed && !isInUse(name)) {
                firsts.add(own);
            }
            if (!isUsed) {
                mounts.bindBelow(shared, Path.of(""), own);
            }
            return new Claims.Found(own, firsts.contains(own));
        } finally {
            busy.remove(name);
        }
    }

    private void mount(KubeObject volume, Path device, Path at, boolean readOnly)
            throws VolumeFault, IOException {
        Files.createDirectories(at);
        JsonObject local = volume.spec().object("local");
        String asked = local.string("fsType");
        String type = asked.isEmpty() ? USUAL_TYPE : asked;
        try {
            disks.mount(device, at, type, MountOptions.of(volume, readOnly));
        } catch (IOException e) {
            Files.delete(at);
            throw new VolumeFault(
                    VolumeFault.Telling.SENTENCE,
                    "MountVolume.MountDevice failed for volume \""
                            + volume.name()
                            + "\" : local: failed to mount device "
                            + device
                            + " at "
                            + at
                            + " (fstype: "
                            + type
                            + "), error "
                            + e.getMessage());
        }
    }

    private void grow(Path device, Path at) throws GrowthFault {
        try {
            disks.grow(device, at);
        } catch (IOException e) {
            throw new GrowthFault(GrowthFault.Kind.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void grow(VolumeGrowth.Use use, VolumeGrowth.Expander expander) throws VolumeFault {
        try {
            growth.grow(use, expander);
        } catch (StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "growth not told volume={0} error={1}",
                    use.volume().name(),
                    e.getMessage());
        }
    }

    private Path ofPods(String uid) {
        return root.resolve("pods").resolve(uid).resolve("volumes").resolve(OF_PODS);
    }

    private boolean isMounted(Path at) throws IOException {
        return mounts.below(at).contains(at);
    }

    /// Whether a pod has this volume.
    private boolean isInUse(String name) throws IOException {
        Path last = Path.of(OF_PODS, name);
        return mounts.below(root.resolve("pods")).stream().anyMatch(at -> at.endsWith(last));
    }

    /// Unmounts the devices that no pod has any more. To be called when a pod's own mounts are
    /// gone.
    void release(String uid) throws IOException {
        growth.forget(uid);
        firsts.removeIf(at -> at.startsWith(ofPods(uid)));
        for (Path at : mounts.below(mounted(root))) {
            String name = at.getFileName().toString();
            if (!at.equals(mounted(root).resolve(name)) || !busy.add(name)) {
                continue; // in a volume, or a pod is getting it
            }
            try {
                if (!isInUse(name)) {
                    mounts.unmount(at);
                    Files.deleteIfExists(at);
                }
            } finally {
                busy.remove(name);
            }
        }
    }
}
