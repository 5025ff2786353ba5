package kat.kubelet.volumes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.client.Change;
import kat.client.EventRecorder;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;

/// Lets the files of volumes that have grown grow with them, and tells the API of it: by
/// events, and in the status of the claim what goes on and what failed. A volume that is not
/// used yet waits for its growth, one in use goes on as it is.
///
/// | status of the claim | the node |
/// |---|---|
/// | without `allocatedResources` and a resize status | lets it grow to the volume's size |
/// | `NodeResizePending`, `NodeResizeInProgress` | lets it grow to `allocatedResources` |
/// | any other | waits for the controller |
///
/// **Threads:** any, of one volume one at a time.
///
/// **Source:** `node_expander.go` and `operation_generator.go` in
/// `pkg/volume/util/operationexecutor`; `pkg/volume/util/resize_util.go`.
public final class VolumeGrowth {

    private static final String PENDING = "NodeResizePending";
    private static final String IN_PROGRESS = "NodeResizeInProgress";
    private static final String INFEASIBLE = "NodeResizeInfeasible";
    private static final String ERROR = "NodeResizeError";

    private static final Set<String> CONDITIONS =
            Set.of("FileSystemResizePending", "Resizing", "ControllerResizeError", ERROR);

    private final Transport transport;
    private final EventRecorder events;
    private final Ticker ticker;
    private final String nodeName;

    /// Pods and volumes, of those that do not grow while they are in use.
    private final Set<Place> kept = ConcurrentHashMap.newKeySet();

    /// Those whose growth failed.
    private final Set<Place> failed = ConcurrentHashMap.newKeySet();

    private record Place(String uid, String volume) {}

    /// A volume of a pod.
    ///
    /// @param readOnly whether the pod asks for no more
    /// @param isUsed whether the pod uses it already
    public record Use(
            KubeObject pod, KubeObject claim, KubeObject volume, boolean readOnly, boolean isUsed) {

        private boolean isDevice() {
            return volume.spec().string("volumeMode").equals("Block");
        }
    }

    /// Does the work.
    public interface Expander {
        void expand(Quantity size) throws GrowthFault;
    }

    public VolumeGrowth(Transport transport, EventRecorder events, Ticker ticker, String nodeName) {
        this.transport = transport;
        this.events = events;
        this.ticker = ticker;
        this.nodeName = nodeName;
    }

    /// Whether a volume is larger than its claim says.
    public static boolean isWanted(KubeObject claim, KubeObject volume) {
        String size = volume.spec().object("capacity").string("storage");
        String told = claim.status().object("capacity").string("storage");
        return !size.isEmpty()
                && !told.isEmpty()
                && Quantity.parse(size).compareTo(Quantity.parse(told)) > 0;
    }

    /// Lets a volume grow where that is wanted; harmless when repeated.
    ///
    /// @throws VolumeFault when the pod has to wait for it
    /// @throws kat.api.StatusException when the API does not take what it is told
    public void grow(Use use, Expander expander) throws VolumeFault {
        KubeObject claim = use.claim();
        Place place = new Place(use.pod().uid(), use.volume().name());
        if (!isWanted(claim, use.volume()) || kept.contains(place)) {
            return;
        }
        JsonObject status = claim.status();
        String step = status.object("allocatedResourceStatuses").string("storage");
        boolean isOld = step.isEmpty() && !status.has("allocatedResources");
        if (use.readOnly()) {
            refuseReadOnly(use);
            return;
        }
        if (!isOld && !step.equals(PENDING) && !step.equals(IN_PROGRESS)) {
            return;
        }
        String size =
                isOld
                        ? use.volume().spec().object("capacity").string("storage")
                        : status.object("allocatedResources").string("storage");
        if (step.equals(PENDING)) {
            patch(claim, stepOf(IN_PROGRESS));
        }
        try {
            expander.expand(Quantity.parse(size));
            tellGrown(use, size);
        } catch (GrowthFault fault) {
            failed(use, place, size, isOld, fault);
        }
    }

    private void failed(Use use, Place place, String size, boolean isOld, GrowthFault fault)
            throws VolumeFault {
        if (fault.kind() == GrowthFault.Kind.UNSUPPORTED) {
            tellSize(use.claim(), size);
            return;
        }
        if (!isOld) {
            boolean isChanged =
                    Quantity.parse(wanted(use.claim())).compareTo(Quantity.parse(size)) != 0;
            boolean isFinal = isChanged && failed.contains(place);
            failed.add(place);
            boolean infeasible = fault.kind() == GrowthFault.Kind.INFEASIBLE || isFinal;
            tellFailed(use.claim(), String.valueOf(fault.getMessage()), infeasible);
        }
        if (fault.kind() == GrowthFault.Kind.IN_USE) {
            kept.add(place);
            return;
        }
        String named = " for volume \"" + use.volume().name() + "\" : " + fault.getMessage();
        if (!use.isUsed()) {
            throw use.isDevice()
                    ? new VolumeFault(
                            VolumeFault.Telling.DEVICE,
                            "MapVolume.MarkVolumeAsMounted failed while expanding volume" + named)
                    : new VolumeFault(
                            VolumeFault.Telling.SENTENCE,
                            "MountVolume.Setup failed while expanding volume" + named);
        }
        events.record(
                Change.Emit.warning(
                        use.pod(),
                        "VolumeResizeFailed",
                        "NodeExpandVolume.NodeExpandVolume failed" + named));
    }

    private static String wanted(KubeObject claim) {
        return claim.spec().object("resources").object("requests").string("storage", "0");
    }

    /// Forgets what failed for a pod that is gone.
    ///
    /// @param uid of the pod
    public void forget(String uid) {
        kept.removeIf(place -> place.uid().equals(uid));
        failed.removeIf(place -> place.uid().equals(uid));
    }

    private void refuseReadOnly(Use use) {
        String told =
                "MountVolume.NodeExpandVolume failed for volume \""
                        + use.volume().name()
                        + "\" requested read-only file system";
        events.record(Change.Emit.warning(use.pod(), "FileSystemResizeFailed", told));
        events.record(Change.Emit.warning(use.claim(), "FileSystemResizeFailed", told));
    }

    private void tellGrown(Use use, String size) {
        String told =
                "MountVolume.NodeExpandVolume succeeded for volume \""
                        + use.volume().name()
                        + "\" "
                        + nodeName;
        events.record(Change.Emit.normal(use.pod(), "FileSystemResizeSuccessful", told));
        events.record(Change.Emit.normal(use.claim(), "FileSystemResizeSuccessful", told));
        tellSize(use.claim(), size);
    }

    /// The volume has the size now that it is to have.
    private void tellSize(KubeObject claim, String size) {
        List<Json> conditions = new ArrayList<>();
        for (JsonObject each : claim.status().array("conditions").objects()) {
            if (!CONDITIONS.contains(each.string("type"))) {
                conditions.add(each);
            }
        }
        patch(
                claim,
                JsonObject.EMPTY
                        .withAt(Json.of(size), "capacity", "storage")
                        .withAt(JsonNull.NULL, "allocatedResourceStatuses", "storage")
                        .with("conditions", new JsonArray(conditions)));
    }

    private void tellFailed(KubeObject claim, String why, boolean infeasible) {
        List<Json> conditions = new ArrayList<>();
        boolean isTold = false;
        for (JsonObject each : claim.status().array("conditions").objects()) {
            boolean isError = each.string("type").equals(ERROR);
            boolean isTrue = each.string("status").equals("True");
            if (!isError || isTrue) {
                conditions.add(each); // of one failure after another the first stays told
                isTold |= isError;
            }
        }
        if (!isTold) {
            conditions.add(
                    JsonObject.EMPTY
                            .with("type", ERROR)
                            .with("status", "True")
                            .with("lastTransitionTime", ticker.now().toString())
                            .with("message", "failed to expand pvc with " + why));
        }
        JsonObject status = infeasible ? stepOf(INFEASIBLE) : JsonObject.EMPTY;
        patch(claim, status.with("conditions", new JsonArray(conditions)));
    }

    private static JsonObject stepOf(String step) {
        return JsonObject.EMPTY.withAt(Json.of(step), "allocatedResourceStatuses", "storage");
    }

    private void patch(KubeObject claim, JsonObject status) {
        transport.patch(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                claim.key(),
                Patch.merge(JsonObject.of("status", status)),
                WriteOptions.by("kubelet").on("status"));
    }
}
