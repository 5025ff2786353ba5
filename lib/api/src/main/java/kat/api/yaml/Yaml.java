package kat.api.yaml;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/// Reads YAML into JSON trees and writes them as YAML.
///
/// **Limits:** aliases expand to at most [#MOST_ALIASES] collections, so that a small text cannot
/// become a huge tree; texts are limited to [#LONGEST_TEXT] characters.
///
/// **Source:** sigs.k8s.io/yaml, with the scalars of the YAML 1.2 core schema.
public final class Yaml {

    public static final int MOST_ALIASES = 100;
    public static final int LONGEST_TEXT = 16 << 20;

    /// Plain texts that a YAML 1.1 reader, as Go's is, would not take for a text.
    private static final Pattern AMBIGUOUS =
            Pattern.compile("(?i)y|n|yes|no|on|off|0[0-7]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+");

    private Yaml() {}

    /// Reads the only document of a text; null for an empty one.
    ///
    /// @throws YamlException when the text is no YAML or holds several documents
    public static @Nullable Json parse(String text) {
        List<Json> documents = parseAll(text);
        if (documents.size() > 1) {
            throw new YamlException("expected one document, found " + documents.size());
        }
        return documents.isEmpty() ? null : documents.getFirst();
    }

    /// Reads every document of a text; empty documents are left out.
    ///
    /// @throws YamlException when the text is no YAML
    public static List<Json> parseAll(String text) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setAllowDuplicateKeys(true)
                        .setMaxAliasesForCollections(MOST_ALIASES)
                        .setCodePointLimit(LONGEST_TEXT)
                        .build();
        List<Json> documents = new ArrayList<>();
        try {
            for (Object document : new Load(settings).loadAllFromString(text)) {
                if (document != null) {
                    documents.add(toJson(document));
                }
            }
        } catch (YamlEngineException e) {
            throw new YamlException(String.valueOf(e.getMessage()));
        }
        return documents;
    }

    private static Json toJson(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.NULL;
            case Map<?, ?> map -> {
                JsonObject.Builder object = JsonObject.builder();
                map.forEach((name, member) -> object.put(String.valueOf(name), toJson(member)));
                yield object.build();
            }
            case Iterable<?> list -> {
                List<Json> items = new ArrayList<>();
                list.forEach(item -> items.add(toJson(item)));
                yield new JsonArray(items);
            }
            case String text -> new JsonString(text);
            case Boolean truth -> JsonBoolean.of(truth);
            case Integer number -> JsonNumber.of(number.longValue());
            case Long number -> JsonNumber.of(number.longValue());
            case BigInteger number -> JsonNumber.of(number.doubleValue());
            case Double number when Double.isFinite(number) -> JsonNumber.of(number.doubleValue());
            default -> new JsonString(value.toString());
        };
    }

    /// Writes a value as a document, with block style and no line folding.
    public static String write(Json value) {
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setIndicatorIndent(0)
                        .setWidth(Integer.MAX_VALUE)
                        .setSplitLines(false)
                        .build();
        return new Dump(settings, new Texts(settings)).dumpToString(fromJson(value));
    }

    private static @Nullable Object fromJson(Json value) {
        return switch (value) {
            case JsonNull _ -> null;
            case JsonString(String text) -> text;
            case JsonBoolean truth -> truth.value();
            case JsonNumber number when number.isInteger() -> number.longValue();
            case JsonNumber number -> number.doubleValue();
            case JsonArray array -> {
                List<@Nullable Object> items = new ArrayList<>();
                array.forEach(item -> items.add(fromJson(item)));
                yield items;
            }
            case JsonObject object -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                object.forEach((name, member) -> members.put(name, fromJson(member)));
                yield members;
            }
        };
    }

    /// Quotes what a YAML 1.1 reader would take for something else, and shows several lines as
    // such.
    private static final class Texts extends StandardRepresenter {

        Texts(DumpSettings settings) {
            super(settings);
            representers.put(
                    String.class,
                    data -> {
                        String text = (String) data;
                        return representScalar(Tag.STR, text, style(text));
                    });
        }

        private static ScalarStyle style(String text) {
            if (AMBIGUOUS.matcher(text).matches()) {
                return ScalarStyle.DOUBLE_QUOTED;
            }
            return text.indexOf('\n') >= 0 ? ScalarStyle.LITERAL : ScalarStyle.PLAIN;
        }
    }
}
