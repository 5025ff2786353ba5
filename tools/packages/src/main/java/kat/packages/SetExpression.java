package kat.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// What stands after `--set`: `a.b[0].c=1,d={x,y},e=null`, in Helm's little language.
///
/// A backslash takes its meaning from the character after it. Words become numbers, `true`, `false`
/// and null; for `--set-string` they stay texts.
final class SetExpression {

    /// No list is made longer than this by an index.
    private static final int LARGEST_INDEX = 65_536;

    private final String text;
    private int at;

    private SetExpression(String text) {
        this.text = text;
    }

    /// One part of a path: a name, or an index when it is no name.
    private record Step(@Nullable String name, int index) {}

    /// @param typed makes a value of a word
    static JsonObject apply(JsonObject base, String said, Function<String, Json> typed) {
        SetExpression expression = new SetExpression(said);
        JsonObject result = base;
        while (expression.at < said.length()) {
            List<Step> path = expression.path();
            result = object(result, path, expression.value(typed));
        }
        return result;
    }

    /// `key=VALUE,…` where each value is JSON, or one JSON object for all.
    static JsonObject applyJson(JsonObject base, String said) {
        if (said.strip().startsWith("{")) {
            return json(said) instanceof JsonObject object ? Values.merged(base, object) : base;
        }
        SetExpression expression = new SetExpression(said);
        JsonObject result = base;
        while (expression.at < said.length()) {
            List<Step> path = expression.path();
            result = object(result, path, expression.jsonValue());
        }
        return result;
    }

    /// `key=text` where the text is taken as it stands.
    static JsonObject applyLiteral(JsonObject base, String said) {
        SetExpression expression = new SetExpression(said);
        List<Step> path = expression.path();
        return object(base, path, new JsonString(said.substring(expression.at)));
    }

    /// The meaning of a word after `--set`.
    static Json typed(String word) {
        return switch (word) {
            case "true" -> Json.of(true);
            case "false" -> Json.of(false);
            case "null" -> JsonNull.NULL;
            case "0" -> Json.of(0);
            default -> number(word);
        };
    }

    private static Json number(String word) {
        if (!word.matches("[-+]?[0-9]+") || word.startsWith("0")) {
            return new JsonString(word);
        }
        try {
            return Json.of(Long.parseLong(word));
        } catch (NumberFormatException tooLarge) {
            return new JsonString(word);
        }
    }

    /// Reads up to and over the `=`.
    private List<Step> path() {
        int start = at;
        List<Step> path = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case '\\' -> {
                    if (at < text.length()) {
                        name.append(text.charAt(at++));
                    }
                }
                case '=' -> {
                    add(path, name);
                    return path;
                }
                case '.' -> add(path, name);
                case '[' -> {
                    add(path, name);
                    path.add(new Step(null, index()));
                }
                case ',' -> throw noValue(text.substring(start, at - 1));
                default -> name.append(c);
            }
        }
        throw noValue(text.substring(start));
    }

    private static void add(List<Step> path, StringBuilder name) {
        if (!name.isEmpty()) {
            path.add(new Step(name.toString(), -1));
            name.setLength(0);
        }
    }

    private static HelmException noValue(String key) {
        return new HelmException("key \"" + key + "\" has no value");
    }

    private int index() {
        int end = text.indexOf(']', at);
        if (end < 0) {
            throw new HelmException("error parsing index: no closing bracket in \"" + text + "\"");
        }
        String digits = text.substring(at, end);
        at = end + 1;
        int index = HelmOptions.number(digits);
        if (index < 0) {
            throw new HelmException("negative " + index + " index not allowed");
        }
        if (index > LARGEST_INDEX) {
            throw new HelmException(
                    "index of "
                            + index
                            + " is greater than maximum supported index of "
                            + LARGEST_INDEX);
        }
        return index;
    }

    private Json value(Function<String, Json> typed) {
        if (at < text.length() && text.charAt(at) == '{') {
            at++;
            return list(typed);
        }
        return typed.apply(word(","));
    }

    private Json list(Function<String, Json> typed) {
        List<Json> items = new ArrayList<>();
        while (at <= text.length()) {
            String word = word(",}");
            if (at > text.length() || (at == text.length() && text.charAt(at - 1) != '}')) {
                throw new HelmException("list must terminate with '}'");
            }
            boolean isLast = text.charAt(at - 1) == '}';
            if (!(isLast && items.isEmpty() && word.isEmpty())) {
                items.add(typed.apply(word));
            }
            if (isLast) {
                if (at < text.length() && text.charAt(at) == ',') {
                    at++;
                }
                return new JsonArray(items);
            }
        }
        throw new HelmException("list must terminate with '}'");
    }

    /// Reads over the first of some characters, or to the end.
    private String word(String ends) {
        StringBuilder word = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (ends.indexOf(c) >= 0) {
                return word.toString();
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            word.append(c);
        }
        return word.toString();
    }

    private Json jsonValue() {
        for (int end = text.indexOf(',', at); end >= 0; end = text.indexOf(',', end + 1)) {
            Optional<Json> value = parsed(text.substring(at, end));
            if (value.isPresent()) {
                at = end + 1;
                return value.get();
            }
        }
        Json value = json(text.substring(at));
        at = text.length();
        return value;
    }

    private static Optional<Json> parsed(String text) {
        try {
            return Optional.of(Json.parse(bytes(text)));
        } catch (JsonException notYet) {
            return Optional.empty();
        }
    }

    private static Json json(String text) {
        try {
            return Json.parse(bytes(text));
        } catch (JsonException e) {
            throw new HelmException("\"" + text + "\" is no JSON", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static JsonObject object(JsonObject base, List<Step> path, Json value) {
        Step first = path.getFirst();
        String name = first.name() == null ? "" : first.name();
        return base.with(name, inside(base.get(name), path.subList(1, path.size()), value));
    }

    private static Json inside(@Nullable Json base, List<Step> rest, Json value) {
        if (rest.isEmpty()) {
            return value;
        }
        Step step = rest.getFirst();
        if (step.name() != null) {
            return object(base instanceof JsonObject o ? o : JsonObject.EMPTY, rest, value);
        }
        List<Json> items = new ArrayList<>(base instanceof JsonArray a ? a.items() : List.of());
        while (items.size() <= step.index()) {
            items.add(JsonNull.NULL);
        }
        Json changed = inside(items.get(step.index()), rest.subList(1, rest.size()), value);
        items.set(step.index(), changed);
        return new JsonArray(items);
    }
}
