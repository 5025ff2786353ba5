package kat.api.validation;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The rules for PersistentVolumes, their claims, and storage classes.
final class StorageRules {

    private static final List<String> SOURCES =
            List.of(
                    "hostPath",
                    "gcePersistentDisk",
                    "awsElasticBlockStore",
                    "glusterfs",
                    "flocker",
                    "nfs",
                    "rbd",
                    "quobyte",
                    "cephfs",
                    "iscsi",
                    "cinder",
                    "fc",
                    "flexVolume",
                    "azureFile",
                    "vsphereVolume",
                    "photonPersistentDisk",
                    "portworxVolume",
                    "azureDisk",
                    "scaleIO",
                    "local",
                    "storageos",
                    "csi");

    private StorageRules() {}

    static void volume(Node volume) {
        Node spec = volume.child("spec");
        if (spec.child("accessModes").isEmpty()) {
            spec.child("accessModes").required();
        }
        ClaimRules.accessModes(spec.child("accessModes"));
        capacity(spec.child("capacity"));
        Node reclaim = spec.child("persistentVolumeReclaimPolicy");
        if (!reclaim.isEmpty()) {
            reclaim.oneOf("Delete", "Recycle", "Retain");
        }
        Node affinity = spec.child("nodeAffinity");
        if (affinity.isSet()) {
            if (affinity.has("required")) {
                PlacementRules.nodeSelector(affinity.child("required"));
            } else {
                affinity.child("required").required("must specify required node constraints");
            }
        }
        source(spec, volume.child("metadata", "name"), affinity.isSet());
        if (isRoot(spec.child("hostPath", "path").text()) && reclaim.text().equals("Recycle")) {
            reclaim.forbidden("may not be 'recycle' for a hostPath mount of '/'");
        }
        Node storageClass = spec.child("storageClassName");
        if (!storageClass.isEmpty()) {
            Common.dnsSubdomain(storageClass);
        }
        spec.child("volumeMode").oneOf("Block", "Filesystem");
        Node attributes = spec.child("volumeAttributesClassName");
        if (attributes.isSet()) {
            if (attributes.isEmpty()) {
                attributes.required("an empty string is disallowed");
            } else {
                Common.dnsSubdomain(attributes);
            }
            if (!spec.has("csi")) {
                spec.child("csi")
                        .required("has to be specified when using volumeAttributesClassName");
            }
        }
    }

    private static boolean isRoot(String path) {
        return path.startsWith("/") && Path.of(path).normalize().toString().equals("/");
    }

    private static void capacity(Node capacity) {
        if (capacity.isEmpty()) {
            capacity.required();
        }
        if (!capacity.has("storage") || capacity.object().size() > 1) {
            capacity.unsupported(capacity.object(), List.of("storage"));
        }
        for (Node amount : capacity.entries()) {
            Quantity size = Common.quantity(amount);
            if (size != null && size.signum() < 0) {
                amount.invalid(Json.of(size.wholeUnits()), "must be a valid resource quantity");
            }
            Common.positive(amount);
        }
    }

    private static void source(Node spec, Node name, boolean placed) {
        int count = 0;
        for (String source : SOURCES) {
            if (!spec.has(source)) {
                continue;
            }
            // one further source of this kind goes unnoticed
            if (count++ > 0 && !source.equals("flexVolume")) {
                spec.child(VolumeRules.misspelled(source)).forbidden(Common.ONE_TYPE);
                continue;
            }
            Node found = spec.child(source);
            switch (source) {
                case "local" -> local(found, spec, placed);
                case "iscsi" -> SourceRules.iscsi(found, name, true);
                default -> SourceRules.persistent(source, found);
            }
        }
        if (count == 0) {
            spec.required("must specify a volume type");
        }
    }

    private static void local(Node source, Node spec, boolean placed) {
        Node path = source.child("path");
        if (path.isEmpty()) {
            path.required();
        } else {
            Common.noBacksteps(path);
        }
        if (!placed) {
            spec.child("nodeAffinity").required("Local volume requires node affinity");
        }
    }

    static void volumeUpdate(Node volume, JsonObject before) {
        volume(volume);
        JsonObject spec = volume.child("spec").object();
        JsonObject old = before.object("spec");
        boolean changed = false;
        for (String source : SOURCES) {
            JsonObject now = spec.object(source);
            boolean expands =
                    source.equals("csi") && !old.object(source).has("controllerExpandSecretRef");
            changed |=
                    !(expands ? now.without("controllerExpandSecretRef") : now)
                            .equals(old.object(source));
        }
        if (changed) {
            volume.child("spec", "persistentvolumesource")
                    .forbidden("spec.persistentvolumesource is immutable after creation\n");
        }
        volume.child("volumeMode").with(spec.get("volumeMode")).immutable(old.get("volumeMode"));
        Json affinity = old.get("nodeAffinity");
        if (affinity != null && !affinity.equals(spec.get("nodeAffinity"))) {
            volume.child("nodeAffinity")
                    .with(spec.get("nodeAffinity"))
                    .invalid("field is immutable, except for updating from beta label to GA");
        }
        if (old.has("volumeAttributesClassName") && !spec.has("volumeAttributesClassName")) {
            volume.child("spec", "volumeAttributesClassName")
                    .forbidden("update from non-nil value to nil is forbidden");
        }
    }

    static void storageClass(Node storageClass) {
        Node provisioner = storageClass.child("provisioner");
        if (provisioner.isEmpty()) {
            provisioner.required();
        } else {
            Names.qualifiedName(provisioner.text().toLowerCase(Locale.ROOT))
                    .forEach(provisioner::invalid);
        }
        Node parameters = storageClass.child("parameters");
        if (parameters.object().size() > 512) {
            parameters.tooLong(512);
        }
        for (Node parameter : parameters.entries()) {
            if (parameter.name().isEmpty()) {
                parameters.invalidText("", "field can not be empty.");
            }
        }
        Node reclaim = storageClass.child("reclaimPolicy");
        if (!reclaim.isEmpty()) {
            reclaim.oneOf("Delete", "Retain");
        }
        Node binding = storageClass.child("volumeBindingMode");
        if (!binding.isSet()) {
            binding.required();
        } else {
            binding.oneOf("Immediate", "WaitForFirstConsumer");
        }
    }

    static void storageClassUpdate(Node after, JsonObject before) {
        for (String field : List.of("parameters", "provisioner", "reclaimPolicy")) {
            Json old = before.get(field);
            boolean same =
                    after.child(field).isEmpty()
                            ? old == null || old.equals(JsonObject.EMPTY)
                            : after.child(field).json().equals(old);
            if (!same) {
                after.child(field).forbidden("updates to " + field + " are forbidden.");
            }
        }
        after.child("volumeBindingMode").immutable(before.get("volumeBindingMode"));
    }

    static void csiDriver(Node driver) {
        Node modes = driver.child("spec", "volumeLifecycleModes");
        for (Node mode : modes.items()) {
            if (!Set.of("Persistent", "Ephemeral").contains(mode.text())) {
                modes.unsupported(mode.json(), List.of("Persistent", "Ephemeral"));
            }
        }
        driver.child("spec", "fsGroupPolicy").oneOf("File", "None", "ReadWriteOnceWithFSType");
    }

    static void csiNode(Node node) {
        for (Node driver : node.child("spec", "drivers").items()) {
            SourceRules.driverName(driver.child("name"));
            driver.child("nodeID").requireNotEmpty();
        }
    }

    static void attachment(Node attachment) {
        Node spec = attachment.child("spec");
        SourceRules.driverName(spec.child("attacher"));
        boolean named = !spec.child("source", "persistentVolumeName").isEmpty();
        boolean inline = spec.child("source").has("inlineVolumeSpec");
        if (!named && !inline) {
            spec.child("source")
                    .required(
                            "must specify exactly one of inlineVolumeSpec and"
                                    + " persistentVolumeName");
        } else if (named && inline) {
            spec.child("source")
                    .invalid(
                            "must specify exactly one of inlineVolumeSpec and"
                                    + " persistentVolumeName");
        }
        Common.dnsSubdomain(spec.child("nodeName").with(Json.of(spec.child("nodeName").text())));
    }
}
