package kat.api.openapi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.custom.CustomKind;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Descriptions;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import org.jspecify.annotations.Nullable;

/// The OpenAPI documents of a table of kinds: version 3 as an index and one document for each
/// group version, version 2 as one for all. A document is built when first asked for and kept
/// as bytes; a changed table gets a new `OpenApi`.
///
/// **Threads:** any.
///
/// **Source:** `kube-openapi`; the form of `/openapi/v3` of Kubernetes 1.36.
public final class OpenApi {

    private static final String V2 = "";
    private static final String V2_PROTOBUF = "protobuf";

    private final KindTable table;
    private final Function<Kind, @Nullable CustomKind> custom;
    private final JsonObject info;
    private final Map<String, String> definitions = new HashMap<>();
    private final SequencedMap<String, List<Kind>> byPath = new LinkedHashMap<>();
    private final ConcurrentHashMap<String, byte[]> documents = new ConcurrentHashMap<>();

    /// @param custom what the definition of a kind that is not built in says; null for others
    /// @param version of the server, for example `v1.36.0`
    public OpenApi(KindTable table, Function<Kind, @Nullable CustomKind> custom, String version) {
        this.table = table;
        this.custom = custom;
        this.info = JsonObject.of("title", Json.of("Kubernetes"), "version", Json.of(version));
        for (Kind kind : table.all()) {
            String path = kind.group().isEmpty() ? "api/" : "apis/";
            byPath.computeIfAbsent(path + kind.apiVersion(), _ -> new ArrayList<>()).add(kind);
        }
    }

    /// The groups of kinds that are built in, by their first kinds: what a definition brings is
    /// found, but no document tells where.
    private SequencedMap<String, Kind> groups() {
        SequencedMap<String, Kind> found = new LinkedHashMap<>();
        for (Kind kind : table.all()) {
            if (!kind.group().isEmpty() && !kind.schema().isEmpty()) {
                found.putIfAbsent("apis/" + kind.group(), kind);
            }
        }
        return found;
    }

    /// `/openapi/v3`: where each group version's document is. Its address holds a hash, so that
    /// clients may keep it as long as they like.
    public JsonObject index() {
        JsonObject.Builder paths = JsonObject.builder();
        byPath.forEach((path, kinds) -> paths.put(path, address(path, kinds)));
        groups().keySet().forEach(path -> paths.put(path, address(path, List.of())));
        DiscoveryPaths.DOCUMENTS.forEach(path -> paths.put(path, address(path, List.of())));
        return JsonObject.of("paths", paths.build());
    }

    private JsonObject address(String path, List<Kind> kinds) {
        return JsonObject.of(
                "serverRelativeURL", Json.of("/openapi/v3/" + path + "?hash=" + hash(kinds)));
    }

    /// A version 3 document; null when nothing is served there.
    ///
    /// @param path `api/v1` or `apis/GROUP/VERSION`, or where clients begin to look: `apis`
    public byte @Nullable [] document(String path) {
        boolean isServed =
                byPath.containsKey(path)
                        || groups().containsKey(path)
                        || DiscoveryPaths.DOCUMENTS.contains(path);
        return isServed
                ? documents.computeIfAbsent(
                        path,
                        _ ->
                                build(
                                                byPath.getOrDefault(path, List.of()),
                                                List.of(path),
                                                SchemaWriter.Version.V3)
                                        .toBytes())
                : null;
    }

    /// All that there are documents of.
    private List<String> everywhere() {
        List<String> all = new ArrayList<>(byPath.sequencedKeySet());
        all.addAll(groups().sequencedKeySet());
        all.addAll(DiscoveryPaths.DOCUMENTS);
        return all;
    }

    /// `/openapi/v2`.
    public byte[] versionTwo() {
        return documents.computeIfAbsent(
                V2, _ -> build(table.all(), everywhere(), SchemaWriter.Version.V2).toBytes());
    }

    /// The same as protobuf, in the messages of gnostic's `openapi_v2`.
    public byte[] versionTwoProtobuf() {
        return documents.computeIfAbsent(
                V2_PROTOBUF,
                _ ->
                        SwaggerEncoder.encode(
                                build(table.all(), everywhere(), SchemaWriter.Version.V2)));
    }

    /// @param found where it is told what is served
    private JsonObject build(List<Kind> kinds, List<String> found, SchemaWriter.Version version) {
        Set<String> referred = new LinkedHashSet<>();
        SchemaWriter writer = new SchemaWriter(version, Descriptions.read(), referred);
        JsonObject.Builder paths = JsonObject.builder();
        PathWriter pathWriter = new PathWriter(version, this::definitionOf, writer, paths);
        kinds.forEach(pathWriter::kind);
        DiscoveryPaths discovery = new DiscoveryPaths(version, writer, paths);
        found.forEach(path -> discover(path, discovery));
        TreeMap<String, JsonObject> schemas = new TreeMap<>();
        CustomSchemas customs = new CustomSchemas(writer, version);
        for (Kind kind : kinds) {
            if (kind.schema().isEmpty()) {
                customSchemas(kind, customs, schemas);
            }
        }
        close(referred, writer, schemas);
        if (version == SchemaWriter.Version.V3) {
            return JsonObject.builder()
                    .put("openapi", "3.0.0")
                    .put("info", info)
                    .put("paths", paths.build())
                    .put("components", JsonObject.of("schemas", JsonObject.of(schemas)))
                    .build();
        }
        return JsonObject.builder()
                .put("swagger", "2.0")
                .put("info", info)
                .put("paths", paths.build())
                .put("definitions", JsonObject.of(schemas))
                .build();
    }

    private void discover(String path, DiscoveryPaths discovery) {
        Kind ofGroup = groups().get(path);
        List<Kind> resources = byPath.getOrDefault(path, List.of());
        if (ofGroup != null) {
            discovery.group(ofGroup.group(), PathWriter.groupTag(ofGroup));
        } else if (resources.isEmpty()) {
            discovery.document(path);
        } else if (!resources.getFirst().schema().isEmpty()) {
            discovery.resources(path, PathWriter.tag(resources.getFirst()));
        }
    }

    /// Adds every definition that is referred to, and those that these refer to.
    private static void close(
            Set<String> referred, SchemaWriter writer, Map<String, JsonObject> schemas) {
        Deque<String> open = new ArrayDeque<>(referred);
        while (!open.isEmpty()) {
            String name = open.pop();
            Schema schema = Schemas.builtIn().find(name);
            if (schemas.containsKey(name) || schema == null) {
                continue;
            }
            int before = referred.size();
            schemas.put(name, writer.definition(name, schema.source()));
            if (referred.size() > before) {
                open.addAll(referred);
                open.removeAll(schemas.keySet());
            }
        }
    }

    private void customSchemas(Kind kind, CustomSchemas writer, Map<String, JsonObject> schemas) {
        CustomKind declared = custom.apply(kind);
        if (declared != null) {
            String name = customName(kind);
            schemas.put(name, writer.object(declared));
            schemas.put(customListName(kind), writer.list(declared, name));
        }
    }

    private String customListName(Kind kind) {
        CustomKind declared = custom.apply(kind);
        String list = declared == null ? kind.listKind() : declared.listKind();
        String name = customName(kind);
        return name.substring(0, name.length() - kind.kind().length()) + list;
    }

    /// `org.example.v1.Widget` for the kind Widget of `example.org/v1`.
    private static String customName(Kind kind) {
        List<String> words = new ArrayList<>(List.of(kind.group().split("\\.", -1)));
        Collections.reverse(words);
        return String.join(".", words) + "." + kind.version() + "." + kind.kind();
    }

    /// The definition of an `apiVersion kind`; empty for none.
    private String definitionOf(String typeName) {
        Map<String, String> known = definitionNames();
        return known.getOrDefault(typeName, "");
    }

    private Map<String, String> definitionNames() {
        synchronized (definitions) {
            if (definitions.isEmpty()) {
                fill(definitions);
            }
            return definitions;
        }
    }

    private void fill(Map<String, String> found) {
        Schemas schemas = Schemas.builtIn();
        for (String name : schemas.names()) {
            for (String kind : schemas.require(name).source().array("kinds").strings()) {
                int slash = kind.lastIndexOf('/');
                String key = kind.substring(0, slash) + " " + kind.substring(slash + 1);
                found.putIfAbsent(key, name);
            }
        }
        for (Kind kind : table.all()) {
            if (kind.schema().isEmpty()) {
                found.put(kind.toString(), customName(kind));
                found.put(kind.apiVersion() + " " + kind.listKind(), customListName(kind));
            }
        }
    }

    /// Changes when the kinds, a custom schema or the server's version change.
    private String hash(List<Kind> kinds) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(info.toBytes());
            digest.update(Descriptions.EDITION.getBytes(StandardCharsets.UTF_8));
            digest.update(PathWriter.EDITION.getBytes(StandardCharsets.UTF_8));
            for (Kind kind : kinds) {
                CustomKind declared = kind.schema().isEmpty() ? custom.apply(kind) : null;
                String text =
                        kind
                                + kind.plural()
                                + kind.verbs()
                                + kind.subresources()
                                + (declared == null ? "" : declared.openApi());
                digest.update(text.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().withUpperCase().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
