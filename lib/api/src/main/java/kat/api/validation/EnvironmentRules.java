package kat.api.validation;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import kat.api.Quantity;
import kat.api.json.JsonString;
import kat.api.names.Names;

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

    private static final List<String> DIVISORS =
            List.of(
                    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi",
                    "1Ei");

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
        if (from.has("fileKeyRef")) {
            count++;
            fileRef(from.child("fileKeyRef"));
        }
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

    private static void fileRef(Node reference) {
        Node key = reference.child("key");
        if (key.isEmpty()) {
            key.required();
        } else {
            key.invalidAll(Names.environmentName(key.text()));
        }
        Node volume = reference.child("volumeName");
        if (volume.isEmpty()) {
            volume.required();
        } else {
            Common.dnsLabel(volume);
        }
        Node path = reference.child("path");
        if (path.isEmpty()) {
            path.required();
        } else {
            Common.noBacksteps(path);
        }
    }

    private static void keyRef(Node reference) {
        Node name = reference.child("name");
        Names.dnsSubdomain(name.text()).forEach(fault -> name.invalidText(name.text(), fault));
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
        String version = reference.child("apiVersion").text();
        if (!version.equals("v1")) {
            path.invalid("error converting fieldPath: unsupported pod version: " + version);
        } else if (!KNOWN_FIELDS.contains(field)) {
            path.invalid("error converting fieldPath: field label not supported: " + text);
        } else if (bracket >= 0) {
            subscript(reference, field, text.substring(bracket + 2, text.length() - 2));
        } else if (!supported.contains(field)) {
            path.unsupported(new JsonString(field), supported);
        }
    }

    private static void subscript(Node reference, String field, String key) {
        switch (field) {
            case "metadata.annotations" -> {
                String lower = key.toLowerCase(Locale.ROOT);
                Names.qualifiedName(lower).forEach(fault -> reference.invalidText(lower, fault));
            }
            case "metadata.labels" ->
                    Names.qualifiedName(key).forEach(fault -> reference.invalidText(key, fault));
            default -> reference.invalidText(field, "does not support subscript");
        }
    }

    /// @param inVolume whether the container must be named
    static void resourceRef(Node reference, boolean inVolume) {
        Node resource = reference.child("resource");
        String text = resource.text();
        boolean huge =
                text.startsWith("limits.hugepages-") || text.startsWith("requests.hugepages-");
        if (inVolume && reference.child("containerName").isEmpty()) {
            reference.child("containerName").required();
        } else if (resource.isEmpty()) {
            resource.required();
        } else if (!RESOURCES.contains(text) && !huge) {
            resource.unsupported(resource.json(), RESOURCES.stream().sorted().toList());
        }
        divisor(reference.child("divisor"), text, huge);
    }

    private static void divisor(Node divisor, String resource, boolean huge) {
        Quantity amount = divisor.isSet() ? Common.quantity(divisor) : null;
        if (amount == null || amount.isZero()) {
            return;
        }
        if (resource.endsWith(".cpu")) {
            if (!amount.toString().equals("1m") && !amount.toString().equals("1")) {
                divisor.invalidText(
                        resource,
                        "only divisor's values 1m and 1 are supported with the cpu resource");
            }
            return;
        }
        String what =
                switch (resource) {
                    case "limits.memory", "requests.memory" -> "memory";
                    case "limits.ephemeral-storage", "requests.ephemeral-storage" ->
                            "local ephemeral storage";
                    default -> huge ? "hugepages" : "";
                };
        if (!what.isEmpty() && !DIVISORS.contains(amount.toString())) {
            divisor.invalidText(
                    resource,
                    "only divisor's values "
                            + String.join(", ", DIVISORS)
                            + " are supported with the "
                            + what
                            + " resource");
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
                    Node reference = source.child(name, "name");
                    if (reference.isEmpty()) {
                        reference.required();
                    } else {
                        reference.invalidAll(Names.prefix(reference.text(), Names::dnsSubdomain));
                    }
                }
            }
            if (count == 0) {
                sources.invalidText("", "must specify one of: `configMapRef` or `secretRef`");
            } else if (count > 1) {
                sources.invalidText("", "may not have more than one field specified at a time");
            }
        }
    }
}
