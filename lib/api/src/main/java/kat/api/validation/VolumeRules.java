package kat.api.validation;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kat.api.Quantity;
import kat.api.json.JsonString;

/// The rules for a pod's volumes, and for the sources that PersistentVolumes share with them.
final class VolumeRules {

    private interface Check {
        void run(Node source);
    }

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

    private static final Map<String, Check> CHECKS =
            Map.of(
                    "emptyDir", VolumeRules::emptyDir,
                    "hostPath", VolumeRules::hostPath,
                    "secret", source -> files(source, "secretName"),
                    "configMap", source -> files(source, "name"),
                    "nfs", VolumeRules::nfs,
                    "persistentVolumeClaim", source -> source.child("claimName").requireNotEmpty(),
                    "downwardAPI", VolumeRules::downwardApi,
                    "projected", VolumeRules::projected,
                    "csi", VolumeRules::csi,
                    "ephemeral", VolumeRules::ephemeral);

    private VolumeRules() {}

    /// @return the volumes by name that have no faults
    static Map<String, Node> check(Node volumes) {
        Map<String, Node> found = new HashMap<>();
        for (Node volume : volumes.items()) {
            int before = volume.faultCount();
            source(volume);
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
        }
        return found;
    }

    private static void source(Node volume) {
        int count = 0;
        for (String name : SOURCES) {
            Node source = volume.child(name);
            if (!source.isSet()) {
                continue;
            }
            if (count++ > 0) {
                source.forbidden(Common.ONE_TYPE);
            } else {
                check(name, source);
            }
        }
        if (count == 0) {
            volume.required("must specify a volume type");
        }
    }

    static void check(String name, Node source) {
        Check check = CHECKS.get(name);
        if (check != null) {
            check.run(source);
        }
    }

    private static void emptyDir(Node source) {
        Quantity limit = Common.quantity(source.child("sizeLimit"));
        if (limit != null && limit.compareTo(Quantity.ZERO) < 0) {
            source.child("sizeLimit")
                    .forbidden("SizeLimit field must be a valid resource quantity");
        }
    }

    static void hostPath(Node source) {
        Node path = source.child("path");
        if (path.isEmpty()) {
            path.required();
            return;
        }
        Common.noBacksteps(path);
        Node type = source.child("type");
        if (!type.isEmpty()) {
            type.oneOf(
                    "BlockDevice",
                    "CharDevice",
                    "Directory",
                    "DirectoryOrCreate",
                    "File",
                    "FileOrCreate",
                    "Socket");
        }
    }

    private static void nfs(Node source) {
        source.child("server").requireNotEmpty();
        Node path = source.child("path");
        path.requireNotEmpty();
        if (!path.text().startsWith("/")) {
            path.invalidText(path.text(), "must be an absolute path");
        }
    }

    private static void files(Node source, String nameField) {
        source.child(nameField).requireNotEmpty();
        Common.fileMode(source.child("defaultMode"));
        for (Node item : source.child("items").items()) {
            keyToPath(item);
        }
    }

    private static void keyToPath(Node item) {
        item.child("key").requireNotEmpty();
        Node path = item.child("path");
        path.requireNotEmpty();
        localPath(path);
        Common.fileMode(item.child("mode"));
    }

    private static void localPath(Node path) {
        Common.relativePath(path);
        if (path.text().startsWith("..") && !path.text().startsWith("../")) {
            path.invalid("must not start with '..'");
        }
    }

    private static void downwardApi(Node source) {
        Common.fileMode(source.child("defaultMode"));
        for (Node item : source.child("items").items()) {
            Node path = item.child("path");
            path.requireNotEmpty();
            localPath(path);
            boolean field = item.child("fieldRef").isSet();
            boolean resource = item.child("resourceFieldRef").isSet();
            if (field) {
                EnvironmentRules.fieldRef(item.child("fieldRef"), EnvironmentRules.VOLUME_FIELDS);
                if (resource) {
                    item.invalidText(
                            "resource",
                            "fieldRef and resourceFieldRef can not be specified simultaneously");
                }
            } else if (resource) {
                EnvironmentRules.resourceRef(item.child("resourceFieldRef"), true);
            } else {
                item.required("one of fieldRef and resourceFieldRef is required");
            }
            Common.fileMode(item.child("mode"));
        }
    }

    private static void projected(Node source) {
        Common.fileMode(source.child("defaultMode"));
        for (Node each : source.child("sources").items()) {
            int count = 0;
            for (String name : List.of("secret", "configMap", "downwardAPI")) {
                Node projection = each.child(name);
                if (projection.isSet()) {
                    count++;
                    if (name.equals("downwardAPI")) {
                        downwardApi(projection);
                    } else {
                        files(projection, "name");
                    }
                }
            }
            Node token = each.child("serviceAccountToken");
            if (token.isSet()) {
                count++;
                token(token);
            }
            Node bundle = each.child("clusterTrustBundle");
            Node certificate = each.child("podCertificate");
            count += bundle.isSet() ? 1 : 0;
            count += certificate.isSet() ? 1 : 0;
            if (count > 1) {
                each.forbidden("may not specify more than 1 volume type");
            } else if (count == 0) {
                each.required("must specify a volume type");
            }
        }
    }

    private static void token(Node token) {
        Node seconds = token.child("expirationSeconds");
        if (seconds.isSet() && seconds.integer() < 600) {
            seconds.invalid("may not specify a duration less than 10 minutes");
        }
        if (seconds.integer() > 1L << 32) {
            seconds.invalid("may not specify a duration larger than 2^32 seconds");
        }
        Node path = token.child("path");
        path.requireNotEmpty();
        localPath(path);
    }

    private static void csi(Node source) {
        driverName(source.child("driver"));
    }

    static void driverName(Node driver) {
        if (driver.isEmpty()) {
            driver.required();
        } else {
            Names.dnsSubdomain(driver.text().toLowerCase(Locale.ROOT)).forEach(driver::invalid);
        }
    }

    private static void ephemeral(Node source) {
        Node template = source.child("volumeClaimTemplate");
        if (!template.isSet()) {
            template.required();
        } else {
            StorageRules.claimSpec(template.child("spec"));
        }
    }

    /// How a container mounts the volumes.
    static void mounts(Node container, Map<String, Node> volumes) {
        Node mounts = container.child("volumeMounts");
        Map<String, Node> paths = new HashMap<>();
        List<Node> devices = container.child("volumeDevices").items();
        for (Node mount : mounts.items()) {
            Node name = mount.child("name");
            name.requireNotEmpty();
            if (!volumes.containsKey(name.text())) {
                name.with(new JsonString(name.text())).notFound();
            }
            Node path = mount.child("mountPath");
            path.requireNotEmpty();
            if (paths.putIfAbsent(path.text(), path) != null) {
                path.invalidText(path.text(), "must be unique");
            }
            deviceClash(devices, name, path);
            subPaths(mounts, mount);
            propagation(container, mounts, mount);
        }
        devices(devices, volumes);
    }

    private static void deviceClash(List<Node> devices, Node name, Node path) {
        for (Node device : devices) {
            if (device.child("name").text().equals(name.text())) {
                name.invalid("must not already exist in volumeDevices");
            }
            if (device.child("devicePath").text().equals(path.text())) {
                path.invalid("must not already exist as a path in volumeDevices");
            }
        }
    }

    private static void subPaths(Node mounts, Node mount) {
        Node subPath = mount.child("subPath").at(mounts.path() + ".subPath");
        Node expression = mount.child("subPathExpr").at(mounts.path() + ".subPathExpr");
        if (!subPath.isEmpty()) {
            Common.relativePath(subPath);
        }
        if (!expression.isEmpty()) {
            if (!subPath.isEmpty()) {
                expression.invalid("subPathExpr and subPath are mutually exclusive");
            }
            Common.relativePath(expression);
        }
    }

    private static void propagation(Node container, Node mounts, Node mount) {
        Node mode = mount.child("mountPropagation").at(mounts.path() + ".mountPropagation");
        mode.oneOf("Bidirectional", "HostToContainer", "None");
        boolean privileged = container.child("securityContext").child("privileged").bool();
        if (mode.text().equals("Bidirectional") && !privileged) {
            mode.forbidden(
                    "Bidirectional mount propagation is available only to privileged"
                            + " containers");
        }
    }

    private static void devices(List<Node> devices, Map<String, Node> volumes) {
        Map<String, Node> names = new HashMap<>();
        Map<String, Node> paths = new HashMap<>();
        for (Node device : devices) {
            Node name = device.child("name");
            Node path = device.child("devicePath");
            name.requireNotEmpty();
            if (names.putIfAbsent(name.text(), name) != null) {
                name.invalid("must be unique");
            }
            Node volume = volumes.get(name.text());
            if (volume == null) {
                name.with(new JsonString(name.text())).notFound();
            } else if (!volume.child("persistentVolumeClaim").isSet()
                    && !volume.child("ephemeral").isSet()) {
                name.invalid(
                        "can only use volume source type of PersistentVolumeClaim or"
                                + " Ephemeral for block mode");
            }
            if (path.isEmpty()) {
                path.required();
            }
            if (paths.putIfAbsent(path.text(), path) != null) {
                path.invalid("must be unique");
            }
            Common.noBacksteps(path);
        }
    }
}
