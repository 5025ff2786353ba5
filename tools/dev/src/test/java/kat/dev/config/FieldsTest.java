package kat.dev.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The table of fields against itself and against docs/dev.md.
class FieldsTest {

    private static final String BEGIN = "<!-- fields: checked by FieldsTest -->\n";

    @Test
    void namesOnlyTypesThatAreThere() {
        Set<String> known = Fields.all().keySet();
        Set<String> missing = new LinkedHashSet<>();
        for (List<Fields.Field> fields : Fields.all().values()) {
            for (Fields.Field field : fields) {
                String form = field.form().replaceAll("[\\[\\]{}]", "");
                if (Character.isUpperCase(form.charAt(0)) && !known.contains(form)) {
                    missing.add(form);
                }
            }
        }

        // Types without fields: their presence says everything.
        assertEquals(Set.of("Auto", "InputDigest", "ShaTagger"), missing);
    }

    @Test
    void isToldInTheDocument() throws IOException {
        String text = Files.readString(root().resolve("docs/dev.md"));
        int begin = text.indexOf(BEGIN);
        assertTrue(begin > 0, "docs/dev.md has no table of fields");

        assertEquals(
                table().strip(),
                text.substring(begin + BEGIN.length()).split("\n\n", -1)[0].strip());
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("kat"))) {
            folder = folder.getParent();
        }
        return folder == null ? Path.of("") : folder;
    }

    /// A row a place, for all places that can be reached through fields that act.
    private static String table() {
        StringBuilder table =
                new StringBuilder(
                        "| in | act | left aside with a warning | refused |\n|---|---|---|---|\n");
        SequencedMap<String, String> places = new LinkedHashMap<>();
        Deque<String> left = new ArrayDeque<>(List.of("Config"));
        places.put("Config", "the document");
        while (!left.isEmpty()) {
            String type = left.removeFirst();
            row(table, type, places.getOrDefault(type, ""));
            for (Fields.Field field : Fields.of(type)) {
                String inner = field.form().replaceAll("[\\[\\]{}]", "");
                boolean isKnown = Fields.all().containsKey(inner);
                if (field.state() == Fields.State.ACTS && isKnown && !places.containsKey(inner)) {
                    String place = type.equals("Config") ? "" : places.get(type) + ".";
                    places.put(inner, place + field.name());
                    left.add(inner);
                }
            }
        }
        return table.toString();
    }

    private static void row(StringBuilder table, String type, String place) {
        Map<Fields.State, Set<String>> names = new LinkedHashMap<>();
        for (Fields.Field field : Fields.of(type)) {
            names.computeIfAbsent(field.state(), _ -> new LinkedHashSet<>()).add(field.name());
        }
        table.append("| `").append(place).append("` |");
        for (Fields.State state : Fields.State.values()) {
            table.append(' ')
                    .append(String.join(", ", names.getOrDefault(state, Set.of())))
                    .append(" |");
        }
        table.append('\n');
    }
}
