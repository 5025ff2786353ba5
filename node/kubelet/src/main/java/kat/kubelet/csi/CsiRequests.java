package kat.kubelet.csi;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.csi.CsiException;
import kat.csi.NodeCapability;
import kat.csi.VolumeUse;
import kat.csi.VolumeUse.AccessMode;
import kat.kubelet.volumes.GrowthFault;
import org.jspecify.annotations.Nullable;

/// What drivers are asked for, by what the API says of them; pure.
///
/// **Source:** `pkg/volume/csi/csi_mounter.go`, `csi_attacher.go`, `csi_client.go`.
final class CsiRequests {

    private CsiRequests() {}

    /// Whether volumes are attached to nodes by a controller before they are used.
    ///
    /// @param driver its CSIDriver; null when there is none
    static boolean isAttached(@Nullable KubeObject driver) {
        return driver == null || driver.spec().bool("attachRequired", true);
    }

    /// @param driver its CSIDriver; null when there is none
    /// @return why a volume of this life cannot be had; empty when it can
    static String refusal(CsiSource source, @Nullable KubeObject driver) {
        String mode = source.isEphemeral() ? "Ephemeral" : "Persistent";
        String begin = "volume mode \"" + mode + "\" not supported by driver " + source.driver();
        if (driver == null) {
            return source.isEphemeral() ? begin + " (no CSIDriver object)" : "";
        }
        List<String> modes = driver.spec().array("volumeLifecycleModes").strings();
        boolean listed = modes.isEmpty() ? !source.isEphemeral() : modes.contains(mode);
        if (listed) {
            return "";
        }
        List<String> quoted = modes.stream().map(each -> "\"" + each + "\"").toList();
        return begin + " (only supports [" + String.join(" ", quoted) + "])";
    }

    /// @param can what the driver can do
    static VolumeUse use(CsiSource source, Set<NodeCapability> can) {
        AccessMode mode = mode(source, can.contains(NodeCapability.SINGLE_NODE_MULTI_WRITER));
        if (source.isDevice()) {
            return new VolumeUse(mode, true, "", List.of(), "");
        }
        return new VolumeUse(
                mode,
                false,
                source.csi().string("fsType"),
                source.spec().array("mountOptions").strings(),
                can.contains(NodeCapability.VOLUME_MOUNT_GROUP) ? source.group() : "");
    }

    private static AccessMode mode(CsiSource source, boolean tellsWriters) {
        List<String> modes = source.spec().array("accessModes").strings();
        return switch (modes.isEmpty() ? "ReadWriteOnce" : modes.getFirst()) {
            case "ReadWriteOnce" ->
                    tellsWriters
                            ? AccessMode.SINGLE_NODE_MULTI_WRITER
                            : AccessMode.SINGLE_NODE_WRITER;
            case "ReadWriteOncePod" ->
                    tellsWriters
                            ? AccessMode.SINGLE_NODE_SINGLE_WRITER
                            : AccessMode.SINGLE_NODE_WRITER;
            case "ReadOnlyMany" -> AccessMode.MULTI_NODE_READER_ONLY;
            case "ReadWriteMany" -> AccessMode.MULTI_NODE_MULTI_WRITER;
            default -> AccessMode.UNKNOWN;
        };
    }

    /// What a driver that wants to know is told of the pod.
    static Map<String, String> podInfo(KubeObject pod, boolean ephemeral) {
        Map<String, String> info = new TreeMap<>();
        info.put("csi.storage.k8s.io/pod.name", pod.name());
        info.put("csi.storage.k8s.io/pod.namespace", pod.namespace());
        info.put("csi.storage.k8s.io/pod.uid", pod.uid());
        info.put("csi.storage.k8s.io/serviceAccount.name", pod.spec().string("serviceAccountName"));
        info.put("csi.storage.k8s.io/ephemeral", Boolean.toString(ephemeral));
        return info;
    }

    /// What a driver's refusal to let a volume grow means.
    ///
    /// **Source:** `nodeExpandWithClient` and `isInfeasibleError` in
    /// `pkg/volume/csi/expander.go`.
    static GrowthFault notGrown(CsiException refusal) {
        String begin = "Expander.NodeExpand failed to expand the volume ";
        String message = String.valueOf(refusal.getMessage());
        return switch (refusal.code()) {
            case FAILED_PRECONDITION ->
                    new GrowthFault(GrowthFault.Kind.IN_USE, begin + ": " + message);
            case INVALID_ARGUMENT, OUT_OF_RANGE, NOT_FOUND ->
                    new GrowthFault(GrowthFault.Kind.INFEASIBLE, begin + message);
            default -> new GrowthFault(GrowthFault.Kind.FAILED, begin + ": " + message);
        };
    }

    /// Whether the kubelet itself gives the files to the pod's group.
    ///
    /// @param driver its CSIDriver; null when there is none
    static boolean takesGroup(
            CsiSource source, @Nullable KubeObject driver, Set<NodeCapability> can) {
        if (source.group().isEmpty()
                || source.readOnly()
                || source.isDevice()
                || can.contains(NodeCapability.VOLUME_MOUNT_GROUP)) {
            return false;
        }
        JsonObject spec = driver == null ? JsonObject.EMPTY : driver.spec();
        return switch (spec.string("fsGroupPolicy", "ReadWriteOnceWithFSType")) {
            case "None" -> false;
            case "File" -> true;
            default -> {
                List<String> modes = source.spec().array("accessModes").strings();
                boolean once =
                        modes.contains("ReadWriteOnce") || modes.contains("ReadWriteOncePod");
                yield !source.csi().string("fsType").isEmpty() && (source.isEphemeral() || once);
            }
        };
    }
}
