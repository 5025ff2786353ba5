package kat.api.validation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for a pod's volumes.
final class VolumeRules {

    /// The sources in the order in which they are looked at.
    private static final List<String> SOURCES =
            List.of(
                    "emptyDir",
                    "hostPath",
                    "gitRepo",
                    "gcePersistentDisk",
                    "awsElasticBlockStore",
                    "secret",
                    "nfs",
                    "iscsi",
                    "glusterfs",
                    "flocker",
                    "persistentVolumeClaim",
                    "rbd",
                    "cinder",
                    "cephfs",
                    "quobyte",
                    "downwardAPI",
                    "fc",
                    "flexVolume",
                    "configMap",
                    "azureFile",
                    "vsphereVolume",
                    "photonPersistentDisk",
                    "portworxVolume",
                    "azureDisk",
                    "storageos",
                    "projected",
                    "scaleIO",
                    "csi",
                    "ephemeral",
                    "image");

    private VolumeRules() {}

    /// @param pod its name and whether it is one, no template
    /// @return the volumes by name that have no faults
    static Map<String, Node> check(Node volumes, PodKind pod) {
        if (volumes.isEmpty()) {
            return Map.of();
        }
        Map<String, Node> found = new HashMap<>();
        List<Node> all = volumes.items();
        Set<String> made = madeClaims(all, pod.name());
        for (Node volume : all) {
            int before = volume.faultCount();
            source(volume, pod);
            Node name = volume.child("name");
            if (name.isEmpty()) {
                name.required();
            } else {
                Common.dnsLabel(name);
            }
            if (found.containsKey(name.text())) {
                name.duplicate();
            }
            if (volume.faultCount() == before) {
                found.put(name.text(), volume);
            }
            Node claim = volume.child("persistentVolumeClaim", "claimName");
            if (claim.isSet() && made.contains(claim.text())) {
                claim.invalid("must not reference a PVC that gets created for an ephemeral volume");
            }
        }
        return found;
    }

    private static Set<String> madeClaims(List<Node> volumes, String pod) {
        Set<String> made = new HashSet<>();
        for (Node volume : pod.isEmpty() ? List.<Node>of() : volumes) {
            if (volume.has("ephemeral")) {
                made.add(pod + "-" + volume.child("name").text());
            }
        }
        return made;
    }

    private static void source(Node volume, PodKind pod) {
        int count = 0;
        for (String name : SOURCES) {
            if (!volume.has(name)) {
                continue;
            }
            if (count++ > 0) {
                volume.child(misspelled(name)).forbidden(Common.ONE_TYPE);
            } else {
                check(name, volume.child(name), volume, pod);
            }
        }
        if (count == 0) {
            volume.required("must specify a volume type");
        }
    }

    /// The name under which a further source is refused.
    static String misspelled(String source) {
        return switch (source) {
            case "cephfs" -> "cephFS";
            case "downwardAPI" -> "downwarAPI";
            default -> source;
        };
    }

    private static void check(String name, Node source, Node volume, PodKind pod) {
        switch (name) {
            case "emptyDir" -> emptyDir(source);
            case "gitRepo" -> {
                source.child("repository").requireNotEmpty();
                Common.relativePath(source.child("directory"));
            }
            case "secret" -> ProjectedRules.files(source, "secretName");
            case "configMap" -> ProjectedRules.files(source, "name");
            case "downwardAPI" -> ProjectedRules.downwardApi(source);
            case "projected" -> ProjectedRules.projected(source);
            case "iscsi" -> SourceRules.iscsi(source, volume.child("name"), false);
            case "cinder" -> SourceRules.cinder(source, false);
            case "storageos" -> SourceRules.storageOs(source, false);
            case "csi" -> SourceRules.csi(source);
            case "ephemeral" -> ephemeral(source, volume, pod.name());
            case "image" -> {
                if (pod.isPod()) {
                    source.child("reference").requireNotEmpty();
                }
                source.child("pullPolicy").requireOneOf("Always", "IfNotPresent", "Never");
            }
            default -> SourceRules.check(name, source);
        }
    }

    private static void emptyDir(Node source) {
        Quantity limit = Common.quantity(source.child("sizeLimit"));
        if (limit != null && limit.compareTo(Quantity.ZERO) < 0) {
            source.child("sizeLimit")
                    .forbidden("SizeLimit field must be a valid resource quantity");
        }
    }

    private static void ephemeral(Node source, Node volume, String pod) {
        Node template = source.child("volumeClaimTemplate");
        if (!template.isSet()) {
            template.required();
        } else {
            Node metadata = template.child("metadata");
            MetadataRules.annotations(metadata.child("annotations"));
            MetadataRules.labels(metadata.child("labels"));
            for (String field : metadata.object().names()) {
                if (isExtra(field, metadata.object())) {
                    metadata.child(field).forbidden("cannot be set");
                }
            }
            ClaimRules.spec(template.child("spec"));
        }
        Node name = volume.child("name");
        if (!pod.isEmpty() && !name.isEmpty()) {
            String claim = pod + "-" + name.text();
            for (String fault : Names.dnsSubdomain(claim)) {
                name.invalid("PVC name \"" + claim + "\": " + fault);
            }
        }
    }

    private static boolean isExtra(String field, JsonObject metadata) {
        return !field.equals("annotations") && !field.equals("labels") && metadata.has(field);
    }
}
