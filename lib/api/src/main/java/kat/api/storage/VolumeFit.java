package kat.api.storage;

import java.util.Comparator;
import java.util.List;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import org.jspecify.annotations.Nullable;

/// Whether a PersistentVolume can serve a PersistentVolumeClaim, and which one is taken of several.
///
/// **Source:** `component-helpers/storage/volume/pv_helpers.go`.
public final class VolumeFit {

    /// The one that wastes least comes first; names decide between equals.
    public static final Comparator<KubeObject> SMALLEST_FIRST =
            Comparator.comparing((KubeObject volume) -> Quantity.parse(capacity(volume)))
                    .thenComparing(KubeObject::name);

    private static final String CLASS = "storageClassName";
    private static final String CLASS_IN_BETA = "volume.beta.kubernetes.io/storage-class";
    private static final String MODE = "volumeMode";
    private static final String ATTRIBUTES = "volumeAttributesClassName";

    private VolumeFit() {}

    /// The storage class of a volume or claim; empty for none. The annotation of old decides
    /// where there is one, also an empty one.
    ///
    /// **Source:** `component-helpers/storage/volume/helpers.go`.
    public static String classOf(JsonObject object) {
        JsonObject annotations = object.at("metadata", "annotations");
        return annotations.has(CLASS_IN_BETA)
                ? annotations.string(CLASS_IN_BETA)
                : object.object("spec").string(CLASS);
    }

    /// Whether size, classes, mode, access modes and labels are what the claim asks for.
    /// Who holds the volume is not looked at.
    public static boolean fits(KubeObject volume, KubeObject claim) {
        JsonObject wanted = claim.spec();
        return wanted.at("resources", "requests").has("storage")
                && volume.spec().object("capacity").has("storage")
                && misfit(volume, claim) == null
                && (!wanted.has("selector")
                        || LabelSelector.parse(wanted.object("selector")).matches(volume.labels()));
    }

    /// Whether a volume that is kept for the claim can serve it: class, access modes and labels
    /// are the business of who keeps it.
    public static boolean fitsReserved(KubeObject volume, KubeObject claim) {
        return !volume.isDeleting()
                && isLargeEnough(volume, claim)
                && sameAttributes(volume, claim)
                && sameMode(volume, claim);
    }

    /// Why a volume cannot serve a claim that names it, in Kubernetes' words; null when it can.
    /// Labels are not looked at.
    public static @Nullable String misfit(KubeObject volume, KubeObject claim) {
        if (volume.isDeleting()) {
            return "the volume is marked for deletion \"" + volume.name() + "\"";
        }
        if (!isLargeEnough(volume, claim)) {
            return "requested PV is too small";
        }
        if (!classOf(volume.tree()).equals(classOf(claim.tree()))) {
            return "storageClassName does not match";
        }
        if (!sameAttributes(volume, claim)) {
            return "volumeAttributesClassName does not match";
        }
        if (!sameMode(volume, claim)) {
            return "incompatible volumeMode";
        }
        List<String> offered = volume.spec().array("accessModes").strings();
        return offered.containsAll(claim.spec().array("accessModes").strings())
                ? null
                : "incompatible accessMode";
    }

    private static boolean isLargeEnough(KubeObject volume, KubeObject claim) {
        String size = claim.spec().at("resources", "requests").string("storage", "0");
        String capacity = capacity(volume);
        return Quantity.parse(capacity.isEmpty() ? "0" : capacity).compareTo(Quantity.parse(size))
                >= 0;
    }

    private static boolean sameAttributes(KubeObject volume, KubeObject claim) {
        return volume.spec().string(ATTRIBUTES).equals(claim.spec().string(ATTRIBUTES));
    }

    private static boolean sameMode(KubeObject volume, KubeObject claim) {
        return volume.spec()
                .string(MODE, "Filesystem")
                .equals(claim.spec().string(MODE, "Filesystem"));
    }

    private static String capacity(KubeObject volume) {
        return volume.spec().object("capacity").string("storage");
    }
}
