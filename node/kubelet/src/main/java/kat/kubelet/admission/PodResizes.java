package kat.kubelet.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;

/// A pod with other resources than it asks for.
public final class PodResizes {

    private static final List<String> LISTS = List.of("containers", "initContainers");

    /// In place of the name of a list: the pod itself.
    private static final String WHOLE = "";

    private PodResizes() {}

    /// The pod with the resources that its status says it was given, of those that it asks for.
    public static KubeObject asGiven(KubeObject pod) {
        return forget(
                withResources(
                        pod,
                        (container, list) -> {
                            if (list.equals(WHOLE)) {
                                return given(container, givenWhole(pod));
                            }
                            String member =
                                    list.equals("containers")
                                            ? "containerStatuses"
                                            : "initContainerStatuses";
                            JsonObject status =
                                    named(pod.status().array(member), container.string("name"));
                            return given(container, status.object("resources"));
                        }));
    }

    /// @param holder a container, or a pod's spec
    private static JsonObject given(JsonObject holder, JsonObject given) {
        JsonObject resources = holder.object("resources");
        if (given.isEmpty()) {
            return resources;
        }
        for (String part : List.of("limits", "requests")) {
            JsonObject asked = resources.object(part);
            JsonObject known = given.object(part);
            for (String name : asked.names()) {
                Json value = known.get(name);
                asked = value == null ? asked.without(name) : asked.with(name, value);
            }
            resources = asked.isEmpty() ? resources.without(part) : resources.with(part, asked);
        }
        return resources;
    }

    /// Requests of the pod as a whole are told in `allocatedResources`, with the overhead of
    /// its runtime: `resources` keeps the memory that was asked for first.
    private static JsonObject givenWhole(KubeObject pod) {
        JsonObject given = pod.status().object("resources");
        JsonObject allocated = pod.status().object("allocatedResources");
        if (allocated.isEmpty()) {
            return given;
        }
        Amounts overhead = Amounts.parse(pod.spec().object("overhead"));
        JsonObject requests = Amounts.parse(allocated).minusOrZero(overhead).toJson();
        return given.with("requests", requests);
    }

    /// `pod` with the resources that `other`, an earlier form of it, asked for.
    static KubeObject withResourcesOf(KubeObject pod, KubeObject other) {
        return withResources(
                pod,
                (container, list) ->
                        list.equals(WHOLE)
                                ? other.spec().object("resources")
                                : named(other.spec().array(list), container.string("name"))
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
        JsonObject whole = resources.apply(pod.spec(), WHOLE);
        JsonObject spec = tree.object("spec");
        spec = whole.isEmpty() ? spec.without("resources") : spec.with("resources", whole);
        return new KubeObject(tree.with("spec", spec));
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
