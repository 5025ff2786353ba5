package kat.api.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the tables of what each kind refuses. A table is a text of such lines:
///
/// | line | what it means |
/// |---|---|
/// | `base {…}` | the object that the rows after it change, its texts in single quotes |
/// | `new TITLE` | a row: the changed object is created |
/// | `update TITLE` | a row: the changed object replaces the base |
/// | `status TITLE` | a row: the changed object's status replaces that of the base |
/// | `set PATH VALUE` | what a row changes; a value of `-` takes the field away |
/// | `fault FIELD: MESSAGE` | what a row expects, in order; `…` at the end stands for any rest |
class KindTablesTest {

    private static final int LEAST_ROWS = 150;

    private enum Verb {
        NEW,
        UPDATE,
        STATUS
    }

    /// @param faults field and message of each cause
    private record Row(
            String table,
            String title,
            Verb verb,
            JsonObject base,
            JsonObject object,
            List<String> faults) {
        @Override
        public String toString() {
            return table + ": " + title;
        }
    }

    private static final List<String> TABLES =
            List.of("pods", "workloads", "services", "storage", "core", "cluster");

    static Stream<Row> rows() {
        return TABLES.stream().flatMap(table -> read(table).stream());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void refusesAsItsTableSays(Row row) {
        List<Status.Cause> given = run(row);

        List<String> texts = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            String text = given.get(i).field() + ": " + given.get(i).message();
            String wanted = i < row.faults().size() ? row.faults().get(i) : "";
            boolean fits =
                    wanted.endsWith("…")
                            && text.startsWith(wanted.substring(0, wanted.length() - 1));
            texts.add(fits ? wanted : text);
        }
        assertEquals(String.join("\n", row.faults()), String.join("\n", texts));
    }

    @Test
    void hasManyRows() {
        long rows = rows().count();

        assertTrue(rows >= LEAST_ROWS, "only " + rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pods", "workloads", "services", "storage", "core", "cluster"})
    void acceptsEachBase(String table) {
        for (Row row : read(table)) {
            Row plain = new Row(table, "base", Verb.NEW, row.base(), row.base(), List.of());
            assertEquals(List.of(), run(plain), row.base().toString());
        }
    }

    private static List<Status.Cause> run(Row row) {
        JsonObject base = row.base();
        Kind kind = Kinds.builtIn().byKind(base.string("apiVersion"), base.string("kind"));
        KubeObject before = new KubeObject(TestDefaults.of(Objects.requireNonNull(kind), base));
        KubeObject object = new KubeObject(TestDefaults.of(kind, row.object()));
        return switch (row.verb()) {
            case NEW -> Validation.create(kind, object);
            case UPDATE -> Validation.update(kind, versioned(object), before);
            case STATUS -> Validation.updateStatus(kind, versioned(object), before);
        };
    }

    private static KubeObject versioned(KubeObject object) {
        return new KubeObject(object.tree().withAt(Json.of("1"), "metadata", "resourceVersion"));
    }

    private static List<Row> read(String table) {
        List<Row> rows = new ArrayList<>();
        JsonObject base = JsonObject.EMPTY;
        int number = 0;
        for (String line : text(table).lines().toList()) {
            number++;
            int space = line.indexOf(' ');
            String rest = space < 0 ? "" : line.substring(space + 1).strip();
            switch (space < 0 ? line : line.substring(0, space)) {
                case "base" -> base = (JsonObject) json(rest);
                case "new" -> rows.add(row(table, rest, Verb.NEW, base));
                case "update" -> rows.add(row(table, rest, Verb.UPDATE, base));
                case "status" -> rows.add(row(table, rest, Verb.STATUS, base));
                case "set" -> rows.add(changed(rows.removeLast(), rest));
                case "fault" -> rows.getLast().faults().add(rest.replace("\\n", "\n"));
                default ->
                        assertTrue(
                                line.isBlank() || line.startsWith("#"),
                                table + ":" + number + " cannot be read: " + line);
            }
        }
        return rows;
    }

    private static Row row(String table, String title, Verb verb, JsonObject base) {
        return new Row(table, title, verb, base, base, new ArrayList<>());
    }

    private static Row changed(Row row, String change) {
        int space = change.indexOf(' ');
        List<String> path = List.of(change.substring(0, space).split("/"));
        String value = change.substring(space + 1).strip();
        Json object = with(row.object(), path, value);
        return new Row(
                row.table(),
                row.title(),
                row.verb(),
                row.base(),
                (JsonObject) object,
                row.faults());
    }

    private static Json with(Json place, List<String> path, String value) {
        String step = path.getFirst();
        List<String> more = path.subList(1, path.size());
        if (place instanceof JsonArray array) {
            List<Json> items = new ArrayList<>(array.items());
            int index = Integer.parseInt(step);
            Json item = index < items.size() ? items.get(index) : JsonObject.EMPTY;
            Json changed = more.isEmpty() ? json(value) : with(item, more, value);
            if (index < items.size()) {
                items.set(index, changed);
            } else {
                items.add(changed);
            }
            return new JsonArray(items);
        }
        JsonObject object = (JsonObject) place;
        String field = step.replace('~', '/');
        if (more.isEmpty()) {
            return value.equals("-") ? object.without(field) : object.with(field, json(value));
        }
        Json child = object.has(field) ? object.get(field) : JsonObject.EMPTY;
        return object.with(field, with(Objects.requireNonNull(child), more, value));
    }

    private static Json json(String text) {
        String quoted = text.replaceAll("([{,])\\s*([A-Za-z]+):", "$1\"$2\":").replace('\'', '"');
        return Json.parse(quoted.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String table) {
        try (InputStream in = KindTablesTest.class.getResourceAsStream(table + ".table")) {
            return new String(
                    Objects.requireNonNull(in, table).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the table " + table + " cannot be read", e);
        }
    }
}
