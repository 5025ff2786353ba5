package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.json.JsonString;

/// The rules for a container's environment and for references to fields and resources of a pod.
final class EnvironmentRules {

    static final List<String> ENV_FIELDS =
            List.of(
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "spec.serviceAccountName",
                    "status.hostIP",
                    "status.hostIPs",
                    "status.podIP",
                    "status.podIPs");

    static final List<String> VOLUME_FIELDS =
            List.of(
                    "metadata.annotations",
                    "metadata.labels",
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid");

    private static final Set<String> KNOWN_FIELDS =
            Set.of(
                    "metadata.annotations",
                    "metadata.labels",
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.serviceAccountName",
                    "spec.schedulerName",
                    "status.phase",
                    "status.hostIP",
                    "status.hostIPs",
                    "status.podIP",
                    "status.podIPs");

    private static final Set<String> RESOURCES =
            Set.of(
                    "limits.cpu",
                    "limits.ephemeral-storage",
                    "limits.memory",
                    "requests.cpu",
                    "requests.ephemeral-storage",
                    "requests.memory");

    private EnvironmentRules() {}

    static void check(Node variables) {
        for (Node variable : variables.items()) {
            Node name = variable.child("name");
            if (name.isEmpty()) {
                name.required();
            } else {
                name.invalidAll(Names.environmentName(name.text()));
            }
            if (variable.child("valueFrom").isSet()) {
                valueFrom(variable.child("valueFrom"), variable.child("value").isEmpty());
            }
        }
    }

    private static void valueFrom(Node from, boolean noValue) {
        int count = 0;
        if (from.has("fieldRef")) {
            count++;
            fieldRef(from.child("fieldRef"), ENV_FIELDS);
        }
        if (from.has("resourceFieldRef")) {
            count++;
            resourceRef(from.child("resourceFieldRef"), false);
        }
        for (String source : List.of("configMapKeyRef", "secretKeyRef")) {
            if (from.has(source)) {
                count++;
                keyRef(from.child(source));
            }
        }
        count += from.has("fileKeyRef") ? 1 : 0;
        if (count == 0) {
            from.invalidText(
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`,"
                            + " `secretKeyRef` or `fileKeyRef`");
        }
        if (!noValue) {
            if (count != 0) {
                from.invalidText("", "may not be specified when `value` is not empty");
            }
        } else if (count > 1) {
            from.invalidText("", "may not have more than one field specified at a time");
        }
    }

    private static void keyRef(Node reference) {
        reference.child("name").requireNotEmpty();
        Node key = reference.child("key");
        if (key.isEmpty()) {
            key.required();
        } else {
            key.invalidAll(Names.configKey(key.text()));
        }
    }

    static void fieldRef(Node reference, List<String> supported) {
        Node path = reference.child("fieldPath");
        if (reference.child("apiVersion").isEmpty()) {
            reference.child("apiVersion").required();
            return;
        }
        if (path.isEmpty()) {
            path.required();
            return;
        }
        String text = path.text();
        int bracket = text.endsWith("']") ? text.indexOf("['") : -1;
        String field = bracket < 0 ? text : text.substring(0, bracket);
        if (!KNOWN_FIELDS.contains(field)) {
            path.invalid("error converting fieldPath: field label not supported: " + text);
        } else if (bracket >= 0) {
            subscript(path, field, text.substring(bracket + 2, text.length() - 2));
        } else if (!supported.contains(field)) {
            path.unsupported(new JsonString(field), supported);
        }
    }

    private static void subscript(Node path, String field, String key) {
        switch (field) {
            case "metadata.annotations" ->
                    path.invalidAll(
                            new ArrayList<>(Names.qualifiedName(key.toLowerCase(Locale.ROOT))));
            case "metadata.labels" -> path.invalidAll(Names.qualifiedName(key));
            default -> path.invalidText(field, "does not support subscript");
        }
    }

    /// @param inVolume whether the container must be named
    static void resourceRef(Node reference, boolean inVolume) {
        if (inVolume && reference.child("containerName").isEmpty()) {
            reference.child("containerName").required();
            return;
        }
        Node resource = reference.child("resource");
        if (resource.isEmpty()) {
            resource.required();
        } else if (!RESOURCES.contains(resource.text())
                && !resource.text().startsWith("limits.hugepages-")
                && !resource.text().startsWith("requests.hugepages-")) {
            resource.unsupported(resource.json(), RESOURCES.stream().sorted().toList());
        }
    }

    static void checkFrom(Node sources) {
        for (Node source : sources.items()) {
            if (!source.child("prefix").isEmpty()) {
                Node prefix = source.child("prefix");
                prefix.invalidAll(Names.environmentName(prefix.text()));
            }
            int count = 0;
            for (String name : List.of("configMapRef", "secretRef")) {
                if (source.has(name)) {
                    count++;
                    source.child(name).child("name").requireNotEmpty();
                }
            }
            if (count == 0) {
                source.invalidText("", "must specify one of: `configMapRef` or `secretRef`");
            } else if (count > 1) {
                source.invalidText("", "may not have more than one field specified at a time");
            }
        }
    }
}
