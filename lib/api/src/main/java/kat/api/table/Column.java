package kat.api.table;

import kat.api.json.JsonObject;

/// One column.
///
/// @param type `string`, `integer`, `number`, `boolean` or `date`
/// @param format `name` for the object's name, else mostly empty
/// @param priority 0 for columns that are always shown, more for those of wide output
/// @param jsonPath where a custom resource's value lies; empty for built-in kinds
public record Column(
        String name,
        String type,
        String format,
        String description,
        int priority,
        String jsonPath) {

    static Column of(String name, String type, boolean isWide) {
        String format = name.equals("Name") || name.equals("Attacher") ? "name" : "";
        return new Column(name, type, format, "", isWide ? 1 : 0, "");
    }

    /// A column whose type is written, which has no format.
    static Column typed(String name, String type, boolean isWide) {
        return new Column(name, type, "", "", isWide ? 1 : 0, "");
    }

    /// One of `additionalPrinterColumns`; its path is told where it is not described.
    public static Column parse(JsonObject tree) {
        String description = tree.string("description");
        return new Column(
                tree.string("name"),
                tree.string("type"),
                tree.string("format"),
                description.isEmpty()
                        ? "Custom resource definition column (in JSONPath format): "
                                + tree.string("jsonPath")
                        : description,
                (int) tree.integer("priority", 0),
                tree.string("jsonPath"));
    }

    /// With a description, unless it has one.
    Column described(String text) {
        return description.isEmpty()
                ? new Column(name, type, format, text, priority, jsonPath)
                : this;
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("name", name)
                .put("type", type)
                .put("format", format)
                .put("description", description)
                .put("priority", priority)
                .build();
    }
}
