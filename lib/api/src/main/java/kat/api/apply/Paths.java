package kat.api.apply;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Fields as messages show them: `.spec.containers[name="one"].image`.
final class Paths {

    private Paths() {}

    /// The path of every field of a set, in the set's order: a place's own members first.
    static List<String> of(JsonObject set) {
        List<String> paths = new ArrayList<>();
        collect(set, "", paths);
        return paths;
    }

    private static void collect(JsonObject set, String prefix, List<String> paths) {
        set.forEach(
                (element, child) -> {
                    if (!element.equals(FieldSets.SELF)
                            && child instanceof JsonObject node
                            && FieldSets.isMember(node)) {
                        paths.add(prefix + step(element));
                    }
                });
        set.forEach(
                (element, child) -> {
                    if (!element.equals(FieldSets.SELF) && child instanceof JsonObject node) {
                        collect(node, prefix + step(element), paths);
                    }
                });
    }

    private static String step(String element) {
        return element.startsWith("f:") ? "." + element.substring(2) : item(element);
    }

    /// An item's element as an index: `[name="one"]`, `[="v"]`, `[0]`.
    static String item(String element) {
        String text = element.substring(2);
        if (element.startsWith("i:")) {
            return "[" + text + "]";
        }
        Json value = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        if (!element.startsWith("k:") || !(value instanceof JsonObject keys)) {
            return "[=" + quoted(value) + "]";
        }
        List<String> pairs = new ArrayList<>();
        keys.forEach((name, key) -> pairs.add(name + "=" + quoted(key)));
        return "[" + String.join(",", pairs) + "]";
    }

    private static String quoted(Json value) {
        return value.toString();
    }

    /// What Go's verb `%v` prints.
    static String goText(Json value) {
        return GoText.of(value);
    }

    /// What Go's verb `%#v` prints of a decoded value.
    static String goSyntax(Json value) {
        return switch (value) {
            case JsonObject object -> {
                List<String> members = new ArrayList<>();
                object.forEach((name, member) -> members.add(quote(name) + ":" + goSyntax(member)));
                yield "map[string]interface {}{" + String.join(", ", members) + "}";
            }
            case JsonArray array -> {
                List<String> items = new ArrayList<>();
                array.forEach(item -> items.add(goSyntax(item)));
                yield "[]interface {}{" + String.join(", ", items) + "}";
            }
            case JsonString(String text) -> quote(text);
            default -> value.isNull() ? "interface {}(nil)" : value.toString();
        };
    }

    private static String quote(String text) {
        return new JsonString(text).toString();
    }
}
