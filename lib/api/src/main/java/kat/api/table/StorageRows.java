package kat.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonObject;
import kat.api.storage.VolumeFit;
import kat.api.table.Rows.Printer;

/// Volumes, claims, classes and drivers.
final class StorageRows {

    private static final List<String> DEFAULT_CLASS =
            List.of(
                    "storageclass.kubernetes.io/is-default-class",
                    "storageclass.beta.kubernetes.io/is-default-class");

    private StorageRows() {}

    static void addTo(Map<String, Printer> printers) {
        printers.put("v1 PersistentVolume", StorageRows::volume);
        printers.put("v1 PersistentVolumeClaim", StorageRows::claim);
        printers.put("storage.k8s.io/v1 StorageClass", StorageRows::storageClass);
        printers.put("storage.k8s.io/v1 CSIDriver", StorageRows::driver);
        printers.put("storage.k8s.io/v1 CSINode", StorageRows::node);
        printers.put("storage.k8s.io/v1 VolumeAttachment", StorageRows::attachment);
        printers.put("storage.k8s.io/v1 VolumeAttributesClass", StorageRows::attributesClass);
    }

    private static void volume(JsonObject volume, Cells cells) {
        JsonObject spec = volume.object("spec");
        JsonObject claim = spec.object("claimRef");
        boolean claimed = spec.has("claimRef");
        cells.name()
                .text(spec.object("capacity").string("storage", "0"))
                .text(modes(spec))
                .text(spec.string("persistentVolumeReclaimPolicy"))
                .text(phase(volume))
                .text(claimed ? claim.string("namespace") + "/" + claim.string("name") : "")
                .text(VolumeFit.classOf(volume))
                .text(spec.string("volumeAttributesClassName"), Cells.UNSET)
                .text(volume.object("status").string("reason"))
                .age()
                .text(spec.string("volumeMode"), Cells.UNSET);
    }

    private static void claim(JsonObject claim, Cells cells) {
        JsonObject spec = claim.object("spec");
        JsonObject status = claim.object("status");
        String volume = spec.string("volumeName");
        boolean bound = !volume.isEmpty();
        cells.name()
                .text(phase(claim))
                .text(volume)
                .text(bound ? status.object("capacity").string("storage", "0") : "")
                .text(bound ? modes(status) : "")
                .text(VolumeFit.classOf(claim))
                .text(spec.string("volumeAttributesClassName"), Cells.UNSET)
                .age()
                .text(spec.string("volumeMode"), Cells.UNSET);
    }

    private static String phase(JsonObject object) {
        boolean deleting = object.object("metadata").has("deletionTimestamp");
        return deleting ? "Terminating" : object.object("status").string("phase");
    }

    private static String modes(JsonObject holder) {
        List<String> given = holder.array("accessModes").strings();
        List<String> shown = new ArrayList<>();
        String[][] names = {
            {"ReadWriteOnce", "RWO"},
            {"ReadOnlyMany", "ROX"},
            {"ReadWriteMany", "RWX"},
            {"ReadWriteOncePod", "RWOP"}
        };
        for (String[] name : names) {
            if (given.contains(name[0])) {
                shown.add(name[1]);
            }
        }
        return String.join(",", shown);
    }

    private static void storageClass(JsonObject storage, Cells cells) {
        JsonObject metadata = storage.object("metadata");
        JsonObject annotations = metadata.object("annotations");
        boolean chosen =
                DEFAULT_CLASS.stream().anyMatch(name -> annotations.string(name).equals("true"));
        cells.text(metadata.string("name") + (chosen ? " (default)" : ""))
                .text(storage.string("provisioner"))
                .text(storage.string("reclaimPolicy", "Delete"))
                .text(storage.string("volumeBindingMode", "Immediate"))
                .bool(storage.bool("allowVolumeExpansion"))
                .age();
    }

    private static void driver(JsonObject driver, Cells cells) {
        JsonObject spec = driver.object("spec");
        List<String> modes = spec.array("volumeLifecycleModes").strings();
        List<String> audiences = new ArrayList<>();
        spec.array("tokenRequests").objects().forEach(one -> audiences.add(one.string("audience")));
        cells.name()
                .bool(spec.bool("attachRequired", true))
                .bool(spec.bool("podInfoOnMount"))
                .bool(spec.bool("storageCapacity"))
                .text(audiences.isEmpty() ? Cells.UNSET : String.join(",", audiences))
                .bool(spec.bool("requiresRepublish"))
                .text(String.join(",", modes), Cells.NONE)
                .age();
    }

    private static void node(JsonObject node, Cells cells) {
        cells.name().number(node.object("spec").array("drivers").size()).age();
    }

    private static void attachment(JsonObject attachment, Cells cells) {
        JsonObject spec = attachment.object("spec");
        cells.name()
                .text(spec.string("attacher"))
                .text(spec.object("source").string("persistentVolumeName"))
                .text(spec.string("nodeName"))
                .bool(attachment.object("status").bool("attached"))
                .age();
    }

    private static void attributesClass(JsonObject attributes, Cells cells) {
        cells.name().text(attributes.string("driverName")).age();
    }
}
