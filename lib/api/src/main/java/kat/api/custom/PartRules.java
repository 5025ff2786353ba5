package kat.api.custom;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The rules for subresources, printer columns and selectable fields of a definition.
///
/// **Source:** `pkg/apis/apiextensions/validation/validation.go` of the apiextensions server.
final class PartRules {

    private static final List<String> TYPES =
            List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
    private static final int MAX_SELECTABLE = 8;

    private PartRules() {}

    static void subresources(String path, JsonObject subresources, Faults faults) {
        if (!subresources.has("scale")) {
            return;
        }
        JsonObject scale = subresources.object("scale");
        replicas(
                path + ".scale.specReplicasPath", scale.string("specReplicasPath"), "spec", faults);
        replicas(
                path + ".scale.statusReplicasPath",
                scale.string("statusReplicasPath"),
                "status",
                faults);
        String selector = scale.string("labelSelectorPath");
        if (selector.isEmpty() || !isPath(path + ".scale.labelSelectorPath", selector, faults)) {
            return;
        }
        if (!selector.startsWith(".spec.") && !selector.startsWith(".status.")) {
            faults.invalid(
                    path + ".scale.labelSelectorPath",
                    selector,
                    "should be a json path under either .spec or .status");
        }
    }

    private static void replicas(String path, String value, String under, Faults faults) {
        if (value.isEmpty()) {
            faults.required(path, "");
        } else if (isPath(path, value, faults) && !value.startsWith("." + under + ".")) {
            faults.invalid(path, value, "should be a json path under ." + under);
        }
    }

    private static boolean isPath(String path, String value, Faults faults) {
        if (value.startsWith(".")) {
            return true;
        }
        faults.invalid(path, value, "must be a simple json path starting with .");
        return false;
    }

    /// @param holder the path of what has the columns
    static void columns(String holder, JsonArray columns, Faults faults) {
        List<JsonObject> all = columns.objects();
        for (int i = 0; i < all.size(); i++) {
            JsonObject column = all.get(i);
            String path = Faults.index(holder + ".additionalPrinterColumns", i);
            if (column.string("name").isEmpty()) {
                faults.required(path + ".name", "");
            }
            String type = column.string("type");
            String types = "must be one of " + String.join(",", TYPES);
            if (type.isEmpty()) {
                faults.required(path + ".type", types);
            } else if (!TYPES.contains(type)) {
                faults.invalid(path + ".type", type, types);
            }
            String format = column.string("format");
            if (!format.isEmpty() && !FORMATS.contains(format)) {
                faults.invalid(
                        path + ".format", format, "must be one of " + String.join(",", FORMATS));
            }
            String json = column.string("jsonPath");
            if (json.isEmpty()) {
                faults.required(path + ".JSONPath", "");
            } else {
                isPath(path + ".JSONPath", json, faults);
            }
        }
    }

    static void selectable(String path, JsonArray fields, JsonObject schema, Faults faults) {
        Set<String> unique = new HashSet<>();
        List<JsonObject> all = fields.objects();
        for (int i = 0; i < all.size(); i++) {
            String json = all.get(i).string("jsonPath");
            String at = Faults.index(path, i) + ".jsonPath";
            if (json.isEmpty()) {
                faults.required(at, "");
                continue;
            }
            FieldPath.Found found = FieldPath.find(json, schema, false);
            if (!found.isValid()) {
                faults.invalid(at, json, "is an invalid path: " + found.problem());
                continue;
            }
            if (json.equals(".metadata") || json.startsWith(".metadata.")) {
                faults.invalid(at, json, "must not point to fields in metadata");
            }
            switch (found.schema().string("type")) {
                case "string", "boolean", "integer" -> {}
                default ->
                        faults.invalid(
                                at,
                                json,
                                "must point to a field of type string, boolean or integer. Enum"
                                        + " string fields and strings with formats are allowed.");
            }
            if (!unique.add(found.path())) {
                faults.duplicate(at, kat.api.json.Json.of(json));
            }
        }
        if (unique.size() > MAX_SELECTABLE) {
            faults.tooMany(path, unique.size(), MAX_SELECTABLE);
        }
    }
}
