package kat.apiserver.custom;

import java.util.List;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.validation.Validation;

/// One object of a conversion webhook's answer, with the one that it stands for.
///
/// @param start of what is told of its faults
/// @param place in the list
/// @param isList whether several were converted at once
///
/// **Source:** `validateConvertedObject` and `restoreObjectMeta` of the apiextensions server.
record ConvertedObject(
        JsonObject before, JsonObject after, String start, String place, boolean isList) {

    /// The answer with the metadata of the original, but for labels and annotations.
    JsonObject checked(String apiVersion) {
        if (!after.string("apiVersion").equals(apiVersion)) {
            throw failed(place, unexpected("groupVersion", apiVersion, after.string("apiVersion")));
        }
        String kind = before.string("kind");
        if (!after.string("kind").equals(kind)) {
            throw failed(place, unexpected("kind", kind, after.string("kind")));
        }
        String at = isList ? place : "";
        JsonObject known = before.object("metadata");
        JsonObject given = after.object("metadata");
        for (String name : List.of("name", "namespace", "uid")) {
            if (!known.string(name).equals(given.string(name))) {
                String shown = name.equals("uid") ? "UID" : name;
                String differ = known.string(name) + " != " + given.string(name);
                throw failed(at, "must have the same " + shown + ": " + differ);
            }
        }
        if (!(after.get("metadata") instanceof JsonObject)) {
            throw broken(
                    after.has("metadata")
                            ? "invalid metadata of type "
                                    + goType(after.get("metadata"))
                                    + CONVERTED
                            : "missing metadata" + CONVERTED);
        }
        JsonObject metadata = taken("annotations", taken("labels", known, given), given);
        return after.with("metadata", metadata);
    }

    private static final String CONVERTED = " in converted object";

    private static String unexpected(String what, String wanted, String given) {
        return "invalid " + what + " (expected " + wanted + ", received " + given + ")";
    }

    private JsonObject taken(String name, JsonObject metadata, JsonObject given) {
        Json own = given.get(name);
        if (own == null || own instanceof JsonNull) {
            return metadata.without(name);
        }
        if (!(own instanceof JsonObject map)) {
            throw broken("invalid metadata." + name + " of type " + goType(own) + CONVERTED);
        }
        for (int i = 0; i < map.size(); i++) {
            if (!(map.valueAt(i) instanceof JsonString)) {
                String type = goType(map.valueAt(i));
                String at = "metadata." + name + "[" + map.nameAt(i) + "]";
                throw broken(at + " must be a string, but is " + type + CONVERTED);
            }
        }
        JsonObject taken = metadata.with(name, map);
        if (!map.equals(metadata.object(name))) {
            requireValid(name, map);
        }
        return taken;
    }

    private void requireValid(String name, JsonObject map) {
        List<Status.Cause> faults =
                Validation.embedded("metadata", JsonObject.of(name, map)).stream().toList();
        List<String> told =
                faults.stream()
                        .map(each -> each.field() + ": " + each.message())
                        .map(
                                each ->
                                        each.replaceFirst(
                                                "^metadata.annotations", "metadata.annotation"))
                        .toList();
        if (told.size() == 1) {
            throw broken(told.getFirst());
        } else if (!told.isEmpty()) {
            throw broken("[" + String.join(", ", told) + "]");
        }
    }

    private static String goType(@org.jspecify.annotations.Nullable Json value) {
        return switch (value) {
            case null -> "<nil>";
            case JsonNull _ -> "<nil>";
            case JsonString _ -> "string";
            case JsonObject _ -> "map[string]interface {}";
            case kat.api.json.JsonArray _ -> "[]interface {}";
            case kat.api.json.JsonBoolean _ -> "bool";
            case kat.api.json.JsonNumber number -> number.isInteger() ? "int64" : "float64";
        };
    }

    private StatusException failed(String at, String why) {
        return error(start + at + ": " + why);
    }

    private StatusException broken(String why) {
        String metadata =
                isList
                        ? start.replace("invalid converted object", "invalid metadata in object")
                        : start.replace("invalid object", "invalid metadata");
        return error(metadata + (isList ? place : "") + ": " + why);
    }

    private static StatusException error(String message) {
        return new Status(500, "", message, Status.Details.NONE).asException();
    }
}
