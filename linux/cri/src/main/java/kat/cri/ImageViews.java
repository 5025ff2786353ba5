package kat.cri;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException.Code;
import kat.cri.grpc.ContainerdDiff.ApplyRequest;
import kat.cri.grpc.ContainerdSnapshots.CommitSnapshotRequest;
import kat.cri.grpc.ContainerdSnapshots.Info;
import kat.cri.grpc.ContainerdSnapshots.ListSnapshotsRequest;
import kat.cri.grpc.ContainerdSnapshots.ListSnapshotsResponse;
import kat.cri.grpc.ContainerdSnapshots.MountsRequest;
import kat.cri.grpc.ContainerdSnapshots.PrepareSnapshotRequest;
import kat.cri.grpc.ContainerdSnapshots.RemoveSnapshotRequest;
import kat.cri.grpc.ContainerdSnapshots.StatSnapshotRequest;
import kat.cri.grpc.ContainerdSnapshots.ViewSnapshotRequest;
import kat.cri.grpc.ContainerdTypes.Descriptor;
import kat.cri.grpc.ContainerdTypes.Mount;
import kat.cri.grpc.DiffGrpc;
import kat.cri.grpc.SnapshotsGrpc;

/// The files of images as file systems of their own: read-only snapshots of containerd. Layers that
/// no container has needed yet are unpacked first.
///
/// CRI can mount images since containerd 2.1 only; the snapshots beside it exist in all.
///
/// **Source:** containerd's `rootfs.ApplyLayers` and `identity.ChainID`.
final class ImageViews {

    /// Keeps containerd's garbage collector off a view until it is removed.
    private static final String ROOT_LABEL = "containerd.io/gc.root";

    private static final String SNAPSHOTS = "io.containerd.snapshotter.v1.";
    private static final String USUAL = "overlayfs";
    private static final String VIEW_LABEL = "kat.local/image-view";
    private static final Duration LEASE = Duration.ofHours(1);

    private final CriChannel channel;
    private final Ticker ticker;
    private final Supplier<String> snapshotter;
    private final AtomicInteger count = new AtomicInteger();

    /// @param snapshotter the name of containerd's that has its images, see [#snapshotter]
    ImageViews(CriChannel channel, Ticker ticker, Supplier<String> snapshotter) {
        this.channel = channel;
        this.ticker = ticker;
        this.snapshotter = snapshotter;
    }

    /// @param image its id
    ImageView view(String image, String key) {
        String snapshotter = this.snapshotter.get();
        try (ContentStore store = store("mount image " + image)) {
            List<Mount> present = mounts(store, snapshotter, key);
            if (present.isEmpty()) {
                String chain = unpack(store, snapshotter, image);
                ViewSnapshotRequest request =
                        ViewSnapshotRequest.newBuilder()
                                .setSnapshotter(snapshotter)
                                .setKey(key)
                                .setParent(chain)
                                .putLabels(ROOT_LABEL, ticker.now().toString())
                                .putLabels(VIEW_LABEL, "true")
                                .build();
                present = store.call(SnapshotsGrpc.getViewMethod(), request).getMountsList();
            }
            Mount mount = present.getFirst();
            return new ImageView(mount.getType(), mount.getSource(), mount.getOptionsList());
        } catch (JsonParseException e) {
            throw new ContainerRuntimeException(
                    Code.DATA_LOSS, "mount image " + image, String.valueOf(e.getMessage()), e);
        }
    }

    void remove(String key) {
        try (ContentStore store = store("remove the view " + key)) {
            store.call(
                    SnapshotsGrpc.getRemoveMethod(),
                    RemoveSnapshotRequest.newBuilder()
                            .setSnapshotter(snapshotter.get())
                            .setKey(key)
                            .build());
        } catch (ContainerRuntimeException e) {
            if (e.code() != Code.NOT_FOUND) {
                throw e;
            }
        }
    }

    /// The keys of all views.
    List<String> keys() {
        ListSnapshotsRequest request =
                ListSnapshotsRequest.newBuilder()
                        .setSnapshotter(snapshotter.get())
                        .addFilters("labels.\"" + VIEW_LABEL + "\"")
                        .build();
        List<String> keys = new ArrayList<>();
        try (ContentStore store = store("list views of images")) {
            Iterator<ListSnapshotsResponse> answers =
                    store.stream(SnapshotsGrpc.getListMethod(), request);
            while (answers.hasNext()) {
                for (Info info : answers.next().getInfoList()) {
                    keys.add(info.getName());
                }
            }
        }
        return keys;
    }

    private ContentStore store(String what) {
        String lease =
                "kat-view-"
                        + ProcessHandle.current().pid()
                        + "-"
                        + ticker.now().toEpochMilli()
                        + "-"
                        + count.incrementAndGet();
        return new ContentStore(channel, lease, ticker.now().plus(LEASE).toString(), what);
    }

    /// The snapshotter that has the images of a containerd. Since 2.0 its configuration does not
    /// say, but the folder of the images does.
    ///
    /// @param configuration of its CRI plug-in
    /// @param filesystems where its images are
    static String snapshotter(JsonObject configuration, List<FilesystemUsage> filesystems) {
        String named = Json.string(Json.object(configuration, "containerd"), "snapshotter");
        if (!named.isEmpty()) {
            return named;
        }
        for (FilesystemUsage each : filesystems) {
            int at = each.mountpoint().lastIndexOf(SNAPSHOTS);
            if (at >= 0) {
                return each.mountpoint().substring(at + SNAPSHOTS.length());
            }
        }
        return USUAL;
    }

    private static List<Mount> mounts(ContentStore store, String snapshotter, String key) {
        try {
            MountsRequest request =
                    MountsRequest.newBuilder().setSnapshotter(snapshotter).setKey(key).build();
            return store.call(SnapshotsGrpc.getMountsMethod(), request).getMountsList();
        } catch (ContainerRuntimeException e) {
            if (e.code() == Code.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /// @return the name of the snapshot that holds all layers
    private static String unpack(ContentStore store, String snapshotter, String image) {
        JsonObject manifest = manifest(store, store.target(image).digest());
        String config = Json.string(Json.object(manifest, "config"), "digest");
        JsonObject rootfs = Json.object(document(store, config), "rootfs");
        List<String> contents = Json.strings(rootfs, "diff_ids");
        List<JsonObject> layers = Json.objects(manifest, "layers");
        if (contents.isEmpty() || contents.size() != layers.size()) {
            throw new JsonParseException(
                    layers.size()
                            + " layers and "
                            + contents.size()
                            + " digests of their contents");
        }
        String chain = "";
        for (int i = 0; i < contents.size(); i++) {
            String parent = chain;
            chain = chain(parent, contents.get(i));
            if (!isThere(store, snapshotter, chain)) {
                apply(store, snapshotter, new Layer(layers.get(i), contents.get(i), parent, chain));
            }
        }
        store.keepSnapshot(config, snapshotter, chain);
        return chain;
    }

    private static String chain(String parent, String content) {
        return parent.isEmpty()
                ? content
                : Digests.sha256((parent + " " + content).getBytes(StandardCharsets.UTF_8));
    }

    /// The manifest that fits this machine.
    private static JsonObject manifest(ContentStore store, String digest) {
        JsonObject document = document(store, digest);
        if (!document.has("manifests")) {
            return document;
        }
        JsonObject fitting = null;
        for (JsonObject child : Json.objects(document, "manifests")) {
            String architecture = Json.string(Json.object(child, "platform"), "architecture");
            if (architecture.isEmpty() || architecture.equals(Machine.architecture())) {
                fitting = fitting == null ? child : fitting;
            }
        }
        if (fitting == null) {
            throw new JsonParseException("it holds nothing for " + Machine.architecture());
        }
        return manifest(store, Json.string(fitting, "digest"));
    }

    private static JsonObject document(ContentStore store, String digest) {
        return Json.object(new String(store.read(digest), StandardCharsets.UTF_8));
    }

    private static boolean isThere(ContentStore store, String snapshotter, String name) {
        try {
            store.call(
                    SnapshotsGrpc.getStatMethod(),
                    StatSnapshotRequest.newBuilder()
                            .setSnapshotter(snapshotter)
                            .setKey(name)
                            .build());
            return true;
        } catch (ContainerRuntimeException e) {
            if (e.code() == Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /// One layer of an image.
    ///
    /// @param descriptor as the manifest has it
    /// @param content digest of the unpacked layer
    /// @param parent name of the snapshot below; empty for the lowest layer
    /// @param chain name of the snapshot with this layer on top
    private record Layer(JsonObject descriptor, String content, String parent, String chain) {}

    private static void apply(ContentStore store, String snapshotter, Layer layer) {
        String key = "extract-" + store.lease() + " " + layer.chain();
        List<Mount> mounts =
                store.call(
                                SnapshotsGrpc.getPrepareMethod(),
                                PrepareSnapshotRequest.newBuilder()
                                        .setSnapshotter(snapshotter)
                                        .setKey(key)
                                        .setParent(layer.parent())
                                        .build())
                        .getMountsList();
        try {
            Descriptor applied =
                    store.call(
                                    DiffGrpc.getApplyMethod(),
                                    ApplyRequest.newBuilder()
                                            .setDiff(descriptor(layer.descriptor()))
                                            .addAllMounts(mounts)
                                            .build())
                            .getApplied();
            if (!applied.getDigest().equals(layer.content())) {
                throw new JsonParseException(
                        "layer " + layer.content() + " unpacks to " + applied.getDigest());
            }
            store.call(
                    SnapshotsGrpc.getCommitMethod(),
                    CommitSnapshotRequest.newBuilder()
                            .setSnapshotter(snapshotter)
                            .setName(layer.chain())
                            .setKey(key)
                            .build());
        } catch (ContainerRuntimeException e) {
            // Somebody else was quicker; what is left under the key goes with the lease.
            if (e.code() != Code.ALREADY_EXISTS) {
                throw e;
            }
        }
    }

    private static Descriptor descriptor(JsonObject json) {
        return Descriptor.newBuilder()
                .setMediaType(Json.string(json, "mediaType"))
                .setDigest(Json.string(json, "digest"))
                .setSize(Long.parseLong(Json.string(json, "size")))
                .build();
    }
}
