package kat.kubelet.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// A pod with other resources than it asks for.
public final class PodResizes {

    private static final List<String> LISTS = List.of("containers", "initContainers");

    private PodResizes() {}

    /// The pod with the resources that its status says it was given.
    static KubeObject asGiven(KubeObject pod) {
        return forget(
                withResources(
                        pod,
                        (container, list) -> {
                            String member =
                                    list.equals("containers")
                                            ? "containerStatuses"
                                            : "initContainerStatuses";
                            JsonObject status =
                                    named(pod.status().array(member), container.string("name"));
                            JsonObject given = status.object("resources");
                            return given.isEmpty() ? container.object("resources") : given;
                        }));
    }

    /// `pod` with the resources that `other`, an earlier form of it, asked for.
    static KubeObject withResourcesOf(KubeObject pod, KubeObject other) {
        return withResources(
                pod,
                (container, list) ->
                        named(other.spec().array(list), container.string("name"))
                                .object("resources"));
    }

    /// Without what the status tells of resources: only what the pod asks for counts.
    static KubeObject forget(KubeObject pod) {
        JsonObject status =
                JsonObject.builder()
                        .putUnlessEmpty("qosClass", pod.status().string("qosClass"))
                        .build();
        return pod.withStatus(_ -> status);
    }

    static boolean areEqual(KubeObject pod, KubeObject other) {
        for (String list : LISTS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                JsonObject counterpart = named(other.spec().array(list), container.string("name"));
                if (!container.object("resources").equals(counterpart.object("resources"))) {
                    return false;
                }
            }
        }
        return pod.spec().object("resources").equals(other.spec().object("resources"));
    }

    private static KubeObject withResources(
            KubeObject pod, BiFunction<JsonObject, String, JsonObject> resources) {
        JsonObject tree = pod.tree();
        for (String list : LISTS) {
            List<Json> containers = new ArrayList<>();
            for (JsonObject container : pod.spec().array(list).objects()) {
                JsonObject given = resources.apply(container, list);
                containers.add(
                        given.isEmpty()
                                ? container.without("resources")
                                : container.with("resources", given));
            }
            if (!containers.isEmpty()) {
                tree = tree.withAt(new JsonArray(containers), "spec", list);
            }
        }
        return new KubeObject(tree);
    }

    private static JsonObject named(JsonArray containers, String name) {
        for (JsonObject container : containers.objects()) {
            if (container.string("name").equals(name)) {
                return container;
            }
        }
        return JsonObject.EMPTY;
    }
}
