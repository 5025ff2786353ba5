package kat.api.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;

/// Writes objects as `meta.k8s.io/v1` Tables, and as bare metadata.
///
/// ```java
/// JsonObject table = Tables.table(Kinds.POD, List.of(), pods, listMeta,
///         new Tables.Options(Tables.Include.METADATA, true), now);
/// ```
///
/// **Threads:** any.
///
/// **Source:** `pkg/printers/internalversion`; `apiserver/pkg/endpoints/handlers/response.go`.
public final class Tables {

    private static final String META = "meta.k8s.io/v1";
    private static final Map<String, List<Column>> COLUMNS = readColumns();
    private static final Map<String, Rows.Printer> PRINTERS = Rows.all();

    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final List<Column> PLAIN =
            List.of(Column.of("Name", "string", false), Column.of("Created At", "date", false));

    /// How much of each object comes with its row; `includeObject` of a request.
    public enum Include {
        NONE,
        METADATA,
        OBJECT
    }

    /// @param include how much of each object comes with its row
    /// @param hasHeaders false for `includeHeaders`-less answers: all but the first event of a
    ///     watch
    public record Options(Include include, boolean hasHeaders) {}

    private Tables() {}

    /// A table of objects.
    ///
    /// @param custom the columns that a custom resource declares; ignored for built-in kinds
    /// @param metadata `resourceVersion`, `continue` … of the list or the one object
    public static JsonObject table(
            Kind kind,
            List<Column> custom,
            List<JsonObject> objects,
            JsonObject metadata,
            Options options,
            Instant now) {
        boolean isCustom = kind.schema().isEmpty();
        List<Column> columns = isCustom ? CustomRow.columns(custom) : columns(kind);
        Rows.Printer printer =
                isCustom ? CustomRow.printer(columns) : PRINTERS.getOrDefault(key(kind), PLAIN_ROW);
        List<Json> rows = new ArrayList<>(objects.size());
        for (JsonObject object : objects) {
            Cells cells = new Cells(object, now);
            printer.print(object, cells);
            rows.add(row(kind, object, cells, options.include()));
        }
        boolean plainAndEmpty = rows.isEmpty() && !isCustom && columns == PLAIN;
        return JsonObject.builder()
                .put("kind", "Table")
                .put("apiVersion", META)
                .put("metadata", metadata)
                .put(
                        "columnDefinitions",
                        options.hasHeaders() ? headers(kind, columns) : JsonNull.NULL)
                .put("rows", plainAndEmpty ? JsonNull.NULL : new JsonArray(rows))
                .build();
    }

    /// The columns of a built-in kind.
    public static List<Column> columns(Kind kind) {
        return COLUMNS.getOrDefault(key(kind), PLAIN);
    }

    /// An object's metadata as an object of its own.
    public static JsonObject partial(Kind kind, JsonObject object) {
        return JsonObject.builder()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", META)
                .put("metadata", metadata(kind, object.object("metadata")))
                .build();
    }

    /// Without what only the version that is served holds as an annotation.
    private static JsonObject metadata(Kind kind, JsonObject metadata) {
        if (!kind.kind().equals("DaemonSet")
                || !metadata.object("annotations").has(TEMPLATE_GENERATION)) {
            return metadata;
        }
        JsonObject rest = metadata.object("annotations").without(TEMPLATE_GENERATION);
        return rest.isEmpty()
                ? metadata.without("annotations")
                : metadata.with("annotations", rest);
    }

    /// The metadata of the objects of a list.
    ///
    /// @param metadata of the list
    public static JsonObject partialList(Kind kind, List<JsonObject> objects, JsonObject metadata) {
        List<Json> items = new ArrayList<>(objects.size());
        for (JsonObject object : objects) {
            items.add(partial(kind, object));
        }
        return JsonObject.builder()
                .put("kind", "PartialObjectMetadataList")
                .put("apiVersion", META)
                .put("metadata", metadata)
                .put("items", items.isEmpty() ? JsonNull.NULL : new JsonArray(items))
                .build();
    }

    private static final Rows.Printer PLAIN_ROW =
            (object, cells) ->
                    cells.name().text(object.object("metadata").string("creationTimestamp"));

    private static JsonObject row(Kind kind, JsonObject object, Cells cells, Include include) {
        JsonObject.Builder row = JsonObject.builder().put("cells", cells.toJson());
        if (key(kind).equals("v1 Pod")) {
            JsonArray conditions = PodRow.conditions(object);
            if (!conditions.isEmpty()) {
                row.put("conditions", conditions);
            }
        }
        return row.put(
                        "object",
                        switch (include) {
                            case NONE -> JsonNull.NULL;
                            case METADATA -> partial(kind, object);
                            case OBJECT -> object;
                        })
                .build();
    }

    private static JsonArray headers(Kind kind, List<Column> columns) {
        boolean isCustom = kind.schema().isEmpty();
        List<Json> headers = new ArrayList<>();
        for (Column column : columns) {
            String text =
                    isCustom
                            ? ColumnTexts.ofAny(column.name())
                            : ColumnTexts.of(kind, column.name());
            headers.add(column.described(text).toJson());
        }
        return new JsonArray(headers);
    }

    private static String key(Kind kind) {
        return kind.toString();
    }

    private static Map<String, List<Column>> readColumns() {
        try (InputStream file = Tables.class.getResourceAsStream("columns.txt")) {
            if (file == null) {
                throw new IllegalStateException("columns.txt is not on the class path");
            }
            Map<String, List<Column>> found = new HashMap<>();
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> readLine(line, found));
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read columns.txt", e);
        }
    }

    private static void readLine(String line, Map<String, List<Column>> found) {
        String[] parts = line.split("\\|", -1);
        List<Column> columns = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            boolean isWide = parts[i].endsWith("*");
            String text = isWide ? parts[i].substring(0, parts[i].length() - 1) : parts[i];
            int colon = text.indexOf(':');
            columns.add(
                    colon < 0
                            ? Column.of(text, "string", isWide)
                            : Column.typed(
                                    text.substring(0, colon), text.substring(colon + 1), isWide));
        }
        found.put(parts[0], List.copyOf(columns));
    }
}
