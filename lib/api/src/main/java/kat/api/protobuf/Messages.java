package kat.api.protobuf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.Kinds;
import org.jspecify.annotations.Nullable;

/// The messages of Kubernetes 1.36 by the names of their definitions, each parsed when first asked
/// for.
///
/// **Threads:** any.
///
/// **Source:** `generated.proto` and `types.go` of k8s.io/api and its like; `messages.txt` is made
/// by `scripts/messages.py`.
public final class Messages {

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final Messages BUILT_IN = load();
    private static final Map<String, String> SCOPES = scopes();

    private final Map<String, String> lines;
    private final Map<String, Message> parsed = new ConcurrentHashMap<>();

    private Messages(Map<String, String> lines) {
        this.lines = lines;
    }

    public static Messages builtIn() {
        return BUILT_IN;
    }

    /// The message of a kind's objects; null when they have no protobuf form.
    public @Nullable Message of(Kind kind) {
        return find(kind.schema());
    }

    /// The message of a list of a kind's objects; null when they have no protobuf form.
    public @Nullable Message listOf(Kind kind) {
        String schema = kind.schema();
        return find(schema.substring(0, schema.lastIndexOf('.') + 1) + kind.listKind());
    }

    /// The message of objects that tell this type of themselves: a kind, a list of one, a
    /// subresource's object or one of the API machinery's own; null when it has no protobuf form.
    public @Nullable Message ofType(String apiVersion, String kind) {
        String scope = SCOPES.get(apiVersion);
        Message found = scope == null ? null : find(scope + kind);
        return found == null && isMeta(apiVersion) ? find(META + kind) : found;
    }

    /// The machinery's own types, such as Status and DeleteOptions, are in every version.
    private static boolean isMeta(String apiVersion) {
        return apiVersion.isEmpty() // so the discovery of the core group
                || apiVersion.equals("v1")
                || apiVersion.startsWith("meta.k8s.io/")
                || SCOPES.containsKey(apiVersion);
    }

    /// A message of `meta/v1`, for example `Status` or `DeleteOptions`.
    ///
    /// @throws IllegalStateException when there is none of that name
    public Message meta(String name) {
        return require(META + name);
    }

    public @Nullable Message find(String definition) {
        Message known = parsed.get(definition);
        if (known != null) {
            return known;
        }
        String line = lines.get(definition);
        if (line == null) {
            return null;
        }
        Message made = Message.parse(this, definition, line);
        Message raced = parsed.putIfAbsent(definition, made);
        return raced == null ? made : raced;
    }

    Message require(String definition) {
        Message found = find(definition);
        if (found == null) {
            throw new IllegalStateException("no protobuf message " + definition);
        }
        return found;
    }

    /// The names of all messages, sorted.
    public List<String> names() {
        return lines.keySet().stream().sorted().toList();
    }

    /// The package of each API version's messages.
    private static Map<String, String> scopes() {
        Map<String, String> found = new HashMap<>();
        for (Kind kind : Kinds.builtIn().all()) {
            String schema = kind.schema();
            found.put(kind.apiVersion(), schema.substring(0, schema.lastIndexOf('.') + 1));
        }
        found.put("apidiscovery.k8s.io/v2", "io.k8s.api.apidiscovery.v2.");
        found.put("apidiscovery.k8s.io/v2beta1", "io.k8s.api.apidiscovery.v2beta1.");
        return Map.copyOf(found);
    }

    private static Messages load() {
        try (InputStream file = Messages.class.getResourceAsStream("messages.txt")) {
            if (file == null) {
                throw new IllegalStateException("messages.txt is not on the class path");
            }
            return new Messages(index(new String(file.readAllBytes(), StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read messages.txt", e);
        }
    }

    private static Map<String, String> index(String text) {
        Map<String, String> found = new HashMap<>();
        String scope = "";
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("@ ")) {
                scope = line.substring(2) + ".";
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                int space = line.indexOf(' ');
                int end = space < 0 ? line.length() : space;
                found.put(scope + line.substring(0, end), line.substring(end).strip());
            }
        }
        return found;
    }
}
