package kat.api.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the Go structs of Kubernetes tell that schemas do not: names of types of their own, and the
/// structs in which fields are embedded. Both stand in refusals of values of a wrong type, and are
/// read when there is a first one.
///
/// **Threads:** immutable.
///
/// **Source:** `types.go` of k8s.io/api and its like; `go-types.txt` is made from them by
/// `scripts/gotypes.py`.
final class GoTypes {

    private static final GoTypes BUILT_IN = new GoTypes();

    /// By definition, a space and the field.
    private final Map<String, String> types = new HashMap<>();

    private final Map<String, String> embeddings = new HashMap<>();

    private GoTypes() {
        for (String line : read().split("\n", -1)) {
            String[] words = line.split(" ", -1);
            for (int i = 1; i < words.length && !line.startsWith("#"); i++) {
                String word = words[i];
                int end = word.indexOf('=') < 0 ? word.indexOf('<') : word.indexOf('=');
                (word.charAt(end) == '=' ? types : embeddings)
                        .put(words[0] + " " + word.substring(0, end), word.substring(end + 1));
            }
        }
    }

    private static String read() {
        try (InputStream file = GoTypes.class.getResourceAsStream("go-types.txt")) {
            if (file == null) {
                throw new IllegalStateException("go-types.txt is not on the class path");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read go-types.txt", e);
        }
    }

    /// The type of a field or of what is in it; null where it follows from the schema.
    ///
    /// @param depth how many lists and maps deep the value is in the field
    static @Nullable String of(Schema struct, String field, int depth) {
        String type = BUILT_IN.types.get(struct.definition() + " " + field);
        for (int i = 0; i < depth && type != null; i++) {
            int inner = type.indexOf(']') + 1;
            type = inner == 0 ? null : type.substring(inner);
        }
        return type;
    }

    /// The structs that lie between a struct and a field which its JSON has, with points between
    /// them and one at the end; mostly none.
    static String before(Schema struct, String field) {
        String structs = BUILT_IN.embeddings.get(struct.definition() + " " + field);
        return structs == null ? "" : structs + ".";
    }
}
