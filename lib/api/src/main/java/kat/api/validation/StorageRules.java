package kat.api.validation;

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

    private static final Set<String> MODES =
            Set.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod");

    private StorageRules() {}

    static void volume(Node volume) {
        Node spec = volume.child("spec");
        if (spec.child("accessModes").isEmpty()) {
            spec.child("accessModes").required();
        }
        accessModes(spec.child("accessModes"));
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
        source(spec, affinity.isSet());
        if (spec.child("hostPath", "path").text().equals("/") && reclaim.text().equals("Recycle")) {
            reclaim.forbidden("may not be 'recycle' for a hostPath mount of '/'");
        }
        Node storageClass = spec.child("storageClassName");
        if (!storageClass.isEmpty()) {
            Common.dnsSubdomain(storageClass);
        }
        spec.child("volumeMode").oneOf("Block", "Filesystem");
    }

    private static void capacity(Node capacity) {
        if (capacity.isEmpty()) {
            capacity.required();
        }
        if (!capacity.has("storage") || capacity.object().size() > 1) {
            capacity.unsupported(capacity.object(), List.of("storage"));
        }
        for (Node amount : capacity.entries()) {
            Common.resourceName(amount, amount.name());
            Common.positive(amount);
        }
    }

    private static void source(Node spec, boolean placed) {
        int count = 0;
        for (String name : SOURCES) {
            Node source = spec.child(name);
            if (!source.isSet()) {
                continue;
            }
            if (count++ > 0) {
                source.forbidden(Common.ONE_TYPE);
                continue;
            }
            switch (name) {
                case "local" -> local(source, spec, placed);
                case "csi" -> {
                    VolumeRules.driverName(source.child("driver"));
                    source.child("volumeHandle").requireNotEmpty();
                }
                default -> VolumeRules.check(name, source);
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

    private static void accessModes(Node modes) {
        boolean single = false;
        for (Node mode : modes.items()) {
            if (!MODES.contains(mode.text())) {
                modes.unsupported(mode.json(), MODES.stream().sorted().toList());
            }
            single |= mode.text().equals("ReadWriteOncePod");
        }
        if (single && modes.list().size() > 1) {
            modes.forbidden("may not use ReadWriteOncePod with other access modes");
        }
    }

    static void claim(Node claim) {
        claimSpec(claim.child("spec"));
    }

    static void claimSpec(Node spec) {
        Node modes = spec.child("accessModes");
        if (modes.isEmpty()) {
            modes.required("at least 1 access mode is required");
        }
        Common.labelSelector(spec.child("selector"));
        accessModes(modes);
        Node requests = spec.child("resources", "requests");
        if (requests.has("storage")) {
            Node storage = requests.child("storage").at(spec.path() + ".resources[storage]");
            Common.notNegative(storage);
            Common.positive(storage);
        } else {
            requests.at(spec.path() + ".resources[storage]").required();
        }
        Node storageClass = spec.child("storageClassName");
        if (!storageClass.isEmpty()) {
            Common.dnsSubdomain(storageClass);
        }
        spec.child("volumeMode").oneOf("Block", "Filesystem");
        dataSource(spec.child("dataSource"));
        dataSource(spec.child("dataSourceRef"));
    }

    private static void dataSource(Node source) {
        if (!source.isSet()) {
            return;
        }
        source.child("name").requireNotEmpty();
        source.child("kind").requireNotEmpty();
        boolean core = source.child("apiGroup").isEmpty();
        if (core && !source.child("kind").text().equals("PersistentVolumeClaim")) {
            source.invalid("must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
    }

    static void claimUpdate(Node claim, JsonObject before) {
        claim(claim);
        JsonObject old = before.object("spec");
        JsonObject spec = claim.child("spec").object();
        boolean bound = old.string("volumeName").isEmpty();
        JsonObject same = spec.with("resources", old.object("resources"));
        if (bound && spec.has("volumeName")) {
            same = same.without("volumeName");
        }
        Json attributes = old.get("volumeAttributesClassName");
        same =
                attributes == null
                        ? same.without("volumeAttributesClassName")
                        : same.with("volumeAttributesClassName", attributes);
        if (!same.equals(old.with("resources", old.object("resources")))) {
            claim.child("spec")
                    .forbidden(
                            "spec is immutable after creation except resources.requests and"
                                    + " volumeAttributesClassName for bound claims\n");
        }
        Quantity now =
                Common.quantity(claim.child("spec", "resources", "requests").child("storage"));
        Quantity then = Common.parsed(old.object("resources").object("requests").string("storage"));
        if (now != null && then != null && now.compareTo(then) < 0) {
            claim.child("spec", "resources", "requests", "storage")
                    .forbidden("field can not be less than status.capacity");
        }
    }

    static void volumeUpdate(Node volume, JsonObject before) {
        volume(volume);
        JsonObject spec = volume.child("spec").object();
        JsonObject old = before.object("spec");
        boolean changed = false;
        for (String source : SOURCES) {
            changed |= !spec.object(source).equals(old.object(source));
        }
        if (changed) {
            volume.child("spec.persistentvolumesource")
                    .forbidden("spec.persistentvolumesource is immutable after creation\n");
        }
        if (!spec.string("volumeMode").equals(old.string("volumeMode"))) {
            volume.child("volumeMode")
                    .with(Json.of(spec.string("volumeMode")))
                    .invalid("field is immutable");
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
            VolumeRules.driverName(driver.child("name"));
            driver.child("nodeID").requireNotEmpty();
        }
    }

    static void attachment(Node attachment) {
        Node spec = attachment.child("spec");
        VolumeRules.driverName(spec.child("attacher"));
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
