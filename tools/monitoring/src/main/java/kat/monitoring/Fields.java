package kat.monitoring;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Reads the fields of an object and knows which of them nobody asked for.
///
/// **Threads:** one owner.
final class Fields {

    private final JsonObject from;
    private final String path;
    private final Set<String> asked = new LinkedHashSet<>();

    /// @param path of `from` in its object, for messages
    Fields(JsonObject from, String path) {
        this.from = from;
        this.path = path;
    }

    String path() {
        return path;
    }

    String path(String field) {
        return path + "." + field;
    }

    @Nullable Json get(String field) {
        asked.add(field);
        return from.get(field);
    }

    String string(String field, String absent) {
        asked.add(field);
        return from.string(field, absent);
    }

    JsonObject object(String field) {
        asked.add(field);
        return from.object(field);
    }

    List<String> strings(String field) {
        asked.add(field);
        return from.array(field).strings();
    }

    List<JsonObject> objects(String field) {
        asked.add(field);
        return from.array(field).objects();
    }

    boolean has(String field) {
        asked.add(field);
        return from.has(field);
    }

    /// Puts a field into `to`, under another name, where it is there.
    Fields copy(String field, String name, JsonObject.Builder to) {
        Json value = get(field);
        if (value != null) {
            to.put(name, value);
        }
        return this;
    }

    /// Paths of the fields that are there and were not asked for.
    List<String> rest() {
        List<String> rest = new ArrayList<>();
        for (String name : from.names()) {
            if (!asked.contains(name)) {
                rest.add(path(name));
            }
        }
        return rest;
    }
}
