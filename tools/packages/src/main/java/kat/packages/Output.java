package kat.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;

/// The forms of output that `-o` chooses.
enum Output {
    TABLE,
    JSON,
    YAML;

    private static final Pattern TIME =
            Pattern.compile("(?m)^( *(?:- )?[a-z_]+: )(\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z)$");

    /// @throws HelmException in Helm's words for another form
    static Output of(Invocation said) {
        return switch (said.text("output")) {
            case "", "table" -> TABLE;
            case "json" -> JSON;
            case "yaml" -> YAML;
            default ->
                    throw new HelmException(
                            "invalid argument \""
                                    + said.text("output")
                                    + "\" for \"-o, --output\" flag: invalid format type");
        };
    }

    /// An object; where it is to be a table, what that is.
    String object(Json value, String table) {
        return switch (this) {
            case TABLE -> table;
            case JSON -> value + "\n";
            case YAML -> yaml(value);
        };
    }

    /// Rows whose columns have names for people and names for programs.
    ///
    /// @param columns the name for programs to the name for people, in order
    String rows(
            SequencedMap<String, String> columns, List<Map<String, Json>> rows, boolean headed) {
        return switch (this) {
            case TABLE -> table(columns, rows, headed);
            case JSON -> ordered(columns, rows);
            case YAML -> {
                List<Json> items = new ArrayList<>();
                rows.forEach(row -> items.add(JsonObject.of(row)));
                yield yaml(new JsonArray(items));
            }
        };
    }

    private static String table(
            SequencedMap<String, String> columns, List<Map<String, Json>> rows, boolean headed) {
        List<List<String>> cells = new ArrayList<>();
        if (headed) {
            cells.add(List.copyOf(columns.values()));
        }
        for (Map<String, Json> row : rows) {
            List<String> line = new ArrayList<>();
            for (String column : columns.keySet()) {
                Json value = row.get(column);
                line.add(
                        value instanceof kat.api.json.JsonString(String text)
                                ? text
                                : String.valueOf(value));
            }
            cells.add(line);
        }
        return cells.isEmpty() ? "\n" : Columns.of(cells);
    }

    /// YAML in which times stay texts for readers that know times.
    static String yaml(Json value) {
        return TIME.matcher(Yaml.write(value)).replaceAll("$1\"$2\"");
    }

    /// JSON with the members in the order of the columns, as Helm writes it.
    private static String ordered(
            SequencedMap<String, String> columns, List<Map<String, Json>> rows) {
        List<String> objects = new ArrayList<>();
        for (Map<String, Json> row : rows) {
            List<String> members = new ArrayList<>();
            for (String column : columns.keySet()) {
                members.add(new kat.api.json.JsonString(column) + ":" + row.get(column));
            }
            objects.add("{" + String.join(",", members) + "}");
        }
        return "[" + String.join(",", objects) + "]\n";
    }
}
