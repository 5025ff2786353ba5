package kat.dev.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Values of a checked document, read with leniency about numbers that stand for texts.
final class Values {

    private Values() {}

    /// A member as text; empty when it is absent.
    static String text(JsonObject object, String name) {
        Json value = object.get(name);
        return value == null ? "" : text(value);
    }

    static String text(Json value) {
        return switch (value) {
            case JsonString(String text) -> text;
            case JsonNumber number -> number.toString();
            case JsonBoolean bool -> bool.toString();
            case JsonNull _ -> "";
            case JsonObject _, JsonArray _ -> value.toString();
        };
    }

    static List<String> texts(JsonObject object, String name) {
        List<String> texts = new ArrayList<>();
        object.array(name).forEach(item -> texts.add(text(item)));
        return texts;
    }

    /// Nested objects as one level of names with dots, as Helm's `--set` takes them.
    static SequencedMap<String, String> flat(JsonObject object) {
        SequencedMap<String, String> flat = new LinkedHashMap<>();
        object.forEach((name, value) -> flatten(name, value, flat));
        return flat;
    }

    private static void flatten(String name, Json value, SequencedMap<String, String> flat) {
        switch (value) {
            case JsonObject inner ->
                    inner.forEach((key, member) -> flatten(name + "." + key, member, flat));
            case JsonArray items -> {
                for (int i = 0; i < items.size(); i++) {
                    flatten(name + "[" + i + "]", items.get(i), flat);
                }
            }
            default -> flat.put(name, text(value));
        }
    }

    /// An image's name as a part of a template variable's name.
    static String sanitized(String image) {
        return image.replaceAll("[-/.:]", "_");
    }
}
