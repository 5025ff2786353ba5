package kat.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// The part of JSON paths that printer columns use: `.a.b`, `['a.b']`, `[0]`, `[-1]`, `[*]`,
/// `[?(@.type=="Ready")]`. What a path does not find, or what is no such path, gives nothing.
final class JsonPath {

    private static final Pattern STEP =
            Pattern.compile(
                    "\\.([^.\\[\\]]+)|\\[['\"]([^'\"]+)['\"]\\]|\\[(-?\\d+)\\]|(\\[\\*\\]|\\.\\*)"
                            + "|\\[\\?\\(@\\.([^=!<> ]+) *(==|!=) *['\"]?([^'\")]*)['\"]?\\)\\]");

    private JsonPath() {}

    static List<Json> find(JsonObject root, String path) {
        List<Json> current = List.of(root);
        String text = path.replace("\\.", "\0");
        Matcher step = STEP.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!step.find(at) || step.start() != at) {
                return List.of();
            }
            List<Json> next = new ArrayList<>();
            for (Json value : current) {
                follow(value, step, next);
            }
            current = next;
            at = step.end();
        }
        return current;
    }

    private static void follow(Json value, Matcher step, List<Json> found) {
        if (step.group(1) != null || step.group(2) != null) {
            String name = step.group(1) != null ? step.group(1) : step.group(2);
            Json member =
                    value instanceof JsonObject object ? object.get(name.replace('\0', '.')) : null;
            if (member != null) {
                found.add(member);
            }
        } else if (step.group(3) != null) {
            index(value, Integer.parseInt(step.group(3)), found);
        } else if (step.group(4) != null) {
            all(value, found);
        } else if (value instanceof JsonArray array) {
            for (Json item : array) {
                boolean equal = text(item, step.group(5)).equals(step.group(7));
                if (equal == step.group(6).equals("==")) {
                    found.add(item);
                }
            }
        }
    }

    private static void index(Json value, int index, List<Json> found) {
        if (value instanceof JsonArray array) {
            int at = index < 0 ? array.size() + index : index;
            if (at >= 0 && at < array.size()) {
                found.add(array.get(at));
            }
        }
    }

    private static void all(Json value, List<Json> found) {
        switch (value) {
            case JsonArray array -> found.addAll(array.items());
            case JsonObject object -> {
                Map<String, Json> members = new TreeMap<>();
                object.forEach(members::put);
                found.addAll(members.values());
            }
            default -> {}
        }
    }

    private static String text(Json item, String path) {
        List<Json> found = item instanceof JsonObject object ? find(object, "." + path) : List.of();
        if (found.isEmpty()) {
            return "";
        }
        return found.getFirst() instanceof JsonString(String text)
                ? text
                : found.getFirst().toString();
    }
}
