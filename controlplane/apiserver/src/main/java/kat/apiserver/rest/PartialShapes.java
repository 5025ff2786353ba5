package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.custom.CustomKind;
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
        return isTable(call)
                ? table(call, resource, List.of(object.tree()), version(object), true)
                : Tables.partial(object.tree()).toBytes();
    }

    private static JsonObject version(KubeObject object) {
        return JsonObject.builder()
                .putUnlessEmpty("resourceVersion", object.resourceVersion())
                .build();
    }

    private byte[] table(
            Call call,
            Resource resource,
            List<JsonObject> objects,
            JsonObject metadata,
            boolean hasHeaders) {
        Tables.Include include =
                switch (call.query().get("includeObject")) {
                    case "None" -> Tables.Include.NONE;
                    case "Object" -> Tables.Include.OBJECT;
                    case "", "Metadata" -> Tables.Include.METADATA;
                    default -> throw noSuchInclude(call.query().get("includeObject"));
                };
        CustomKind custom = resource.custom();
        List<Column> columns = custom == null ? List.of() : custom.columns();
        Tables.Options options = new Tables.Options(include, hasHeaders);
        return Tables.table(resource.kind(), columns, objects, metadata, options, ticker.now())
                .toBytes();
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
        return isTable(call)
                ? table(call, resource, objects, meta.build(), true)
                : Tables.partialList(objects, meta.build()).toBytes();
    }

    @Override
    public byte[] event(Call call, Resource resource, KubeObject object, boolean first) {
        return isTable(call)
                ? table(call, resource, List.of(object.tree()), version(object), first)
                : Tables.partial(object.tree()).toBytes();
    }
}
