package kat.api.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import kat.api.Kind;
import kat.api.schema.Descriptions;

/// What columns of tables are for, in sentences: `column-texts.txt`, of which most lines stand
/// for those of fields. Read when the first table is made.
///
/// **Source:** `pkg/printers/internalversion`, as Kubernetes 1.36.3 answers.
final class ColumnTexts {

    private static final String ANY = "*";

    /// Where the descriptions of fields have lost the lines between their paragraphs.
    private static final String PARAGRAPH = "(?<=[.:]) {2}(?=[A-Z`\"(])";

    private ColumnTexts() {}

    /// Empty when there is none.
    static String of(Kind kind, String column) {
        String own = Known.TEXTS.get(kind + "\t" + column);
        return own == null ? ofAny(column) : own;
    }

    /// Of a column that every kind has; empty when there is none.
    static String ofAny(String column) {
        return Known.TEXTS.getOrDefault(ANY + "\t" + column, "");
    }

    private static final class Known {

        static final Map<String, String> TEXTS = read();

        private static Map<String, String> read() {
            try (InputStream file = ColumnTexts.class.getResourceAsStream("column-texts.txt")) {
                if (file == null) {
                    throw new IllegalStateException("column-texts.txt is not on the class path");
                }
                Descriptions fields = Descriptions.read();
                Map<String, String> texts = new HashMap<>();
                new String(file.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .forEach(
                                line -> {
                                    int end = line.lastIndexOf('\t');
                                    String text = text(line.substring(end + 1), fields);
                                    texts.put(line.substring(0, end), text);
                                });
                return Map.copyOf(texts);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read column-texts.txt", e);
            }
        }

        private static String text(String source, Descriptions fields) {
            return switch (source.charAt(0)) {
                case '=' -> field(source, fields).replaceAll(PARAGRAPH, "\n\n");
                case '~' -> field(source, fields);
                default -> source;
            };
        }

        private static String field(String source, Descriptions fields) {
            int hash = source.indexOf('#');
            return fields.of(source.substring(1, hash), source.substring(hash + 1));
        }
    }
}
