package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.store.Entry;

/// Tables and bare metadata.
final class PartialShapes implements Shapes {

    private static final String META = "meta.k8s.io/v1";

    @Override
    public byte[] object(Call call, Resource resource, KubeObject object) {
        return partial(object).toBytes();
    }

    private static JsonObject partial(KubeObject object) {
        return JsonObject.builder()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", META)
                .put("metadata", object.metadata())
                .build();
    }

    @Override
    public byte[] list(Call call, Resource resource, Reader.Page page, String continueToken) {
        List<Json> items = new ArrayList<>();
        for (Entry entry : page.entries()) {
            items.add(partial(resource.object(entry)));
        }
        JsonObject.Builder meta =
                JsonObject.builder().put("resourceVersion", Long.toString(page.revision()));
        meta.putUnlessEmpty("continue", continueToken);
        if (!continueToken.isEmpty() && page.remaining() > 0) {
            meta.put("remainingItemCount", page.remaining());
        }
        return JsonObject.builder()
                .put("kind", "PartialObjectMetadataList")
                .put("apiVersion", META)
                .put("metadata", meta.build())
                .put("items", new JsonArray(items))
                .build()
                .toBytes();
    }

    @Override
    public byte[] event(Call call, Resource resource, KubeObject object, boolean first) {
        return object(call, resource, object);
    }
}
