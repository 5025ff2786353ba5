package kat.api.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// The definitions of Kubernetes 1.36 by name, each parsed when first asked for, and the maker of
/// schemas for custom resources.
///
/// `schemas.txt` holds one definition a line, so that loading it means finding the line ends.
///
/// **Threads:** any.
public final class Schemas {

    public static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private static final Schemas BUILT_IN = load();

    private final byte[] lines;
    private final Map<String, int[]> ranges;
    private final ConcurrentHashMap<String, Schema> parsed = new ConcurrentHashMap<>();
    private final Schema any = new Schema(this, "", JsonObject.EMPTY, null);

    private Schemas(byte[] lines) {
        this.lines = lines;
        this.ranges = index(lines);
    }

    /// The definitions of the built-in kinds.
    public static Schemas builtIn() {
        return BUILT_IN;
    }

    /// The schema of a kind's objects; null for a kind that is not built in.
    public @Nullable Schema of(Kind kind) {
        return find(kind.schema());
    }

    /// @throws IllegalStateException when there is no such definition
    public Schema require(String name) {
        Schema found = find(name);
        if (found == null) {
            throw new IllegalStateException("no schema definition " + name);
        }
        return found;
    }

    public @Nullable Schema find(String name) {
        int[] range = ranges.get(name);
        return range == null ? null : parsed.computeIfAbsent(name, _ -> parse(name, range));
    }

    /// The schema of what may be anything.
    public Schema any() {
        return any;
    }

    /// The names of all definitions, sorted.
    public List<String> names() {
        List<String> names = new ArrayList<>(ranges.keySet());
        names.sort(null);
        return names;
    }

    /// The schema of a custom resource's objects in one version. `apiVersion`, `kind` and
    /// `metadata` are those of every object, whatever the tree says of them.
    ///
    /// @param openApi the version's `openAPIV3Schema`
    public Schema structural(JsonObject openApi) {
        return Schema.custom(this, openApi.with("properties", whole(openApi.object("properties"))));
    }

    /// Properties with those that every object has.
    static JsonObject whole(JsonObject properties) {
        return properties
                .with("apiVersion", text(properties.object("apiVersion")))
                .with("kind", text(properties.object("kind")))
                .with("metadata", MetadataFilling.property(properties.object("metadata")));
    }

    private static JsonObject text(JsonObject declared) {
        JsonObject text = JsonObject.of("type", Json.of("string"));
        return declared.get("default") instanceof JsonString value
                ? text.with("default", value)
                : text;
    }

    private Schema parse(String name, int[] range) {
        JsonObject source = (JsonObject) Json.parse(Arrays.copyOfRange(lines, range[0], range[1]));
        return new Schema(this, name, source.with("definition", name), null);
    }

    private static Map<String, int[]> index(byte[] lines) {
        Map<String, int[]> found = new HashMap<>();
        int start = 0;
        while (start < lines.length) {
            int tab = start;
            while (lines[tab] != '\t') {
                tab++;
            }
            int end = tab;
            while (lines[end] != '\n') {
                end++;
            }
            String name = new String(lines, start, tab - start, StandardCharsets.US_ASCII);
            found.put(name, new int[] {tab + 1, end});
            start = end + 1;
        }
        return found;
    }

    private static Schemas load() {
        try (InputStream file = Schemas.class.getResourceAsStream("schemas.txt")) {
            if (file == null) {
                throw new IllegalStateException("schemas.txt is not on the class path");
            }
            return new Schemas(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read schemas.txt", e);
        }
    }
}
