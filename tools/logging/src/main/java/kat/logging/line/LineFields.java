package kat.logging.line;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// What can be read out of a text: the members of a line that is a JSON object, and how grave
/// it is. Nothing of it is stored; it is read when lines are shown or chosen by it.
public final class LineFields {

    /// Texts that are longer have no fields.
    private static final int LONGEST = 64 << 10;

    /// How deep members of members become fields, as `http.request.method`.
    private static final int DEEPEST = 8;

    private static final int MOST_FIELDS = 256;

    private static final Pattern LEVEL =
            Pattern.compile(
                    "\\b(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|SEVERE|FATAL|CRITICAL|PANIC)\\b"
                            + "|\\b(?:level|lvl|severity)=\"?([a-zA-Z]+)");

    private static final int HEAD = 256;

    private LineFields() {}

    /// The members of a JSON object by their path, values as text; empty when the text is none.
    public static SequencedMap<String, String> of(String text) {
        SequencedMap<String, String> fields = new TreeMap<>();
        if (!text.startsWith("{")
                || !text.stripTrailing().endsWith("}")
                || text.length() > LONGEST) {
            return fields;
        }
        try {
            if (Json.parse(text.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject tree) {
                collect("", tree, 1, fields);
            }
            return fields;
        } catch (JsonException notJson) {
            return new TreeMap<>();
        }
    }

    private static void collect(
            String prefix, JsonObject tree, int depth, SequencedMap<String, String> fields) {
        tree.forEach(
                (name, value) -> {
                    if (fields.size() >= MOST_FIELDS) {
                        return;
                    }
                    if (value instanceof JsonObject inner && depth < DEEPEST) {
                        collect(prefix + name + ".", inner, depth + 1, fields);
                    } else {
                        fields.put(
                                prefix + name,
                                value instanceof JsonString string
                                        ? string.value()
                                        : value.toString());
                    }
                });
    }

    /// `trace`, `debug`, `info`, `warn`, `error` or `fatal`; empty when the text does not tell.
    ///
    /// @param fields those of the text
    public static String level(String text, SequencedMap<String, String> fields) {
        for (String name : new String[] {"level", "severity", "lvl", "log.level", "levelname"}) {
            String value = fields.get(name);
            if (value != null) {
                return common(value);
            }
        }
        Matcher found = LEVEL.matcher(text.substring(0, Math.min(HEAD, text.length())));
        if (!found.find()) {
            return "";
        }
        return common(found.group(1) == null ? found.group(2) : found.group(1));
    }

    private static String common(String level) {
        return switch (level.toLowerCase(Locale.ROOT)) {
            case "trace", "finest", "finer" -> "trace";
            case "debug", "fine" -> "debug";
            case "info", "notice", "information" -> "info";
            case "warn", "warning" -> "warn";
            case "error", "err", "severe" -> "error";
            case "fatal", "critical", "panic", "emergency", "alert" -> "fatal";
            default -> "";
        };
    }
}
