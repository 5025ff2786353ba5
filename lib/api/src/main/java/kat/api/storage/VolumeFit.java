package kat.api.storage;

import java.util.Comparator;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;

/// Whether a PersistentVolume can serve a PersistentVolumeClaim, and which one is taken of several.
///
/// **Source:** `component-helpers/storage/volume/pv_helpers.go`.
public final class VolumeFit {

    /// The one that wastes least comes first; names decide between equals.
    public static final Comparator<KubeObject> SMALLEST_FIRST =
            Comparator.comparing((KubeObject volume) -> Quantity.parse(capacity(volume)))
                    .thenComparing(KubeObject::name);

    private static final String ATTRIBUTES = "volumeAttributesClassName";

    private VolumeFit() {}

    /// Whether size, classes, mode, access modes and labels are what the claim asks for.
    /// Who holds the volume is not looked at.
    public static boolean fits(KubeObject volume, KubeObject claim) {
        JsonObject wanted = claim.spec();
        JsonObject offered = volume.spec();
        String size = wanted.at("resources", "requests").string("storage");
        String capacity = capacity(volume);
        return !size.isEmpty()
                && !capacity.isEmpty()
                && Quantity.parse(capacity).compareTo(Quantity.parse(size)) >= 0
                && offered.string("storageClassName").equals(wanted.string("storageClassName"))
                && offered.string(ATTRIBUTES).equals(wanted.string(ATTRIBUTES))
                && offered.string("volumeMode", "Filesystem")
                        .equals(wanted.string("volumeMode", "Filesystem"))
                && offered.array("accessModes")
                        .strings()
                        .containsAll(wanted.array("accessModes").strings())
                && (!wanted.has("selector")
                        || LabelSelector.parse(wanted.object("selector")).matches(volume.labels()));
    }

    private static String capacity(KubeObject volume) {
        return volume.spec().object("capacity").string("storage");
    }
}
