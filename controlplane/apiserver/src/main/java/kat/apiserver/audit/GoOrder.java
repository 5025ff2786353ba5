package kat.apiserver.audit;

import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Writes objects with the members first that readers look for, a Status just as Go writes it.
/// Members of other objects are in the order of their names, as everywhere in KAT.
final class GoOrder {

    private static final List<String> STATUS =
            List.of(
                    "kind",
                    "apiVersion",
                    "metadata",
                    "status",
                    "message",
                    "reason",
                    "details",
                    "code");
    private static final List<String> DETAILS =
            List.of("name", "group", "kind", "uid", "causes", "retryAfterSeconds");
    private static final List<String> CAUSE = List.of("reason", "message", "field");
    private static final List<String> OBJECT = List.of("kind", "apiVersion", "metadata");
    private static final Map<String, List<String>> BELOW =
            Map.of("details", DETAILS, "causes", CAUSE);

    private GoOrder() {}

    /// @param object a Status, with or without its type, or any object
    static String of(JsonObject object) {
        boolean isStatus =
                object.string("kind").equals("Status")
                        || (object.has("code") && !object.has("kind"));
        StringBuilder text = new StringBuilder();
        write(text, object, isStatus ? STATUS : OBJECT);
        return text.toString();
    }

    private static void write(StringBuilder text, JsonObject object, List<String> first) {
        text.append('{');
        for (String name : first) {
            Json value = object.get(name);
            if (value != null) {
                member(text, name, value, first);
            }
        }
        object.forEach(
                (name, value) -> {
                    if (!first.contains(name)) {
                        member(text, name, value, first);
                    }
                });
        text.append('}');
    }

    private static void member(StringBuilder text, String name, Json value, List<String> around) {
        if (text.charAt(text.length() - 1) != '{') {
            text.append(',');
        }
        text.append(Json.of(name)).append(':');
        List<String> below = around == OBJECT ? null : BELOW.get(name);
        if (below == null) {
            text.append(value);
        } else {
            nested(text, value, below);
        }
    }

    private static void nested(StringBuilder text, Json value, List<String> order) {
        switch (value) {
            case JsonObject object -> write(text, object, order);
            case JsonArray list -> {
                text.append('[');
                for (int i = 0; i < list.size(); i++) {
                    text.append(i == 0 ? "" : ",");
                    nested(text, list.get(i), order);
                }
                text.append(']');
            }
            default -> text.append(value);
        }
    }
}
