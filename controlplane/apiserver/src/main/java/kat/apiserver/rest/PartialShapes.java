package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.custom.CustomKind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.table.Column;
import kat.api.table.Tables;
import kat.apiserver.pace.Turn;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.base.Ticker;
import kat.store.Entry;

/// Tables and bare metadata.
final class PartialShapes implements Shapes {

    private final Ticker ticker;

    /// @param ticker for the ages in tables
    PartialShapes(Ticker ticker) {
        this.ticker = ticker;
    }

    private static boolean isTable(Call call) {
        return call.type().as().equals("Table");
    }

    @Override
    public byte[] object(Call call, Resource resource, KubeObject object) {
        return object(call, resource.kind(), columns(resource), object);
    }

    @Override
    public byte[] part(Call call, Kind kind, JsonObject part) {
        return object(call, kind, List.of(), new KubeObject(part));
    }

    private byte[] object(Call call, Kind kind, List<Column> columns, KubeObject object) {
        if (call.type().as().equals("PartialObjectMetadataList")) {
            throw misfit(call, "the requested object is not a list", GoTypes.ofObject(kind));
        }
        if (!isTable(call)) {
            return told(call, Tables.partial(kind, object.tree()));
        }
        Rows rows = new Rows(kind, columns, List.of(object.tree()), version(object));
        return told(call, table(call, rows, true));
    }

    private static StatusException misfit(Call call, String why, String type) {
        return Status.notAcceptable(
                        "you requested " + call.type().as() + ", but " + why + " (" + type + ")")
                .asException();
    }

    /// The same in the version that was asked for: the older one differs by its name only.
    private static byte[] told(Call call, JsonObject shape) {
        if (!call.type().version().equals("v1beta1")) {
            return shape.toBytes();
        }
        Json version = Json.of("meta.k8s.io/v1beta1");
        List<Json> rows = new ArrayList<>();
        for (JsonObject row : shape.array("rows").objects()) {
            boolean partial = row.object("object").string("kind").equals("PartialObjectMetadata");
            rows.add(partial ? row.withAt(version, "object", "apiVersion") : row);
        }
        List<Json> items = new ArrayList<>();
        for (JsonObject item : shape.array("items").objects()) {
            items.add(item.with("apiVersion", version));
        }
        JsonObject named = shape.with("apiVersion", version);
        JsonObject listed = items.isEmpty() ? named : named.with("items", new JsonArray(items));
        return (rows.isEmpty() ? listed : listed.with("rows", new JsonArray(rows))).toBytes();
    }

    private static JsonObject version(KubeObject object) {
        return JsonObject.builder()
                .putUnlessEmpty("resourceVersion", object.resourceVersion())
                .build();
    }

    /// What a table is made of.
    private record Rows(
            Kind kind, List<Column> columns, List<JsonObject> objects, JsonObject metadata) {}

    private static List<Column> columns(Resource resource) {
        CustomKind custom = resource.custom();
        return custom == null ? List.of() : custom.columns();
    }

    private JsonObject table(Call call, Rows rows, boolean hasHeaders) {
        Tables.Include include =
                switch (call.query().get("includeObject")) {
                    case "None" -> Tables.Include.NONE;
                    case "Object" -> Tables.Include.OBJECT;
                    case "", "Metadata" -> Tables.Include.METADATA;
                    default -> throw noSuchInclude(call.query().get("includeObject"));
                };
        Tables.Options options = new Tables.Options(include, hasHeaders);
        return Tables.table(
                rows.kind(),
                rows.columns(),
                rows.objects(),
                rows.metadata(),
                options,
                ticker.now());
    }

    private static StatusException noSuchInclude(String text) {
        return Status.badRequest(
                        "Unable to convert to Table as requested: includeObject: Invalid value: \""
                                + text
                                + "\": must be 'Metadata', 'Object', 'None', or empty")
                .asException();
    }

    @Override
    public byte[] list(Call call, Resource resource, Reader.Page page, String continueToken) {
        requireList(call, resource);
        List<JsonObject> objects = new ArrayList<>();
        for (Entry entry : page.entries()) {
            objects.add(resource.object(entry).tree());
            Turn.loops(objects.size());
        }
        JsonObject.Builder meta =
                JsonObject.builder().put("resourceVersion", Long.toString(page.revision()));
        meta.putUnlessEmpty("continue", continueToken);
        if (!continueToken.isEmpty() && page.remaining() > 0) {
            meta.put("remainingItemCount", page.remaining());
        }
        return list(call, resource, objects, meta.build());
    }

    private static void requireList(Call call, Resource resource) {
        if (call.type().as().equals("PartialObjectMetadata")) {
            String type = GoTypes.ofList(resource.kind());
            throw misfit(call, "the requested object is a list", type);
        }
    }

    @Override
    public byte[] list(
            Call call, Resource resource, List<JsonObject> objects, JsonObject metadata) {
        requireList(call, resource);
        if (isTable(call)) {
            Rows rows = new Rows(resource.kind(), columns(resource), objects, metadata);
            return told(call, table(call, rows, true));
        }
        return told(call, Tables.partialList(resource.kind(), objects, metadata));
    }

    @Override
    public byte[] event(Call call, Resource resource, KubeObject object, boolean first) {
        if (!isTable(call)) {
            return told(call, Tables.partial(resource.kind(), object.tree()));
        }
        List<JsonObject> one = List.of(object.tree());
        Rows rows = new Rows(resource.kind(), columns(resource), one, version(object));
        return told(call, table(call, rows, first));
    }
}
