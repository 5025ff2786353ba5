package kat.apiserver.rest;

import java.util.List;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.pace.Turn;
import kat.apiserver.registry.Filters;
import kat.apiserver.registry.Resource;

/// Answers for ComponentStatuses.
///
/// **Threads:** any; blocks while the store is asked whether it answers.
final class ComponentEndpoint {

    private final ComponentHealth health;
    private final Shapes shapes;

    ComponentEndpoint(ComponentHealth health, Shapes shapes) {
        this.health = health;
        this.shapes = shapes;
    }

    static boolean handles(Kind kind) {
        return kind.equals(ComponentHealth.KIND);
    }

    /// @param call a get or a list: the kind has no other verb
    void handle(Call call, Resource resource) {
        Turn.waits(); // the store may be a network away
        boolean isList = call.info().name().isEmpty() || call.info().verb().equals("list");
        byte[] answer = isList ? list(call, resource) : one(call, resource);
        call.sendJson(200, answer, List.of());
    }

    private byte[] one(Call call, Resource resource) {
        KubeObject object = health.require(call.info().name());
        return call.type().as().isEmpty()
                ? object.tree().toBytes()
                : shapes.object(call, resource, object);
    }

    private byte[] list(Call call, Resource resource) {
        ListOptions options = ListOptions.of(call.query(), false);
        Predicate<KubeObject> filter =
                Filters.of(resource, options.labelSelector(), options.fieldSelector());
        List<JsonObject> objects =
                health.all().stream()
                        .filter(each -> filter == null || filter.test(each))
                        .map(KubeObject::tree)
                        .toList();
        if (!call.type().as().isEmpty()) {
            return shapes.list(call, resource, objects, JsonObject.EMPTY);
        }
        List<Json> items =
                objects.stream()
                        .<Json>map(each -> each.without("kind").without("apiVersion"))
                        .toList();
        return JsonObject.builder()
                .put("kind", resource.kind().listKind())
                .put("apiVersion", resource.kind().apiVersion())
                .put("metadata", JsonObject.EMPTY)
                .put("items", new JsonArray(items))
                .build()
                .toBytes();
    }
}
