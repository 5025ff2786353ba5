package kat.apiserver.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.api.protobuf.Envelope;
import kat.api.protobuf.Messages;
import kat.api.protobuf.ProtobufException;
import kat.api.protobuf.ProtobufObjects;
import kat.api.schema.RequestBody;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import org.jspecify.annotations.Nullable;

/// Brings what writers send into canonical form, checked against the schema of its kind. What is
/// unknown or doubled becomes a warning of the call, or refuses it.
///
/// **Threads:** any.
public final class Intake {

    private final Schemas schemas;
    private final Resources resources;
    private final Map<Kind, RequestBody> readers = new ConcurrentHashMap<>();

    public Intake(Schemas schemas, Resources resources) {
        this.schemas = schemas;
        this.resources = resources;
    }

    /// @throws kat.api.StatusException 400 when the body is no object of that kind
    public JsonObject readJson(@Nullable RequestBody reader, byte[] body, WriteCall call) {
        if (reader == null) {
            return untyped(body);
        }
        return warned(reader.readJson(body, call.validation()), call);
    }

    /// @throws kat.api.StatusException 400 when the body is no object of that kind
    public JsonObject readYaml(@Nullable RequestBody reader, byte[] body, WriteCall call) {
        if (reader == null) {
            return JsonObject.EMPTY;
        }
        return warned(reader.readYaml(body, call.validation()), call);
    }

    /// @throws kat.api.StatusException 400 when the body is no object of that kind, 415 when
    ///     objects of that kind have no such form
    public JsonObject readProtobuf(@Nullable RequestBody reader, byte[] body, WriteCall call) {
        if (reader == null
                || Messages.builtIn().ofType(reader.apiVersion(), reader.kind()) == null) {
            throw Status.unsupportedMediaType(
                            "the body of the request was in an unknown format - accepted media"
                                    + " types include: application/json, application/yaml")
                    .asException();
        }
        Envelope envelope;
        try {
            envelope = Envelope.parse(body);
        } catch (ProtobufException e) {
            throw reader.unreadable(body, String.valueOf(e.getMessage()));
        }
        String version = envelope.versionOr(reader.apiVersion());
        String name = envelope.kindOr(reader.kind());
        try {
            JsonObject tree = ProtobufObjects.decode(envelope, version, name);
            return warned(reader.readTree(tree, call.validation()), call);
        } catch (ProtobufException e) {
            throw reader.malformed(version, name, String.valueOf(e.getMessage()));
        }
    }

    /// Reads what a patch made of a stored object.
    ///
    /// @param ofTree whether it was merged by the schema of its kind
    /// @param shown the value that a refusal quotes
    /// @throws kat.api.StatusException 422 when it is no object of that kind any more
    public JsonObject readPatched(
            Resource resource, JsonObject tree, WriteCall call, boolean ofTree, String shown) {
        return readPatched(body(resource), tree, call, ofTree, shown);
    }

    /// As [#readPatched(Resource, JsonObject, WriteCall, boolean, String)] for what lies below an
    /// object.
    public JsonObject readPatched(
            @Nullable RequestBody reader,
            JsonObject tree,
            WriteCall call,
            boolean ofTree,
            String shown) {
        return reader == null
                ? tree
                : warned(
                        reader.readPatched(tree, call.validation(), ofTree, shown, call.found()),
                        call);
    }

    /// @throws kat.api.StatusException 400 when the tree is no object of that kind
    public JsonObject read(Resource resource, JsonObject tree, WriteCall call) {
        RequestBody reader = body(resource);
        return reader == null ? tree : warned(reader.readTree(tree, call.validation()), call);
    }

    private static JsonObject untyped(byte[] body) {
        try {
            return Json.parse(body) instanceof JsonObject object ? object : JsonObject.EMPTY;
        } catch (JsonException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).asException();
        }
    }

    private static JsonObject warned(RequestBody.Read read, WriteCall call) {
        read.warnings().forEach(call::warn);
        return read.object();
    }

    private boolean isRegistered(String apiVersion, String kind) {
        return resources.kinds().byKind(apiVersion, kind) != null;
    }

    /// Reads the bodies of a resource's objects; null when these have no schema.
    public @Nullable RequestBody body(Resource resource) {
        return resource.machinery().body(this::isRegistered);
    }

    /// As [#body(Resource)] for what a subresource takes, which need not be served by itself.
    public @Nullable RequestBody body(Kind kind) {
        RequestBody known = readers.get(kind);
        if (known != null) {
            return known;
        }
        Schema schema = schemas.of(kind);
        if (schema == null) {
            return null;
        }
        RequestBody made =
                new RequestBody(kind.apiVersion(), kind.kind(), schema, this::isRegistered);
        readers.put(kind, made);
        return made;
    }
}
