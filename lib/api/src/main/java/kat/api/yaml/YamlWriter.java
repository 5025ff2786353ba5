package kat.api.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Writes values in block style: two spaces a level, lists at the level of their key, keys in
/// [KeyOrder].
final class YamlWriter {

    private static final int INDENT = 2;

    /// In bytes; the value of a longer key stands in a line of its own.
    private static final int SHORT_KEY = 128;

    private final YamlLines out = new YamlLines();
    private final YamlText texts = new YamlText(out);

    private YamlWriter() {}

    static String write(Json value) {
        YamlWriter writer = new YamlWriter();
        writer.top(value);
        return writer.out.toString();
    }

    private void top(Json value) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> object(object, 0);
            case JsonArray array when !array.isEmpty() -> array(array, 0);
            default -> scalar(value, 1);
        }
        out.endLine();
    }

    /// Writes members at a level, the first where the line stands.
    private void object(JsonObject object, int level) {
        TreeMap<String, Json> members = new TreeMap<>(KeyOrder.NATURAL);
        object.forEach(members::put);
        boolean first = true;
        for (var member : members.entrySet()) {
            if (!first) {
                out.newLine(level * INDENT);
            }
            first = false;
            key(member.getKey(), level);
            member(member.getValue(), level);
        }
    }

    private void key(String name, int level) {
        boolean brief = name.indexOf('\n') < 0 && name.getBytes(UTF_8).length <= SHORT_KEY;
        if (!brief) {
            out.put("? ");
        }
        texts.write(name, brief, (level + 1) * INDENT);
        if (!brief) {
            out.newLine(level * INDENT);
        }
        out.put(':');
    }

    private void member(Json value, int level) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> {
                out.newLine((level + 1) * INDENT);
                object(object, level + 1);
            }
            case JsonArray array when !array.isEmpty() -> {
                out.newLine(level * INDENT);
                array(array, level);
            }
            default -> {
                out.put(' ');
                scalar(value, level + 1);
            }
        }
    }

    /// Writes items at a level, the first where the line stands.
    private void array(JsonArray array, int level) {
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                out.newLine(level * INDENT);
            }
            out.put("- ");
            switch (array.get(i)) {
                case JsonObject object when !object.isEmpty() -> object(object, level + 1);
                case JsonArray inner when !inner.isEmpty() -> array(inner, level + 1);
                default -> scalar(array.get(i), level + 1);
            }
        }
    }

    private void scalar(Json value, int level) {
        switch (value) {
            case JsonString(String text) -> texts.write(text, false, level * INDENT);
            case JsonObject _ -> out.put("{}");
            case JsonArray _ -> out.put("[]");
            default -> out.put(value.toString());
        }
    }
}
