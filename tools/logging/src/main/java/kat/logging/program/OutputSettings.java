package kat.logging.program;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.logging.output.BulkFormat;
import kat.logging.output.Format;
import kat.logging.output.LokiFormat;
import kat.logging.output.OtlpFormat;

/// One store that lines are sent on to.
///
/// @param name of its own; how far it has come is kept under it
/// @param type `elasticsearch`, `opensearch`, `loki` or `otlp`
/// @param address of the store
/// @param index of Elasticsearch and OpenSearch; default `kat-logs`
/// @param secret in `kat-system`, whose `authorization` is the header of that name; empty for
///     none
record OutputSettings(String name, String type, URI address, String index, String secret) {

    private static final Set<String> KNOWN = Set.of("name", "type", "url", "index", "secret");
    private static final Set<String> TYPES = Set.of("elasticsearch", "opensearch", "loki", "otlp");

    /// @param text a list in YAML; empty for none
    /// @throws IllegalArgumentException when it is wrong; the message says where
    static List<OutputSettings> read(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        try {
            if (!(Yaml.parse(text) instanceof JsonArray list)) {
                throw new IllegalArgumentException("outputs must be a list");
            }
            List<OutputSettings> found = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (JsonObject each : list.objects()) {
                OutputSettings output = of(each);
                if (!names.add(output.name())) {
                    throw new IllegalArgumentException("two outputs are called " + output.name());
                }
                found.add(output);
            }
            return List.copyOf(found);
        } catch (YamlException e) {
            throw new IllegalArgumentException("outputs: " + e.getMessage(), e);
        }
    }

    private static OutputSettings of(JsonObject tree) {
        for (String name : tree.names()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("outputs: unknown field " + name);
            }
        }
        String name = tree.string("name");
        String type = tree.string("type");
        if (!name.matches("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")) {
            throw new IllegalArgumentException("outputs: a name is needed, of a-z, 0-9 and -");
        }
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "outputs: the type of "
                            + name
                            + " must be elasticsearch, opensearch, loki or otlp");
        }
        return new OutputSettings(
                name,
                type,
                address(name, tree.string("url")),
                tree.string("index", "kat-logs"),
                tree.string("secret"));
    }

    private static URI address(String name, String url) {
        try {
            URI address = new URI(url);
            if (address.getHost() != null
                    && String.valueOf(address.getScheme()).matches("https?")) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("outputs: the url of " + name + " is none", e);
        }
        throw new IllegalArgumentException(
                "outputs: the url of " + name + " must begin with http:// or https://");
    }

    /// @param store tells lines of this store from those of others
    Format format(String store) {
        return switch (type) {
            case "loki" -> new LokiFormat();
            case "otlp" -> new OtlpFormat();
            default -> new BulkFormat(index, store);
        };
    }
}
