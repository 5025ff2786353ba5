package kat.api.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// What definitions and fields are for, in sentences: `descriptions.txt`, which the build makes
/// from the official Java client and which may be missing. It is read for each document that is
/// built, and not kept.
///
/// **Threads:** immutable.
///
/// One line each: `definition TAB text` and `definition#field TAB text`, line ends as `\n`.
public final class Descriptions {

    /// Changes with what the texts are taken from: clients keep documents by it.
    public static final String EDITION = "client-java-api 27.0.0";

    private static final String FILE = "/kat/api/openapi/descriptions.txt";

    private final Map<String, String> texts;

    private Descriptions(Map<String, String> texts) {
        this.texts = texts;
    }

    /// Reads all of them anew.
    public static Descriptions read() {
        try (InputStream file = Descriptions.class.getResourceAsStream(FILE)) {
            Map<String, String> found = new HashMap<>();
            if (file != null) {
                new String(file.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(
                                line -> {
                                    int tab = line.indexOf('\t');
                                    String text = line.substring(tab + 1).replace("\\n", "\n");
                                    found.put(line.substring(0, tab), text);
                                });
            }
            return new Descriptions(found);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read descriptions.txt", e);
        }
    }

    /// Empty when there is none.
    public String of(String definition) {
        return texts.getOrDefault(definition, "");
    }

    /// Empty when there is none.
    public String of(String definition, String field) {
        return texts.getOrDefault(definition + "#" + field, "");
    }
}
