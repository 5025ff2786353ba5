package kat.kubelet.volumes;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.kubelet.spec.ObjectSource;

/// Volumes of type `iscsi` and `fc`: disks of a storage network. A disk is attached to the machine
/// and mounted once, and from there for each pod; a volume of mode Block is given to containers as
/// the device.
///
/// What is attached, and for whom, stands in the kubelet's folder, so that a kubelet that comes
/// later lets go of what an earlier one attached.
///
/// **Threads:** any, of one pod one at a time.
///
/// **Source:** `pkg/volume/iscsi/iscsi.go`, `pkg/volume/fc/fc.go`.
public final class RemoteVolumes {

    private static final Logger LOG = System.getLogger("kat.kubelet.volumes");
    private static final Path ALL = Path.of("plugins/kubernetes.io");
    private static final String ABOUT = "disk.json";
    private static final String MOUNTED = "mount";
    private static final String USERS = "users";
    private static final String BETWEEN = "~";
    private static final String READ_ONLY = "ro";
    private static final String USUAL_TYPE = "ext4";

    private final Path root;
    private final Mounts mounts;
    private final Disks disks;
    private final ObjectSource objects;

    /// Disks that something is done with right now: one thing at a time.
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /// Mounts of pods that were the first to have their disk: they say whose group the files
    /// are.
    private final Set<Path> firsts = ConcurrentHashMap.newKeySet();

    /// @param root folder of the kubelet, absolute
    public RemoteVolumes(Path root, Mounts mounts, Disks disks, ObjectSource objects) {
        this.root = root;
        this.mounts = mounts;
        this.disks = disks;
        this.objects = objects;
    }

    /// The type of such a volume; empty when it is of another.
    static String typeOf(JsonObject sources) {
        return RemoteDisk.TYPES.stream().filter(sources::has).findFirst().orElse("");
    }

    /// Puts a volume of a pod's own in place; harmless when repeated.
    Claims.Found place(KubeObject pod, String volume, JsonObject sources) throws VolumeFault {
        String type = typeOf(sources);
        JsonObject source = sources.object(type);
        List<String> options = source.bool("readOnly") ? List.of(READ_ONLY) : List.of();
        Wanted wanted =
                new Wanted(
                        pod,
                        volume,
                        new RemoteDisk(type, withoutSecret(source), volume),
                        options,
                        false);
        return place(wanted, login(source, pod.namespace(), volume));
    }

    /// Puts a persistent volume in place; harmless when repeated. Its own `readOnly` means
    /// nothing, the claim's does.
    Claims.Found place(KubeObject pod, KubeObject volume, boolean readOnly) throws VolumeFault {
        String type = typeOf(volume.spec());
        JsonObject source = volume.spec().object(type);
        Wanted wanted =
                new Wanted(
                        pod,
                        volume.name(),
                        new RemoteDisk(type, withoutSecret(source), volume.name()),
                        MountOptions.of(volume, readOnly),
                        volume.spec().string("volumeMode").equals("Block"));
        return place(wanted, login(source, pod.namespace(), volume.name()));
    }

    private record Wanted(
            KubeObject pod,
            String volume,
            RemoteDisk disk,
            List<String> options,
            boolean isDevice) {}

    private static JsonObject withoutSecret(JsonObject source) {
        return source.without("secretRef");
    }

    /// What the Secret of a disk says; empty where none is asked for.
    private Map<String, String> login(JsonObject source, String namespace, String volume)
            throws VolumeFault {
        JsonObject reference = source.object("secretRef");
        Map<String, String> login = new TreeMap<>();
        boolean asked = source.bool("chapAuthDiscovery") || source.bool("chapAuthSession");
        if (!asked || reference.string("name").isEmpty()) {
            return login;
        }
        ObjectKey key =
                ObjectKey.of(reference.string("namespace", namespace), reference.string("name"));
        KubeObject secret = objects.find(Kinds.SECRET, key);
        if (secret == null) {
            throw fault("NewMounter initialization", volume, "couldn't get secret " + key);
        }
        JsonObject data = secret.tree().object("data");
        for (String name : data.names()) {
            byte[] value = Base64.getDecoder().decode(data.string(name));
            login.put(name, new String(value, StandardCharsets.UTF_8));
        }
        return login;
    }

    private Claims.Found place(Wanted wanted, Map<String, String> login) throws VolumeFault {
        String name = wanted.disk().name();
        if (!busy.add(name)) {
            throw new VolumeFault(
                    VolumeFault.Telling.NOT_YET, "an operation with disk " + name + " is going on");
        }
        Path folder = root.resolve(ALL).resolve(wanted.disk().type()).resolve(name);
        try {
            return place(wanted, login, folder);
        } catch (IOException e) {
            throw fault("MountDevice", wanted.volume(), String.valueOf(e.getMessage()));
        } finally {
            busy.remove(name);
        }
    }

    private Claims.Found place(Wanted wanted, Map<String, String> login, Path folder)
            throws VolumeFault, IOException {
        String uid = wanted.pod().uid();
        Path own = ofPods(uid, wanted.disk().type()).resolve(wanted.volume());
        Path shared = folder.resolve(MOUNTED);
        if (isMounted(own)) {
            return found(own, wanted);
        }
        Path user = folder.resolve(USERS).resolve(uid + BETWEEN + wanted.volume());
        note(wanted.disk(), folder, user);
        try {
            Path device = attach(wanted, login);
            if (wanted.isDevice()) {
                return new Claims.Found(device.toRealPath(), false);
            }
            if (!isMounted(shared)) {
                Files.createDirectories(shared);
                String type = wanted.disk().source().string("fsType", USUAL_TYPE);
                disks.mount(device, shared, type.isEmpty() ? USUAL_TYPE : type, wanted.options());
            }
            if (users(folder).size() == 1) {
                firsts.add(own);
            }
            mounts.bindBelow(shared, Path.of(""), own);
            return found(own, wanted);
        } catch (IOException | VolumeFault e) {
            firsts.remove(own);
            giveUp(folder, user);
            throw e;
        }
    }

    /// What cannot be let go now is let go with the next pod that ends.
    private void giveUp(Path folder, Path user) {
        try {
            Files.delete(user);
            if (users(folder).isEmpty()) {
                letGo(folder);
            }
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "disk not let go disk={0} error={1}",
                    folder.getFileName(),
                    e.getMessage());
        }
    }

    private Claims.Found found(Path own, Wanted wanted) {
        boolean isWritten = !wanted.options().contains(READ_ONLY);
        return new Claims.Found(own, isWritten && firsts.contains(own));
    }

    /// Before anything is attached: whoever comes later must know of it.
    private static void note(RemoteDisk disk, Path folder, Path user) throws IOException {
        Files.createDirectories(user.getParent());
        Path about = folder.resolve(ABOUT);
        if (!Files.exists(about)) {
            Path part = folder.resolve(ABOUT + ".part");
            Files.writeString(part, disk.json().toString());
            Files.move(part, about, StandardCopyOption.ATOMIC_MOVE);
        }
        if (!Files.exists(user)) {
            Files.createFile(user);
        }
    }

    private Path attach(Wanted wanted, Map<String, String> login) throws VolumeFault {
        try {
            return disks.attach(wanted.disk(), login);
        } catch (IOException e) {
            throw fault("WaitForAttach", wanted.volume(), String.valueOf(e.getMessage()));
        }
    }

    private static VolumeFault fault(String step, String volume, String why) {
        return new VolumeFault(
                VolumeFault.Telling.SENTENCE,
                "MountVolume." + step + " failed for volume \"" + volume + "\" : " + why);
    }

    private Path ofPods(String uid, String type) {
        return root.resolve("pods")
                .resolve(uid)
                .resolve("volumes")
                .resolve("kubernetes.io~" + type);
    }

    private boolean isMounted(Path at) throws IOException {
        return mounts.below(at).contains(at);
    }

    private static List<Path> users(Path folder) throws IOException {
        return list(folder.resolve(USERS));
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    /// Unmounts and detaches the disks that no pod has any more. To be called when a pod's own
    /// mounts are gone.
    ///
    /// @throws IOException when one stays; to be called again
    void release(String uid) throws IOException {
        firsts.removeIf(at -> at.startsWith(root.resolve("pods").resolve(uid)));
        for (String type : RemoteDisk.TYPES) {
            for (Path folder : list(root.resolve(ALL).resolve(type))) {
                String name = folder.getFileName().toString();
                if (!busy.add(name)) {
                    continue; // a pod is getting it
                }
                try {
                    release(uid, folder);
                } finally {
                    busy.remove(name);
                }
            }
        }
    }

    private void release(String uid, Path folder) throws IOException {
        for (Path user : users(folder)) {
            if (user.getFileName().toString().startsWith(uid + BETWEEN)) {
                Files.delete(user);
            }
        }
        if (users(folder).isEmpty()) {
            letGo(folder);
        }
    }

    /// One after the other: of two disks of a target the last one ends the session.
    private synchronized void letGo(Path folder) throws IOException {
        Path about = folder.resolve(ABOUT);
        Path shared = folder.resolve(MOUNTED);
        if (isMounted(shared)) {
            mounts.unmount(shared);
        }
        if (Files.exists(about)) {
            RemoteDisk disk = read(about);
            disks.detach(disk, isTargetUsed(disk, folder));
        }
        Files.deleteIfExists(shared);
        Files.deleteIfExists(folder.resolve(USERS));
        Files.deleteIfExists(folder.resolve(ABOUT + ".part"));
        Files.deleteIfExists(about);
        Files.delete(folder);
    }

    private static RemoteDisk read(Path about) throws IOException {
        return RemoteDisk.of((JsonObject) Json.parse(Files.readAllBytes(about)));
    }

    private boolean isTargetUsed(RemoteDisk disk, Path folder) throws IOException {
        if (disk.target().isEmpty()) {
            return false;
        }
        List<Path> others = new ArrayList<>(list(root.resolve(ALL).resolve(disk.type())));
        others.remove(folder);
        for (Path other : others) {
            Path about = other.resolve(ABOUT);
            if (Files.exists(about) && read(about).target().equals(disk.target())) {
                return true;
            }
        }
        return false;
    }
}
