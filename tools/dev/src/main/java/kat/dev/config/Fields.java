package kat.dev.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The fields that skaffold.yaml may have, and what KAT does about each: the table
/// `fields.txt`.
///
/// **Source:** the JSON schemas that skaffold publishes for each version.
public final class Fields {

    private static final int COLUMNS = 7;

    /// What KAT does about a field.
    public enum State {
        /// It does what skaffold documents.
        ACTS,
        /// It is left aside with a warning, for what is built and deployed stays the same.
        WARNED,
        /// It is an error, for something else would be built or deployed.
        REFUSED
    }

    /// One field of one type.
    ///
    /// @param form `text`, `bool`, `int`, `number`, `any`, `[form]`, `{form}` or a type's name
    /// @param first the oldest version that has it in this form
    /// @param note why it does not act; empty when there is no more to say
    public record Field(
            String type,
            String name,
            String form,
            String first,
            String last,
            State state,
            String note) {

        boolean isIn(String version) {
            int place = Versions.place(version);
            return Versions.place(first) <= place && place <= Versions.place(last);
        }
    }

    private static final SequencedMap<String, List<Field>> TYPES = read();

    private Fields() {}

    /// All fields, by the names of their types.
    public static SequencedMap<String, List<Field>> all() {
        return java.util.Collections.unmodifiableSequencedMap(TYPES);
    }

    /// The fields of a type in all versions; none for a type that has none or is not known.
    static List<Field> of(String type) {
        return TYPES.getOrDefault(type, List.of());
    }

    private static SequencedMap<String, List<Field>> read() {
        SequencedMap<String, List<Field>> types = new TreeMap<>();
        try (InputStream table = Fields.class.getResourceAsStream("fields.txt")) {
            if (table == null) {
                throw new IllegalStateException("fields.txt is missing beside Fields");
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    Field field = field(line.split(" ", COLUMNS));
                    types.computeIfAbsent(field.type(), _ -> new ArrayList<>()).add(field);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return types;
    }

    private static Field field(String[] columns) {
        State state =
                switch (columns[5]) {
                    case "acts" -> State.ACTS;
                    case "warned" -> State.WARNED;
                    default -> State.REFUSED;
                };
        String note = columns.length == COLUMNS ? columns[6] : "";
        return new Field(columns[0], columns[1], columns[2], columns[3], columns[4], state, note);
    }
}
