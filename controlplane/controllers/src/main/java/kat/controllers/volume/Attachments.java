package kat.controllers.volume;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// Names and forms of attachments; pure.
///
/// **Source:** `pkg/volume/csi/csi_attacher.go`, `pkg/volume/util`.
final class Attachments {

    private static final Pattern OWN = Pattern.compile("csi-[0-9a-f]{64}");

    private Attachments() {}

    /// The name of the VolumeAttachment of a volume on a node.
    static String name(KubeObject volume, String node) {
        JsonObject csi = volume.spec().object("csi");
        String text = csi.string("volumeHandle") + csi.string("driver") + node;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
            return "csi-" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /// Whether an attachment was asked for here: those of others are left alone.
    static boolean isOwn(KubeObject attachment) {
        return OWN.matcher(attachment.name()).matches();
    }

    /// By which a Node's status names a volume.
    static String uniqueName(KubeObject volume) {
        JsonObject csi = volume.spec().object("csi");
        return "kubernetes.io/csi/" + csi.string("driver") + "^" + csi.string("volumeHandle");
    }

    /// The persistent volume that an attachment is about.
    static String volume(KubeObject attachment) {
        return attachment.spec().object("source").string("persistentVolumeName");
    }

    static String node(KubeObject attachment) {
        return attachment.spec().string("nodeName");
    }

    static boolean isAttached(KubeObject attachment) {
        return attachment.status().bool("attached") && !attachment.isDeleting();
    }

    static KubeObject create(KubeObject volume, String node) {
        JsonObject spec =
                JsonObject.builder()
                        .put("attacher", volume.spec().object("csi").string("driver"))
                        .put("nodeName", node)
                        .put(
                                "source",
                                JsonObject.of("persistentVolumeName", Json.of(volume.name())))
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "storage.k8s.io/v1")
                        .put("kind", "VolumeAttachment")
                        .put("metadata", JsonObject.of("name", Json.of(name(volume, node))))
                        .put("spec", spec)
                        .build());
    }

    /// Whether several nodes may have a volume at a time; one that does not say may be shared.
    static boolean isShared(KubeObject volume) {
        List<String> modes = volume.spec().array("accessModes").strings();
        return modes.isEmpty() || modes.contains("ReadWriteMany") || modes.contains("ReadOnlyMany");
    }
}
