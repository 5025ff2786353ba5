package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Gives the containers of a pod what one LimitRange says that they get when they ask for nothing.
final class LimitDefaults {

    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private final JsonObject requests;
    private final JsonObject limits;
    private final List<String> told = new ArrayList<>();

    private LimitDefaults(JsonObject requests, JsonObject limits) {
        this.requests = requests;
        this.limits = limits;
    }

    static JsonObject filled(JsonObject pod, KubeObject range) {
        JsonObject requests = JsonObject.EMPTY;
        JsonObject limits = JsonObject.EMPTY;
        for (JsonObject limit : range.spec().array("limits").objects()) {
            if (limit.string("type").equals("Container")) {
                requests = joined(requests, limit.object("defaultRequest"));
                limits = joined(limits, limit.object("default"));
            }
        }
        return new LimitDefaults(requests, limits).filled(pod);
    }

    private static JsonObject joined(JsonObject first, JsonObject more) {
        JsonObject all = first;
        for (String name : more.names()) {
            all = all.with(name, more.string(name));
        }
        return all;
    }

    private JsonObject filled(JsonObject pod) {
        JsonObject result = filled(pod, "containers", "container");
        result = filled(result, "initContainers", "init container");
        return told.isEmpty()
                ? pod
                : result.withAt(
                        Json.of("LimitRanger plugin set: " + String.join("; ", told)),
                        "metadata",
                        "annotations",
                        ANNOTATION);
    }

    private JsonObject filled(JsonObject pod, String member, String word) {
        List<Json> containers = new ArrayList<>();
        for (JsonObject container : pod.object("spec").array(member).objects()) {
            String about = " for " + word + " " + container.string("name");
            JsonObject resources = container.object("resources");
            JsonObject filled = merged(resources, "requests", requests, " request" + about);
            filled = merged(filled, "limits", limits, " limit" + about);
            containers.add(filled == resources ? container : container.with("resources", filled));
        }
        return containers.isEmpty() ? pod : pod.withAt(new JsonArray(containers), "spec", member);
    }

    private JsonObject merged(
            JsonObject resources, String member, JsonObject wanted, String about) {
        JsonObject all = resources.object(member);
        TreeSet<String> set = new TreeSet<>();
        for (String name : wanted.names()) {
            if (!all.has(name)) {
                all = all.with(name, wanted.string(name));
                set.add(name);
            }
        }
        if (set.isEmpty()) {
            return resources;
        }
        told.add(String.join(", ", set) + about);
        return resources.with(member, all);
    }
}
