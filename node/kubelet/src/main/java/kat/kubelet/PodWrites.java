package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.client.Patch;

/// The patches by which a kubelet writes a pod's status.
final class PodWrites {

    /// Lists that a patch would add to: a pod in a new sandbox must not keep its old address.
    private static final List<String> WHOLE = List.of("hostIPs", "podIPs");

    private PodWrites() {}

    /// A patch that fails when the pod is another one of the same name.
    ///
    /// @param pod as the API has it, with what was written last
    static Patch status(KubeObject pod, JsonObject status) {
        return Patch.strategic(
                JsonObject.builder()
                        .put("metadata", JsonObject.of("uid", Json.of(pod.uid())))
                        .put(
                                "status",
                                ordered(
                                        pod.status().array("conditions"),
                                        amounts(pod.status(), whole(status))))
                        .build());
    }

    private static JsonObject whole(JsonObject status) {
        JsonObject result = status;
        for (String name : WHOLE) {
            if (status.has(name)) {
                JsonObject replace = JsonObject.of("$patch", Json.of("replace"));
                result = result.with(name, status.array(name).with(replace));
            }
        }
        return result;
    }

    /// The status with what the resources of the pod as a whole no longer hold.
    private static JsonObject amounts(JsonObject before, JsonObject status) {
        JsonObject result = status;
        for (String name : List.of("resources", "allocatedResources")) {
            if (status.has(name)) {
                result = result.with(name, absences(before.object(name), status.object(name)));
            }
        }
        return result;
    }

    private static JsonObject absences(JsonObject before, JsonObject after) {
        JsonObject result = after;
        for (String name : before.names()) {
            if (!after.has(name)) {
                result = result.with(name, JsonNull.NULL);
            } else if (before.get(name) instanceof JsonObject object) {
                result = result.with(name, absences(object, after.object(name)));
            }
        }
        return result;
    }

    /// The status with the order that the conditions shall have, and what they no longer hold.
    /// Conditions that others wrote and nobody changes are left out.
    private static JsonObject ordered(JsonArray before, JsonObject status) {
        List<Json> order = new ArrayList<>();
        List<Json> changed = new ArrayList<>();
        JsonArray after = status.array("conditions");
        for (JsonObject condition : after.objects()) {
            String type = condition.string("type");
            order.add(JsonObject.of("type", Json.of(type)));
            if (PodConditions.isOwn(type) || !condition.equals(PodConditions.find(before, type))) {
                changed.add(withAbsences(condition));
            }
        }
        for (JsonObject condition : before.objects()) {
            String type = condition.string("type");
            if (PodConditions.isOwn(type) && PodConditions.find(after, type).isEmpty()) {
                changed.add(JsonObject.of("type", Json.of(type), "$patch", Json.of("delete")));
            }
        }
        return status.with("conditions", new JsonArray(changed))
                .with("$setElementOrder/conditions", new JsonArray(order));
    }

    private static JsonObject withAbsences(JsonObject condition) {
        JsonObject whole = condition;
        for (String name : List.of("reason", "message")) {
            if (!whole.has(name)) {
                whole = whole.with(name, JsonNull.NULL);
            }
        }
        return whole;
    }
}
