package kat.api.validation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

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

    private static final String INLINE = "may not be specified in the context of inline volumes";

    private static final int MAX_PARAMETERS = 512;
    private static final int MAX_PARAMETER_BYTES = 256 * 1024;
    private static final int MAX_NODE_ID = 192;
    private static final int LEAST_UPDATE_SECONDS = 10;
    private static final int LEAST_TOKEN_SECONDS = 600;
    private static final long MOST_TOKEN_SECONDS = 1L << 32;

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

    /// What an attachment may say of a volume for which there is no object.
    private static void inlineVolume(Node spec) {
        for (String field : List.of("claimRef", "capacity")) {
            if (!spec.child(field).isEmpty() || (field.equals("claimRef") && spec.has(field))) {
                spec.child(field).forbidden(INLINE);
            }
        }
        if (!spec.has("csi")) {
            spec.child("csi").required("has to be specified in the context of inline volumes");
        }
        if (spec.child("accessModes").isEmpty()) {
            spec.child("accessModes").required();
        }
        ClaimRules.accessModes(spec.child("accessModes"));
        Node reclaim = spec.child("persistentVolumeReclaimPolicy");
        if (!reclaim.isEmpty() && !reclaim.text().equals("Retain")) {
            reclaim.forbidden("may only be Retain in the context of inline volumes");
        }
        if (spec.has("nodeAffinity")) {
            spec.child("nodeAffinity").forbidden(INLINE);
        }
        source(spec, spec.with(Json.of("")), false);
        if (!spec.child("storageClassName").isEmpty()) {
            spec.child("storageClassName").forbidden(INLINE);
        }
        Node mode = spec.child("volumeMode");
        if (mode.isSet() && !mode.text().equals("Filesystem")) {
            mode.forbidden(
                    "may not specify volumeMode other than Filesystem in the context of inline"
                            + " volumes");
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
            capacity.unsupported(capacity.json(), List.of("storage"));
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
        driver(storageClass.child("provisioner"));
        parameters(storageClass.child("parameters"));
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
        topologies(storageClass.child("allowedTopologies"));
    }

    private static void driver(Node name) {
        if (name.isEmpty()) {
            name.required();
        } else {
            String lower = name.text().toLowerCase(Locale.ROOT);
            Names.qualifiedName(lower).forEach(fault -> name.invalidText(lower, fault));
        }
    }

    private static void parameters(Node parameters) {
        if (parameters.object().size() > MAX_PARAMETERS) {
            parameters.tooLong(MAX_PARAMETERS);
        }
        int bytes = 0;
        for (Node parameter : parameters.entries()) {
            if (parameter.name().isEmpty()) {
                parameters.invalidText("", "field can not be empty.");
            }
            bytes += Names.bytes(parameter.name()) + Names.bytes(parameter.text());
        }
        if (bytes > MAX_PARAMETER_BYTES) {
            parameters.tooLong(MAX_PARAMETER_BYTES);
        }
    }

    private static void topologies(Node topologies) {
        // Kubernetes begins with as many empty terms as there are terms
        List<Map<String, Set<String>>> seen =
                new ArrayList<>(Collections.nCopies(topologies.list().size(), Map.of()));
        for (Node term : topologies.items()) {
            Map<String, Set<String>> keys = new HashMap<>();
            for (Node each : term.child("matchLabelExpressions").items()) {
                Node values = each.child("values");
                values.requireNotEmpty();
                Set<String> texts = new HashSet<>();
                for (Node value : values.items()) {
                    if (!texts.add(value.text())) {
                        value.duplicate();
                    }
                }
                Node key = each.child("key");
                Common.qualifiedName(key.with(Json.of(key.text())));
                if (keys.put(key.text(), texts) != null) {
                    key.duplicate();
                }
            }
            for (int same = Collections.frequency(seen, keys); same > 0; same--) {
                term.child("matchLabelExpressions").duplicate(Json.of(""));
            }
            seen.add(keys);
        }
    }

    static void storageClassUpdate(Node after, JsonObject before) {
        for (String field :
                List.of("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")) {
            Json old = before.get(field);
            boolean none = old == null || old.equals(JsonObject.EMPTY);
            boolean same =
                    after.child(field).isEmpty() ? none : after.child(field).json().equals(old);
            if (!same) {
                after.child(field).invalid("field is immutable");
            }
        }
    }

    static void attributesClass(Node attributes) {
        driver(attributes.child("driverName"));
        Node parameters = attributes.child("parameters");
        parameters(parameters);
        if (parameters.isEmpty()) {
            parameters.required("must contain at least one key/value pair");
        }
    }

    static void attributesClassUpdate(Node after, JsonObject before) {
        if (!after.child("driverName").text().equals(before.string("driverName"))) {
            after.child("driverName").forbidden("updates to driverName are forbidden.");
        }
        if (!after.child("parameters").object().equals(before.object("parameters"))) {
            after.child("parameters").forbidden("updates to parameters are forbidden.");
        }
    }

    static void storageCapacity(Node capacity) {
        Common.labelSelector(capacity.child("nodeTopology"));
        Node name = capacity.child("storageClassName");
        Names.dnsSubdomain(name.text()).forEach(fault -> name.invalidText(name.text(), fault));
        if (capacity.has("capacity")) {
            Common.notNegative(capacity.child("capacity"));
        }
    }

    static void storageCapacityUpdate(Node after, JsonObject before) {
        after.child("nodeTopology").immutable(before.get("nodeTopology"));
        after.child("storageClassName").immutableText(before.get("storageClassName"));
    }

    static void csiDriver(Node driver) {
        Node spec = driver.child("spec");
        if (!spec.has("attachRequired")) {
            spec.child("attachedRequired").required();
        }
        for (String field : List.of("podInfoOnMount", "storageCapacity")) {
            if (!spec.has(field)) {
                spec.child(field).required();
            }
        }
        spec.child("fsGroupPolicy").oneOf("File", "None", "ReadWriteOnceWithFSType");
        tokens(spec.child("tokenRequests"));
        Node modes = spec.child("volumeLifecycleModes");
        for (Node mode : modes.items()) {
            if (!Set.of("Persistent", "Ephemeral").contains(mode.text())) {
                modes.unsupported(mode.json(), List.of("Persistent", "Ephemeral"));
            }
        }
        if (!spec.has("seLinuxMount")) {
            spec.child("seLinuxMount").required();
        }
        Node period = spec.child("nodeAllocatableUpdatePeriodSeconds");
        if (period.isSet() && period.integer() < LEAST_UPDATE_SECONDS) {
            period.invalid("must be greater than or equal to " + LEAST_UPDATE_SECONDS + " seconds");
        }
        Node inSecrets = spec.child("serviceAccountTokenInSecrets");
        if (inSecrets.isSet() && spec.child("tokenRequests").isEmpty()) {
            inSecrets.invalid(
                    "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
        }
    }

    private static void tokens(Node requests) {
        Set<String> audiences = new HashSet<>();
        for (Node request : requests.items()) {
            Node audience = request.child("audience");
            if (!audiences.add(audience.text())) {
                audience.duplicate(Json.of(audience.text()));
                continue;
            }
            Node seconds = request.child("expirationSeconds");
            if (seconds.isSet() && seconds.integer() < LEAST_TOKEN_SECONDS) {
                seconds.invalid("may not specify a duration less than 10 minutes");
            }
            if (seconds.integer() > MOST_TOKEN_SECONDS) {
                seconds.invalid("may not specify a duration larger than 2^32 seconds");
            }
        }
    }

    static void csiDriverUpdate(Node driver, JsonObject before) {
        csiDriver(driver);
        Node spec = driver.child("spec");
        JsonObject old = before.object("spec");
        spec.child("attachedRequired")
                .with(spec.child("attachRequired").json())
                .immutable(old.get("attachRequired"));
        spec.child("volumeLifecycleModes").immutable(old.get("volumeLifecycleModes"));
    }

    static void csiNode(Node node) {
        Set<String> names = new HashSet<>();
        for (Node driver : node.child("spec", "drivers").items()) {
            SourceRules.driverName(driver.child("name"));
            Node identity = driver.child("nodeID");
            identity.requireNotEmpty();
            if (identity.bytes() > MAX_NODE_ID) {
                identity.invalid("must be " + MAX_NODE_ID + " characters or less");
            }
            driver.child("allocatable", "count").notNegative();
            if (!names.add(driver.child("name").text())) {
                driver.child("name").duplicate();
            }
            Set<String> keys = new HashSet<>();
            for (String key : driver.child("topologyKeys").list().strings()) {
                if (key.isEmpty()) {
                    driver.required();
                }
                if (!keys.add(key)) {
                    driver.duplicate(Json.of(key));
                }
                Names.qualifiedName(key).forEach(fault -> driver.invalidText(key, fault));
            }
        }
    }

    /// A driver that a node has stays as it is, but for how many volumes it takes.
    static void csiNodeUpdate(Node node, JsonObject before) {
        csiNode(node);
        Node drivers = node.child("spec", "drivers");
        for (JsonObject old : before.object("spec").array("drivers").objects()) {
            for (JsonObject now : drivers.list().objects()) {
                boolean same = old.string("name").equals(now.string("name"));
                if (same && !old.without("allocatable").equals(now.without("allocatable"))) {
                    drivers.with(now.without("allocatable")).invalid("field is immutable");
                }
            }
        }
    }

    static void attachment(Node attachment) {
        Node spec = attachment.child("spec");
        SourceRules.driverName(spec.child("attacher"));
        Node source = spec.child("source");
        Node name = source.child("persistentVolumeName");
        boolean inline = source.has("inlineVolumeSpec");
        String exactly = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
        if (!name.isSet() && !inline) {
            source.required(exactly);
        } else if (name.isSet() && inline) {
            source.forbidden(exactly);
        } else if (name.isSet() && name.isEmpty()) {
            name.required("must specify non empty persistentVolumeName");
        } else if (inline) {
            inlineVolume(source.child("inlineVolumeSpec"));
        }
        Common.dnsSubdomain(spec.child("nodeName").with(Json.of(spec.child("nodeName").text())));
        if (name.isSet()) {
            Names.dnsSubdomain(name.text()).forEach(fault -> name.invalidText(name.text(), fault));
        }
    }

    static void attachmentUpdate(Node attachment, JsonObject before) {
        attachment(attachment);
        attachment.child("spec").immutable(before.get("spec"));
    }
}
