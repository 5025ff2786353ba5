package kat.api.validation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.JsonString;

/// The rules for how a container mounts its pod's volumes.
final class MountRules {

    private MountRules() {}

    /// @param volumes of the pod by name
    static void check(Node container, Map<String, Node> volumes) {
        Node mounts = container.child("volumeMounts");
        Node devices = container.child("volumeDevices");
        if (mounts.isEmpty() && devices.isEmpty()) {
            return;
        }
        Map<String, String> mountPaths = byName(mounts, "mountPath");
        Map<String, String> devicePaths = byName(devices, "devicePath");
        mounts(container, mounts, devicePaths, volumes);
        devices(devices, mountPaths, volumes);
    }

    private static Map<String, String> byName(Node list, String path) {
        Map<String, String> paths = new HashMap<>();
        for (Node each : list.items()) {
            paths.put(each.child("name").text(), each.child(path).text());
        }
        return paths;
    }

    private static void mounts(
            Node container,
            Node mounts,
            Map<String, String> devicePaths,
            Map<String, Node> volumes) {
        Set<String> paths = new HashSet<>();
        for (Node mount : mounts.items()) {
            Node name = mount.child("name");
            name.requireNotEmpty();
            if (!volumes.containsKey(name.text())) {
                name.with(new JsonString(name.text())).notFound();
            }
            Node path = mount.child("mountPath");
            path.requireNotEmpty();
            if (!paths.add(path.text())) {
                path.invalidText(path.text(), "must be unique");
            }
            if (devicePaths.containsKey(name.text())) {
                name.invalid("must not already exist in volumeDevices");
            }
            if (devicePaths.containsValue(path.text())) {
                path.invalid("must not already exist as a path in volumeDevices");
            }
            subPaths(mounts, mount);
            propagation(container, mounts, mount);
            recursiveReadOnly(mounts, mount);
        }
    }

    private static void subPaths(Node mounts, Node mount) {
        Node subPath = mount.child("subPath");
        Node expression = mount.child("subPathExpr");
        if (!subPath.isEmpty()) {
            Common.relativePath(subPath.at(mounts.path() + ".subPath"));
        }
        if (!expression.isEmpty()) {
            if (!subPath.isEmpty()) {
                expression.invalid("subPathExpr and subPath are mutually exclusive");
            }
            Common.relativePath(expression.at(mounts.path() + ".subPathExpr"));
        }
    }

    private static void propagation(Node container, Node mounts, Node mount) {
        if (!mount.has("mountPropagation")) {
            return;
        }
        Node mode = mount.child("mountPropagation").at(mounts.path() + ".mountPropagation");
        mode.oneOf("Bidirectional", "HostToContainer", "None");
        boolean privileged = container.child("securityContext", "privileged").bool();
        if (mode.text().equals("Bidirectional") && !privileged) {
            mode.forbidden(
                    "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private static void recursiveReadOnly(Node mounts, Node mount) {
        if (!mount.has("recursiveReadOnly")) {
            return;
        }
        Node mode = mount.child("recursiveReadOnly").at(mounts.path() + ".recursiveReadOnly");
        switch (mode.text()) {
            case "Disabled" -> {
                // says what holds anyway
            }
            case "Enabled", "IfPossible" -> {
                if (!mount.child("readOnly").bool()) {
                    mode.forbidden("may only be specified when readOnly is true");
                }
                Node propagation = mount.child("mountPropagation");
                if (propagation.isSet() && !propagation.text().equals("None")) {
                    mode.forbidden(
                            "may only be specified when mountPropagation is None or not specified");
                }
            }
            default -> mode.unsupported("Disabled", "Enabled", "IfPossible");
        }
    }

    private static void devices(
            Node devices, Map<String, String> mountPaths, Map<String, Node> volumes) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (Node device : devices.items()) {
            Node name = device.child("name");
            name.requireNotEmpty();
            if (names.contains(name.text())) {
                name.invalid("must be unique");
            }
            ofBlockMode(name, volumes);
            devicePath(device.child("devicePath"), paths);
            if (mountPaths.containsKey(name.text())) {
                name.invalid("must not already exist in volumeMounts");
            }
            if (mountPaths.containsValue(device.child("devicePath").text())) {
                device.child("devicePath")
                        .invalid("must not already exist as a path in volumeMounts");
            }
            if (!name.isEmpty()) {
                names.add(name.text());
            }
        }
    }

    private static void ofBlockMode(Node name, Map<String, Node> volumes) {
        Node volume = volumes.get(name.text());
        if (volume == null) {
            name.with(new JsonString(name.text())).notFound();
        } else if (!volume.has("persistentVolumeClaim") && !volume.has("ephemeral")) {
            name.invalid(
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for"
                            + " block mode");
        }
    }

    private static void devicePath(Node path, Set<String> paths) {
        path.requireNotEmpty();
        if (paths.contains(path.text())) {
            path.invalid("must be unique");
        }
        if (List.of(path.text().split("/", -1)).contains("..")) {
            path.invalid("can not contain backsteps ('..')");
        } else {
            paths.add(path.text());
        }
    }
}
