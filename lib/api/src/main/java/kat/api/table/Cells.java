package kat.api.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The cells of one row, collected from left to right.
final class Cells {

    static final String NONE = "<none>";
    static final String UNSET = "<unset>";

    private final Instant now;
    private final JsonObject object;
    private final List<Json> cells = new ArrayList<>();

    Cells(JsonObject object, Instant now) {
        this.object = object;
        this.now = now;
    }

    Cells name() {
        return text(object.object("metadata").string("name"));
    }

    Cells age() {
        return text(since(object.object("metadata").string("creationTimestamp")));
    }

    Cells text(String value) {
        cells.add(Json.of(value));
        return this;
    }

    Cells text(String value, String whenEmpty) {
        return text(value.isEmpty() ? whenEmpty : value);
    }

    Cells number(long value) {
        cells.add(Json.of(value));
        return this;
    }

    Cells bool(boolean value) {
        cells.add(Json.of(value));
        return this;
    }

    Cells value(Json value) {
        cells.add(value);
        return this;
    }

    /// Names and images of a template's containers.
    Cells containers(JsonObject podSpec) {
        List<String> names = new ArrayList<>();
        List<String> images = new ArrayList<>();
        for (JsonObject container : podSpec.array("containers").objects()) {
            names.add(container.string("name"));
            images.add(container.string("image"));
        }
        return text(String.join(",", names)).text(String.join(",", images));
    }

    String since(String time) {
        return Durations.since(time, now);
    }

    Instant now() {
        return now;
    }

    JsonArray toJson() {
        return new JsonArray(cells);
    }
}
