package kat.api.validation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import kat.api.cel.CelType;
import kat.api.cel.CompileException;
import kat.api.device.DeviceExpression;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for claims of devices, templates of them, and classes of devices.
///
/// **Source:** Kubernetes' `pkg/apis/resource/validation`.
final class DeviceRules {

    /// Metadata that what is made of a template gets elsewhere.
    private static final List<String> NOT_IN_TEMPLATES =
            List.of(
                    "name",
                    "generateName",
                    "namespace",
                    "selfLink",
                    "uid",
                    "resourceVersion",
                    "generation",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds",
                    "ownerReferences",
                    "finalizers",
                    "managedFields");

    private static final int MAX_ITEMS = 32;
    private static final int MAX_ALTERNATIVES = 8;
    private static final int MAX_EXPRESSION = 10 * 1024;
    private static final int MAX_PARAMETERS = 10 * 1024;
    private static final List<String> MODES = List.of("All", "ExactCount");
    private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");
    private static final String REFERENCE =
            "must be the name of a request in the claim or the name of a request and a subrequest"
                    + " separated by '/'";

    private DeviceRules() {}

    static void claim(Node claim) {
        devices(claim.child("spec", "devices"));
    }

    static void template(Node template) {
        Node metadata = template.child("spec", "metadata");
        MetadataRules.annotations(metadata.child("annotations"));
        MetadataRules.labels(metadata.child("labels"));
        for (String field : NOT_IN_TEMPLATES) {
            if (!metadata.child(field).isEmpty()) {
                // Kubernetes calls the uid by its name in Go
                metadata.child(field.equals("uid") ? "uID" : field).forbidden("cannot be set");
            }
        }
        devices(template.child("spec", "spec", "devices"));
    }

    static void deviceClass(Node deviceClass) {
        Node spec = deviceClass.child("spec");
        each(spec.child("selectors"), MAX_ITEMS, DeviceRules::selector);
        each(spec.child("config"), MAX_ITEMS, DeviceRules::configuration);
        Node extended = spec.child("extendedResourceName");
        if (extended.isSet()) {
            String name = extended.text();
            boolean valid = Common.isExtended(name) && Names.qualifiedName(name).isEmpty();
            if (!valid) {
                extended.invalid("must be a valid extended resource name");
            }
        }
    }

    /// Checks the items of a list unless they are too many.
    static void each(Node list, int most, Consumer<Node> check) {
        int size = list.list().size();
        if (size > most) {
            list.tooMany(size, most);
        } else {
            list.items().forEach(check);
        }
    }

    private static void devices(Node devices) {
        Node requests = devices.child("requests");
        Map<String, Set<String>> names = names(requests);
        each(requests, MAX_ITEMS, DeviceRules::request);
        unique(requests, "name");
        each(devices.child("constraints"), MAX_ITEMS, each -> constraint(each, names));
        each(
                devices.child("config"),
                MAX_ITEMS,
                config -> {
                    references(config.child("requests"), names);
                    configuration(config);
                });
    }

    static Map<String, Set<String>> names(Node requests) {
        Map<String, Set<String>> names = new HashMap<>();
        for (Node request : requests.items()) {
            Set<String> parts = new HashSet<>();
            for (Node part : request.child("firstAvailable").items()) {
                parts.add(part.child("name").text());
            }
            names.put(request.child("name").text(), parts);
        }
        return names;
    }

    static void unique(Node list, String key) {
        Set<String> seen = new HashSet<>();
        for (Node item : list.items()) {
            String text = key.isEmpty() ? item.text() : item.child(key).text();
            if (!seen.add(text)) {
                item.duplicate(Json.of(text));
            }
        }
    }

    private static void request(Node request) {
        Common.dnsLabel(request.child("name"));
        boolean exact = request.has("exactly");
        Node alternatives = request.child("firstAvailable");
        if (!exact && alternatives.isEmpty()) {
            request.required("exactly one of `exactly` or `firstAvailable` is required");
        } else if (exact && !alternatives.isEmpty()) {
            request.invalid(
                    JsonNull.NULL,
                    "exactly one of `exactly` or `firstAvailable` is required, but multiple fields"
                            + " are set");
        } else if (exact) {
            wanted(request.child("exactly"));
        } else {
            each(
                    alternatives,
                    MAX_ALTERNATIVES,
                    part -> {
                        Common.dnsLabel(part.child("name"));
                        wanted(part);
                    });
            unique(alternatives, "name");
        }
    }

    private static void wanted(Node request) {
        Node type = request.child("deviceClassName");
        if (type.isEmpty()) {
            type.required();
        } else {
            Common.dnsSubdomain(type);
        }
        each(request.child("selectors"), MAX_ITEMS, DeviceRules::selector);
        Node mode = request.child("allocationMode");
        Node count = request.child("count");
        switch (mode.text()) {
            case "All" -> {
                if (count.integer() != 0) {
                    count.invalid("must not be specified when allocationMode is 'All'");
                }
            }
            case "ExactCount" -> {
                if (count.integer() <= 0) {
                    count.invalid(Json.of(count.integer()), "must be greater than zero");
                }
            }
            default -> mode.unsupported(Json.of(mode.text()), MODES);
        }
        request.child("tolerations").items().forEach(DeviceRules::toleration);
    }

    private static void toleration(Node toleration) {
        if (!toleration.child("key").isEmpty()) {
            Common.qualifiedName(toleration.child("key"));
        }
        Node operator = toleration.child("operator");
        Node value = toleration.child("value");
        switch (operator.text()) {
            case "Exists" -> {
                if (!value.isEmpty()) {
                    value.invalid("must be empty for operator `Exists`");
                }
            }
            case "Equal" ->
                    Names.labelValue(value.text())
                            .forEach(fault -> value.invalidText(value.text(), fault));
            case "" -> operator.required();
            default -> operator.unsupported("Equal", "Exists");
        }
        Node effect = toleration.child("effect");
        if (!effect.isEmpty() && !EFFECTS.contains(effect.text())) {
            effect.unsupported(effect.json(), EFFECTS);
        }
    }

    private static void selector(Node selector) {
        if (!selector.has("cel")) {
            selector.child("cel").required();
            return;
        }
        Node expression = selector.child("cel", "expression");
        if (expression.bytes() > MAX_EXPRESSION) {
            expression.tooLong(MAX_EXPRESSION);
            return;
        }
        try {
            CelType type = DeviceExpression.compile(expression.text()).type();
            boolean decides =
                    switch (type.form()) {
                        case BOOL, DYN -> true;
                        default -> false;
                    };
            if (!decides) {
                expression.invalidText(
                        expression.text(),
                        "must evaluate to bool or the unknown type, not " + type);
            }
        } catch (CompileException e) {
            expression.invalidText(
                    expression.text(), "compilation failed: " + String.valueOf(e.getMessage()));
        }
    }

    private static void constraint(Node constraint, Map<String, Set<String>> names) {
        references(constraint.child("requests"), names);
        Node matched = constraint.child("matchAttribute");
        Node distinct = constraint.child("distinctAttribute");
        if (matched.isSet()) {
            attribute(matched);
        } else if (distinct.isSet()) {
            attribute(distinct);
        } else {
            constraint.required(
                    "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but"
                            + " multiple fields are set");
        }
    }

    private static void attribute(Node name) {
        SliceDevices.qualified(name, name.text());
        if (!name.text().contains("/")) {
            name.invalid("a fully qualified name must be a domain and a name separated by a slash");
        }
    }

    static void references(Node list, Map<String, Set<String>> names) {
        each(list, MAX_ITEMS, name -> reference(name, names));
        if (list.list().size() <= MAX_ITEMS) {
            unique(list, "");
        }
    }

    static void reference(Node name, Map<String, Set<String>> names) {
        String[] parts = name.text().split("/", -1);
        if (parts.length > 2) {
            name.invalid(REFERENCE);
        }
        for (String part : parts) {
            Common.dnsLabel(name.with(Json.of(part)));
        }
        Set<String> known = names.get(parts[0]);
        boolean found =
                known != null
                        && (parts.length == 1 || (parts.length == 2 && known.contains(parts[1])));
        if (!found) {
            name.invalid(REFERENCE);
        }
    }

    static void configuration(Node config) {
        Node opaque = config.child("opaque");
        if (!opaque.isSet()) {
            opaque.required();
            return;
        }
        SourceRules.driverName(opaque.child("driver"));
        rawObject(opaque.child("parameters"), MAX_PARAMETERS);
    }

    /// An object of which only its size and form are known.
    static void rawObject(Node raw, int most) {
        if (!raw.isSet()) {
            raw.required();
        } else if (Names.bytes(raw.json().toString()) > most) {
            raw.tooLong(most);
        } else if (!(raw.json() instanceof JsonObject)) {
            raw.invalidText("<value omitted>", "must be a valid JSON object");
        }
    }
}
