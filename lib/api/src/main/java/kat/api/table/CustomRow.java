package kat.api.table;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Rows of custom resources: the name, then what their columns' JSON paths find.
///
/// **Source:** `apiextensions-apiserver/pkg/registry/customresource/tableconvertor`.
final class CustomRow {

    private static final Column AGE =
            new Column("Age", "date", "", "", 0, ".metadata.creationTimestamp");

    private CustomRow() {}

    /// @param declared without the name; empty for a resource that declares none
    static List<Column> columns(List<Column> declared) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.of("Name", "string", false));
        columns.addAll(declared.isEmpty() ? List.of(AGE) : declared);
        return columns;
    }

    static Rows.Printer printer(List<Column> columns) {
        return (object, cells) -> {
            cells.name();
            for (Column column : columns.subList(1, columns.size())) {
                cells.value(cell(column, JsonPath.find(object, column.jsonPath()), cells));
            }
        };
    }

    private static Json cell(Column column, List<Json> found, Cells cells) {
        if (found.isEmpty() || found.getFirst() instanceof JsonNull) {
            return JsonNull.NULL;
        }
        Json first = found.getFirst();
        return switch (column.type()) {
            case "integer" ->
                    first instanceof JsonNumber number
                            ? Json.of(number.longValue())
                            : JsonNull.NULL;
            case "number" -> first instanceof JsonNumber ? first : JsonNull.NULL;
            case "boolean" -> first instanceof JsonBoolean ? first : JsonNull.NULL;
            case "date" ->
                    first instanceof JsonString(String time)
                            ? Json.of(cells.since(time))
                            : Json.of("<invalid>");
            default -> Json.of(text(found));
        };
    }

    private static String text(List<Json> found) {
        List<String> texts = new ArrayList<>();
        for (Json value : found) {
            texts.add(
                    switch (value) {
                        case JsonString(String text) -> text;
                        case JsonObject object -> object.toString();
                        case JsonArray array -> array.toString();
                        default -> value.toString();
                    });
        }
        return String.join(",", texts);
    }
}
