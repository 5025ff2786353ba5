package kat.api.yaml;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Writes values in block style: two spaces a level, lists at the level of their key, texts plain
/// where that is safe, `|` for texts of several lines.
final class YamlWriter {

    private static final String INDENT = "  ";
    private static final String UNSAFE_FIRST = "!&*-?:,[]{}#|>@`\"'% ";

    private final StringBuilder out = new StringBuilder();

    private YamlWriter() {}

    static String write(Json value) {
        YamlWriter writer = new YamlWriter();
        writer.top(value);
        return writer.out.toString();
    }

    private void top(Json value) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> object(object, 0, false);
            case JsonArray array when !array.isEmpty() -> array(array, 0);
            default -> {
                scalar(value, 0);
                out.append('\n');
            }
        }
    }

    private void object(JsonObject object, int level, boolean firstInline) {
        for (int i = 0; i < object.size(); i++) {
            if (i > 0 || !firstInline) {
                indent(level);
            }
            out.append(word(object.nameAt(i))).append(':');
            member(object.valueAt(i), level);
        }
    }

    private void member(Json value, int level) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> {
                out.append('\n');
                object(object, level + 1, false);
            }
            case JsonArray array when !array.isEmpty() -> {
                out.append('\n');
                array(array, level);
            }
            default -> {
                out.append(' ');
                scalar(value, level + 1);
                out.append('\n');
            }
        }
    }

    private void array(JsonArray array, int level) {
        for (Json item : array) {
            indent(level);
            item(item, level);
        }
    }

    private void item(Json item, int level) {
        out.append("- ");
        switch (item) {
            case JsonObject object when !object.isEmpty() -> object(object, level + 1, true);
            case JsonArray inner when !inner.isEmpty() -> {
                item(inner.get(0), level + 1);
                for (int i = 1; i < inner.size(); i++) {
                    indent(level + 1);
                    item(inner.get(i), level + 1);
                }
            }
            default -> {
                scalar(item, level + 1);
                out.append('\n');
            }
        }
    }

    private void scalar(Json value, int level) {
        switch (value) {
            case JsonString(String text) -> text(text, level);
            case JsonObject _ -> out.append("{}");
            case JsonArray _ -> out.append("[]");
            default -> out.append(value);
        }
    }

    private void text(String text, int level) {
        boolean block =
                text.indexOf('\n') >= 0
                        && !text.startsWith(" ")
                        && !text.startsWith("\n")
                        && isPrintable(text);
        if (!block) {
            out.append(word(text));
            return;
        }
        String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        boolean keep = body.endsWith("\n") || body.isEmpty();
        out.append('|').append(keep ? "+" : text.endsWith("\n") ? "" : "-");
        for (String line : body.split("\n", -1)) {
            out.append('\n');
            if (!line.isEmpty()) {
                out.append(INDENT.repeat(level)).append(line);
            }
        }
    }

    private void indent(int level) {
        out.append(INDENT.repeat(level));
    }

    private static String word(String text) {
        if (text.isEmpty() || YamlScalars.isAmbiguous(text)) {
            return '"' + text + '"';
        }
        if (!isPrintable(text) || text.indexOf('\n') >= 0) {
            return new JsonString(text).toString();
        }
        boolean plain =
                UNSAFE_FIRST.indexOf(text.charAt(0)) < 0
                        && !text.contains(": ")
                        && !text.contains(" #")
                        && !text.endsWith(":")
                        && !text.endsWith(" ")
                        && !text.equals("---")
                        && !text.equals("...");
        return plain ? text : "'" + text.replace("'", "''") + "'";
    }

    private static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\n') || c == 0x7F || (c >= 0x80 && c < 0xA0) || c == '\uFEFF') {
                return false;
            }
        }
        return true;
    }
}
