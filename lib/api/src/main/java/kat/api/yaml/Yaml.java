package kat.api.yaml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonReader;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads YAML into JSON values and writes JSON values as YAML.
///
/// Plain words mean what they mean in YAML 1.1 (`yes` is true, `0777` is octal), since that is how
/// Kubernetes and kubectl read manifests.
///
/// **Limits:** [#MAX_CHARACTERS] characters, [#MAX_DEPTH] levels, [#MAX_NODES] values after aliases
/// are expanded.
public final class Yaml {

    public static final int MAX_CHARACTERS = 3 * 1024 * 1024;

    /// How deep values may nest.
    public static final int MAX_DEPTH = 500;

    /// How many values a document may have after its aliases are expanded.
    public static final int MAX_NODES = 1_000_000;

    private Yaml() {}

    /// A document.
    ///
    /// @param duplicates a sentence for each key that came again in its map; the last value counts
    public record Document(Json value, List<String> duplicates) {
        public Document {
            duplicates = List.copyOf(duplicates);
        }
    }

    /// Reads the first document of a text; null when it has none.
    ///
    /// @throws YamlException when the text is not YAML
    public static Document read(String text) {
        Json json = asJson(text);
        if (json != null) {
            return new Document(json, List.of());
        }
        List<Document> documents = documents(text, 1);
        return documents.isEmpty() ? new Document(JsonNull.NULL, List.of()) : documents.getFirst();
    }

    /// The value of the only document of a text; null for an empty one.
    ///
    /// @throws YamlException when the text is not YAML or holds several documents
    public static @Nullable Json parse(String text) {
        Json json = asJson(text);
        if (json != null) {
            return json;
        }
        List<Document> documents = documents(text, 2);
        if (documents.size() > 1) {
            throw new YamlException("expected one document, found several");
        }
        boolean empty = documents.isEmpty() || documents.getFirst().value().isNull();
        return empty ? null : documents.getFirst().value();
    }

    /// Clients mostly send JSON where YAML is allowed, which it is a part of, and its own reader is
    /// far quicker. Null when the text is no JSON object, or one that YAML's reader would find
    /// fault with.
    private static @Nullable Json asJson(String text) {
        if (!text.startsWith("{") || text.length() > MAX_CHARACTERS) {
            return null;
        }
        try {
            JsonReader.Strict read = JsonReader.readStrict(text.getBytes(StandardCharsets.UTF_8));
            return read.duplicateFields().isEmpty() && read.depth() <= MAX_DEPTH
                    ? read.value()
                    : null;
        } catch (JsonException notJson) {
            return null;
        }
    }

    /// Go's reader takes tabs between braces for spaces, this one does not: documents that begin
    /// with a brace, which are mostly JSON with a comma too many, get spaces.
    private static String spaced(String text) {
        if (text.indexOf('\t') < 0 || !text.stripLeading().startsWith("{")) {
            return text;
        }
        StringBuilder spaced = new StringBuilder(text);
        char quote = 0;
        for (int i = 0; i < spaced.length(); i++) {
            char c = spaced.charAt(i);
            if (quote == 0 && c == '\t') {
                spaced.setCharAt(i, ' ');
            } else if (quote == '"' && c == '\\') {
                i++;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
        }
        return spaced.toString();
    }

    /// Reads all documents that hold an object; empty ones are left out.
    ///
    /// @throws YamlException when the text is not YAML or a document is no object
    public static List<JsonObject> readObjects(String text) {
        List<JsonObject> objects = new ArrayList<>();
        for (Document document : documents(text, Integer.MAX_VALUE)) {
            switch (document.value()) {
                case JsonObject object -> objects.add(object);
                case JsonNull _ -> {}
                default ->
                        throw new YamlException(
                                "document "
                                        + (objects.size() + 1)
                                        + " is no object but "
                                        + document.value().typeName());
            }
        }
        return objects;
    }

    /// The value as YAML in block style, with a line end.
    public static String write(Json value) {
        return YamlWriter.write(value);
    }

    private static List<Document> documents(String text, int most) {
        if (text.length() > MAX_CHARACTERS) {
            throw new YamlException("document is longer than " + MAX_CHARACTERS + " characters");
        }
        LoadSettings settings =
                LoadSettings.builder()
                        .setCodePointLimit(MAX_CHARACTERS)
                        .setAllowDuplicateKeys(true)
                        .build();
        List<Document> documents = new ArrayList<>();
        try {
            Iterator<Event> events = new Parse(settings).parseString(spaced(text)).iterator();
            while (events.hasNext() && documents.size() < most) {
                if (events.next().getEventId() == Event.ID.DocumentStart) {
                    YamlComposer composer = new YamlComposer(events);
                    documents.add(new Document(composer.document(), composer.duplicates()));
                }
            }
            return documents;
        } catch (MarkedYamlEngineException fault) {
            throw new YamlException(
                    fault.getProblemMark()
                                    .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                                    .orElse("")
                            + fault.getProblem());
        } catch (YamlEngineException fault) {
            throw new YamlException(String.valueOf(fault.getMessage()));
        }
    }
}
