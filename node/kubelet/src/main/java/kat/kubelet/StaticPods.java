package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.StatusException;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.DeleteOptions;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.kubelet.manifests.ManifestFolder;
import org.jspecify.annotations.Nullable;

/// Runs the pods of a folder of manifests, and shows each in the API by a mirror of it. A mirror
/// only shows: when somebody deletes it, it comes back and the containers go on.
///
/// | the file | the mirror          | what is done                              |
/// |----------|---------------------|-------------------------------------------|
/// | new      | none                | the pod begins, a mirror is made          |
/// | changed  | of another content  | the pod ends and another begins, likewise |
/// | there    | gone or deleted     | a mirror is made                          |
/// | gone     | there               | the pod ends, the mirror is deleted       |
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/pod/mirror_client.go`, `pkg/kubelet/config/file_linux.go`.
final class StaticPods implements AutoCloseable {

    static final String MIRROR = "kubernetes.io/config.mirror";

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final WriteOptions OPTIONS = WriteOptions.by("kubelet");

    private final ManifestFolder manifests;
    private final Transport transport;
    private final Map<String, KubeObject> pods = new HashMap<>(); // guarded by this
    private final Map<String, KubeObject> mirrors = new HashMap<>(); // by hash; guarded by this
    private @Nullable Life life; // guarded by this
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /// Where pods begin and end.
    interface Life {

        void begin(KubeObject pod);

        void end(String uid);

        /// The mirror of the pod with this uid can be written to.
        void mirrored(String uid);
    }

    StaticPods(Path folder, String nodeName, Transport transport) {
        this.manifests = new ManifestFolder(folder, nodeName);
        this.transport = transport;
    }

    /// Begins with what is in the folder and follows it from then on.
    ///
    /// @throws IOException when the folder cannot be made or watched
    void start(Life owner) throws IOException {
        synchronized (this) {
            life = owner;
        }
        Files.createDirectories(manifests.folder());
        WatchService watch = manifests.folder().getFileSystem().newWatchService();
        manifests
                .folder()
                .register(
                        watch,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
        refresh();
        thread = Thread.ofVirtual().name("manifests").start(() -> follow(watch));
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void follow(WatchService watch) {
        try (watch) {
            while (!closed) {
                WatchKey key = watch.take();
                key.pollEvents();
                refresh();
                key.reset();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "manifests no longer followed error={0}", e.toString());
        }
    }

    private void refresh() throws IOException {
        Map<String, KubeObject> wanted = new HashMap<>();
        for (KubeObject pod : manifests.read()) {
            wanted.put(pod.uid(), pod);
        }
        List<KubeObject> begun = new ArrayList<>();
        Set<String> ended;
        Life owner;
        synchronized (this) {
            owner = life;
            ended = new HashSet<>(pods.keySet());
            ended.removeAll(wanted.keySet());
            wanted.forEach(
                    (uid, pod) -> {
                        if (pods.putIfAbsent(uid, pod) == null) {
                            begun.add(pod);
                        }
                    });
            pods.keySet().removeAll(ended);
        }
        if (owner == null) {
            return;
        }
        for (String uid : ended) {
            owner.end(uid);
            remove(mirrorOf(uid));
        }
        for (KubeObject pod : begun) {
            owner.begin(pod);
            mirror(pod);
        }
    }

    /// A mirror came, changed or went.
    void mirrorChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject known = after == null ? before : after;
        if (known == null) {
            return;
        }
        String uid = known.annotations().getOrDefault(MIRROR, "");
        boolean isLost = after == null || after.isDeleting();
        KubeObject pod;
        Life owner;
        synchronized (this) {
            pod = pods.get(uid);
            owner = life;
            if (isLost) {
                mirrors.remove(uid);
            } else {
                mirrors.put(uid, after);
            }
        }
        if (pod != null && !isLost && owner != null) {
            owner.mirrored(uid);
        } else if (isLost || pod == null) {
            Thread unused =
                    Thread.ofVirtual()
                            .name("mirror " + known.key())
                            .start(() -> repair(pod, after));
        }
    }

    private void repair(@Nullable KubeObject pod, @Nullable KubeObject mirror) {
        remove(mirror);
        if (pod != null && !closed) {
            mirror(pod);
        }
    }

    /// The uid that a pod has on this node, from the one that the API knows it by.
    synchronized String ownUid(String apiUid) {
        for (Map.Entry<String, KubeObject> each : mirrors.entrySet()) {
            if (each.getValue().uid().equals(apiUid)) {
                return each.getKey();
            }
        }
        return apiUid;
    }

    /// What the API has of a pod, to be written to; null when it has nothing of it now.
    @Nullable KubeObject written(KubeObject pod) {
        return ManifestFolder.isStatic(pod) ? mirrorOf(pod.uid()) : pod;
    }

    private synchronized @Nullable KubeObject mirrorOf(String uid) {
        return mirrors.get(uid);
    }

    private void remove(@Nullable KubeObject mirror) {
        if (mirror == null) {
            return;
        }
        try {
            transport.delete(Kinds.POD, mirror.key(), DeleteOptions.of(mirror.uid()).withGrace(0));
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                LOG.log(
                        Level.WARNING,
                        "mirror not deleted pod={0} error={1}",
                        mirror.key(),
                        e.getMessage());
            }
        }
    }

    private void mirror(KubeObject pod) {
        try {
            KubeObject node = transport.get(Kinds.NODE, ObjectKey.of("", manifests.nodeName()));
            transport.create(Kinds.POD, mirror(pod, node), OPTIONS);
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                LOG.log(
                        Level.WARNING,
                        "mirror not made pod={0} error={1}",
                        pod.key(),
                        e.getMessage());
            }
        }
    }

    /// The same pod as the API shall show it; the API gives it a uid of its own.
    static KubeObject mirror(KubeObject pod, KubeObject node) {
        OwnerReference owner =
                new OwnerReference("v1", "Node", node.name(), node.uid(), true, false);
        JsonObject metadata =
                pod.metadata()
                        .without("uid")
                        .with(
                                "annotations",
                                pod.metadata().object("annotations").with(MIRROR, pod.uid()))
                        .with("ownerReferences", JsonArray.of(owner.toJson()));
        return new KubeObject(pod.tree().without("status").with("metadata", metadata));
    }
}
