package kat.api.patch;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Trees as Go prints them: `map[name:one ports:[80 81]]`. Kubernetes' messages quote them so.
public final class GoText {

    private GoText() {}

    /// What the verb `%v` prints.
    public static String of(Json value) {
        return switch (value) {
            case JsonObject object -> {
                List<String> members = new ArrayList<>();
                object.forEach((name, member) -> members.add(name + ":" + of(member)));
                yield "map[" + String.join(" ", members) + "]";
            }
            case JsonArray array -> {
                List<String> items = new ArrayList<>();
                array.forEach(item -> items.add(of(item)));
                yield "[" + String.join(" ", items) + "]";
            }
            case JsonString(String text) -> text;
            case JsonNumber number -> number.toString();
            case JsonBoolean bool -> bool.toString();
            case JsonNull _ -> "<nil>";
        };
    }

    /// What the verb `%q` prints.
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> quoted.append(escaped(c)));
        return quoted.append('"').toString();
    }

    private static String escaped(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case 7 -> "\\a";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case 11 -> "\\v";
            default -> {
                if (!Character.isISOControl(c)) {
                    yield Character.toString(c);
                }
                yield c < 128 ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c);
            }
        };
    }

    /// The Go type that holds such a value once decoded.
    static String typeOf(Json value) {
        return switch (value) {
            case JsonObject _ -> "map[string]interface {}";
            case JsonArray _ -> "[]interface {}";
            case JsonString _ -> "string";
            case JsonNumber number -> number.isInteger() ? "int64" : "float64";
            case JsonBoolean _ -> "bool";
            case JsonNull _ -> "<nil>";
        };
    }
}
