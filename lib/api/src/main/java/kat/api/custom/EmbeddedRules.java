package kat.api.custom;

import java.util.List;
import java.util.Locale;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.names.Names;
import kat.api.schema.DecodeException;
import kat.api.schema.Decoder;
import kat.api.validation.Validation;
import org.jspecify.annotations.Nullable;

/// The type and metadata of whole objects inside of a custom resource.
///
/// **Source:** `pkg/apiserver/schema/objectmeta` of the apiextensions server.
final class EmbeddedRules {

    private EmbeddedRules() {}

    /// @param isEmbedded whether the value itself is such an object, whatever its schema says
    static void check(String path, JsonObject schema, Json value, boolean isEmbedded, Faults out) {
        switch (value) {
            case JsonArray list -> {
                if (schema.get("items") instanceof JsonObject items) {
                    for (int i = 0; i < list.size(); i++) {
                        check(Faults.index(path, i), items, list.get(i), false, out);
                    }
                }
            }
            case JsonObject object -> {
                if (isEmbedded || schema.bool("x-kubernetes-embedded-resource")) {
                    embedded(path, object, out);
                }
                object(path, schema, object, out);
            }
            default -> {}
        }
    }

    private static void object(String path, JsonObject schema, JsonObject object, Faults out) {
        JsonObject properties = schema.object("properties");
        for (int i = 0; i < object.size(); i++) {
            String name = object.nameAt(i);
            if (properties.get(name) instanceof JsonObject property) {
                check(Faults.child(path, name), property, object.valueAt(i), false, out);
            } else if (schema.get("additionalProperties") instanceof JsonObject values) {
                check(Faults.key(path, name), values, object.valueAt(i), false, out);
            }
        }
    }

    private static void embedded(String path, JsonObject object, Faults out) {
        for (String name : List.of("apiVersion", "kind")) {
            if (!object.has(name)) {
                out.required(Faults.child(path, name), "");
            }
        }
        apiVersion(Faults.child(path, "apiVersion"), object.get("apiVersion"), out);
        kind(Faults.child(path, "kind"), object.get("kind"), out);
        Json metadata = object.get("metadata");
        if (metadata != null) {
            metadata(Faults.child(path, "metadata"), metadata, out);
        }
    }

    private static void metadata(String path, Json value, Faults out) {
        try {
            out.addAll(Validation.embedded(path, Decoder.metadata(value)));
        } catch (DecodeException misfit) {
            out.invalid(path, value, String.valueOf(misfit.getMessage()));
        }
    }

    private static void apiVersion(String path, @Nullable Json value, Faults out) {
        if (value == null) {
            return;
        }
        if (!(value instanceof JsonString(String text))) {
            out.invalid(path, value, "must be a string");
        } else if (text.isEmpty()) {
            out.invalid(path, value, "must not be empty");
        } else if (text.indexOf('/') != text.lastIndexOf('/')) {
            out.invalid(path, value, "unexpected GroupVersion string: " + text);
        }
    }

    private static void kind(String path, @Nullable Json value, Faults out) {
        if (value == null) {
            return;
        }
        if (!(value instanceof JsonString(String text))) {
            out.invalid(path, value, "must be a string");
        } else if (text.isEmpty()) {
            out.invalid(path, value, "must not be empty");
        } else {
            List<String> faults = Names.dns1035Label(text.toLowerCase(Locale.ROOT));
            if (!faults.isEmpty()) {
                out.invalid(
                        path,
                        value,
                        "may have mixed case, but should otherwise match: "
                                + String.join(",", faults));
            }
        }
    }
}
