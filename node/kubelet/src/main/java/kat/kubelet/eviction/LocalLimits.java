package kat.kubelet.eviction;

import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// Whether a pod keeps more on the node's disk than it may; pure.
///
/// **Source:** `localStorageEviction` in `pkg/kubelet/eviction/eviction_manager.go`.
public final class LocalLimits {

    private static final String RESOURCE = "ephemeral-storage";

    private LocalLimits() {}

    /// What a pod has on the node's disk, in bytes.
    ///
    /// @param volumes its volumes of kind emptyDir, by name
    /// @param containers what each container wrote outside of volumes, with its logs
    public record Use(Map<String, Long> volumes, Map<String, Long> containers) {
        public Use {
            volumes = new TreeMap<>(volumes);
            containers = new TreeMap<>(containers);
        }
    }

    /// Whether the pod has any limit, so that its use has to be known.
    public static boolean hasAny(KubeObject pod) {
        return pod.spec().array("volumes").objects().stream()
                        .anyMatch(volume -> sizeLimit(volume).signum() > 0)
                || pod.spec().array("containers").objects().stream()
                        .anyMatch(container -> limit(container).signum() > 0);
    }

    /// The sentence for the limit that is exceeded; empty when none is.
    public static String exceeded(KubeObject pod, Use use) {
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            Quantity limit = sizeLimit(volume);
            String name = volume.string("name");
            if (limit.signum() > 0 && isMore(use.volumes().getOrDefault(name, 0L), limit)) {
                return "Usage of EmptyDir volume \""
                        + name
                        + "\" exceeds the limit \""
                        + limit
                        + "\". ";
            }
        }
        return ofPod(pod, use);
    }

    private static String ofPod(KubeObject pod, Use use) {
        Quantity total = Quantity.ZERO;
        for (JsonObject container : pod.spec().array("containers").objects()) {
            Quantity limit = limit(container);
            total = total.signum() == 0 ? limit : total.plus(limit);
        }
        if (total.signum() > 0 && isMore(onDisk(pod, use), total)) {
            return "Pod ephemeral local storage usage exceeds the total limit of containers "
                    + total
                    + ". ";
        }
        for (JsonObject container : pod.spec().array("containers").objects()) {
            String name = container.string("name");
            Quantity limit = limit(container);
            if (limit.signum() > 0 && isMore(use.containers().getOrDefault(name, 0L), limit)) {
                return "Container "
                        + name
                        + " exceeded its local ephemeral storage limit \""
                        + limit
                        + "\". ";
            }
        }
        return "";
    }

    /// Volumes in memory count as memory.
    private static long onDisk(KubeObject pod, Use use) {
        long sum = use.containers().values().stream().mapToLong(Long::longValue).sum();
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            if (!volume.object("emptyDir").string("medium").equals("Memory")) {
                sum += use.volumes().getOrDefault(volume.string("name"), 0L);
            }
        }
        return sum;
    }

    private static boolean isMore(long bytes, Quantity limit) {
        return bytes > limit.wholeUnits();
    }

    private static Quantity sizeLimit(JsonObject volume) {
        return parse(volume.object("emptyDir").string("sizeLimit"));
    }

    private static Quantity limit(JsonObject container) {
        return parse(container.object("resources").object("limits").string(RESOURCE));
    }

    private static Quantity parse(String text) {
        return text.isEmpty() ? Quantity.ZERO : Quantity.parse(text);
    }
}
