package kat.statemetrics;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// The way from where a walk stands to a part of the object.
///
/// | text | leads to |
/// |---|---|
/// | `a.b` | the member `b` of the member `a` |
/// | `.` | the item itself |
/// | `^a` | the member `a` of what the item was found in; `^^a` one further |
/// | `/a.b` | the same from the object |
/// | `a[x.y/z]` | the member `x.y/z` of `a` |
/// | `a[type=Ready]` | the item of the list `a` whose `type` is that |
/// | `a[name=$name]` | the item whose `name` is the text of the present item's `name` |
/// | `a.0` | the first item of a list |
///
/// **Threads:** immutable.
final class Path {

    private final int levels;
    private final boolean isFromRoot;
    private final List<Step> steps;

    private sealed interface Step {
        record Member(String name) implements Step {}

        record At(int index) implements Step {}

        /// @param like null where `text` is compared
        record Item(String member, String text, @Nullable Path like) implements Step {}
    }

    private Path(int levels, boolean isFromRoot, List<Step> steps) {
        this.levels = levels;
        this.isFromRoot = isFromRoot;
        this.steps = List.copyOf(steps);
    }

    static Path parse(String text) {
        boolean root = text.startsWith("/");
        int at = root ? 1 : 0;
        int levels = 0;
        while (at < text.length() && text.charAt(at) == '^') {
            levels++;
            at++;
        }
        List<Step> steps = new ArrayList<>();
        String rest = text.substring(at);
        int from = 0;
        while (from < rest.length() && !rest.equals(".")) {
            from = step(rest, from, steps);
        }
        return new Path(levels, root, steps);
    }

    private static int step(String text, int from, List<Step> steps) {
        if (text.charAt(from) == '[') {
            int end = text.indexOf(']', from);
            steps.add(bracket(text.substring(from + 1, end)));
            return text.startsWith(".", end + 1) ? end + 2 : end + 1;
        }
        int end = from;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
            end++;
        }
        String name = text.substring(from, end);
        boolean number = name.chars().allMatch(c -> c >= '0' && c <= '9');
        steps.add(number ? new Step.At(Integer.parseInt(name)) : new Step.Member(name));
        return text.startsWith(".", end) ? end + 1 : end;
    }

    private static Step bracket(String inside) {
        int equal = inside.indexOf('=');
        if (equal < 0) {
            return new Step.Member(inside);
        }
        String text = inside.substring(equal + 1);
        Path like = text.startsWith("$") ? parse(text.substring(1)) : null;
        return new Step.Item(inside.substring(0, equal), text, like);
    }

    /// What is there; [JsonNull] where nothing is.
    Json find(Scope scope) {
        Json at = isFromRoot ? scope.root() : scope.above(levels);
        for (Step step : steps) {
            at =
                    switch (step) {
                        case Step.Member(String name) -> member(at, name);
                        case Step.At(int index) ->
                                at instanceof JsonArray list && index < list.size()
                                        ? list.get(index)
                                        : JsonNull.NULL;
                        case Step.Item item -> item(at, item, scope);
                    };
        }
        return at;
    }

    private static Json member(Json at, String name) {
        Json found = at instanceof JsonObject object ? object.get(name) : null;
        return found == null ? JsonNull.NULL : found;
    }

    private static Json item(Json at, Step.Item wanted, Scope scope) {
        if (!(at instanceof JsonArray list)) {
            return JsonNull.NULL;
        }
        Path like = wanted.like();
        String text = like == null ? wanted.text() : like.text(scope);
        for (Json each : list) {
            if (textOf(member(each, wanted.member())).equals(text)) {
                return each;
            }
        }
        return JsonNull.NULL;
    }

    boolean leadsSomewhere(Scope scope) {
        return find(scope) != JsonNull.NULL;
    }

    /// As a label shows it: lists joined by commas, empty where nothing is.
    String text(Scope scope) {
        return textOf(find(scope));
    }

    static String textOf(Json value) {
        return switch (value) {
            case JsonString(String text) -> text;
            case JsonNumber number -> number.toString();
            case JsonBoolean bool -> bool.toString();
            case JsonArray list -> {
                StringJoiner joined = new StringJoiner(",");
                list.forEach(each -> joined.add(textOf(each)));
                yield joined.toString();
            }
            case JsonObject _, JsonNull _ -> "";
        };
    }
}
