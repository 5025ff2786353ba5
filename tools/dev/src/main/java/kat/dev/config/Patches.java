package kat.dev.config;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// The patches of a profile: RFC 6902, where `replace` is the default, and a step of a path may
/// be `name=value`, which means the item of a list with that member.
final class Patches {

    private Patches() {}

    /// @param where the profile, for messages
    /// @throws DevException for a path that leads nowhere and an operation that does not exist
    static JsonObject apply(JsonObject document, List<JsonObject> patches, String where) {
        Json patched = document;
        for (int i = 0; i < patches.size(); i++) {
            patched = apply(patched, patches.get(i), where + ".patches[" + i + "]");
        }
        if (patched instanceof JsonObject object) {
            return object;
        }
        throw new DevException(where + ": its patches leave no object");
    }

    private static Json apply(Json document, JsonObject patch, String where) {
        String path = patch.string("path");
        String from = patch.string("from");
        Json said = patch.get("value");
        Json value = said == null ? JsonNull.NULL : said;
        return switch (patch.string("op", "replace")) {
            case "add" -> change(document, steps(path), new Edit(Kind.ADD, value, path, where));
            case "remove" ->
                    change(document, steps(path), new Edit(Kind.REMOVE, value, path, where));
            case "replace" ->
                    change(document, steps(path), new Edit(Kind.REPLACE, value, path, where));
            case "copy" -> {
                Json found = find(document, from, where);
                yield change(document, steps(path), new Edit(Kind.ADD, found, path, where));
            }
            case "move" -> {
                Json found = find(document, from, where);
                Json without =
                        change(document, steps(from), new Edit(Kind.REMOVE, value, from, where));
                yield change(without, steps(path), new Edit(Kind.ADD, found, path, where));
            }
            case "test" -> {
                if (!find(document, path, where).equals(value)) {
                    throw new DevException(where + ": the test of " + path + " failed");
                }
                yield document;
            }
            default -> throw new DevException(where + ": no operation " + patch.string("op"));
        };
    }

    private enum Kind {
        ADD,
        REMOVE,
        REPLACE
    }

    private record Edit(Kind kind, Json value, String path, String where) {
        DevException lost() {
            return new DevException(where + ": the path " + path + " leads nowhere");
        }
    }

    private static List<String> steps(String path) {
        List<String> steps = new ArrayList<>();
        for (String step : path.split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return steps.subList(Math.min(1, steps.size()), steps.size());
    }

    private static Json find(Json document, String path, String where) {
        Json at = document;
        Edit lost = new Edit(Kind.REPLACE, JsonNull.NULL, path, where);
        for (String step : steps(path)) {
            at =
                    switch (at) {
                        case JsonObject object -> member(object, step, lost);
                        case JsonArray items when index(items, step) < items.size() ->
                                items.get(index(items, step));
                        default -> throw lost.lost();
                    };
        }
        return at;
    }

    private static Json member(JsonObject object, String name, Edit edit) {
        Json member = object.get(name);
        if (member == null) {
            throw edit.lost();
        }
        return member;
    }

    private static Json change(Json at, List<String> steps, Edit edit) {
        if (steps.isEmpty()) {
            throw edit.lost();
        }
        String step = steps.getFirst();
        List<String> rest = steps.subList(1, steps.size());
        return switch (at) {
            case JsonObject object -> inObject(object, step, rest, edit);
            case JsonArray items -> inArray(items, step, rest, edit);
            default -> throw edit.lost();
        };
    }

    private static Json inObject(JsonObject object, String step, List<String> rest, Edit edit) {
        Json member = object.get(step);
        if (!rest.isEmpty()) {
            if (member == null) {
                throw edit.lost();
            }
            return object.with(step, change(member, rest, edit));
        }
        if (member == null && edit.kind() != Kind.ADD) {
            throw edit.lost();
        }
        return edit.kind() == Kind.REMOVE ? object.without(step) : object.with(step, edit.value());
    }

    private static Json inArray(JsonArray items, String step, List<String> rest, Edit edit) {
        int index = index(items, step);
        boolean isNew = rest.isEmpty() && edit.kind() == Kind.ADD;
        if (index > items.size() || (index == items.size() && !isNew)) {
            throw edit.lost();
        }
        List<Json> changed = new ArrayList<>(items.items());
        if (!rest.isEmpty()) {
            changed.set(index, change(items.get(index), rest, edit));
        } else {
            switch (edit.kind()) {
                case ADD -> changed.add(index, edit.value());
                case REMOVE -> changed.remove(index);
                case REPLACE -> changed.set(index, edit.value());
            }
        }
        return new JsonArray(changed);
    }

    /// Where a step leads; beyond the end when it leads nowhere.
    private static int index(JsonArray items, String step) {
        if (step.equals("-")) {
            return items.size();
        }
        int equals = step.indexOf('=');
        if (equals > 0) {
            Json wanted = new JsonString(step.substring(equals + 1));
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof JsonObject item
                        && wanted.equals(item.get(step.substring(0, equals)))) {
                    return i;
                }
            }
            return Integer.MAX_VALUE;
        }
        return step.matches("\\d{1,9}") ? Integer.parseInt(step) : Integer.MAX_VALUE;
    }
}
