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

    private PodWrites() {}

    /// A patch that fails when the pod is another one of the same name.
    static Patch status(KubeObject pod, JsonObject status) {
        return Patch.strategic(
                JsonObject.builder()
                        .put("metadata", JsonObject.of("uid", Json.of(pod.uid())))
                        .put("status", ordered(status))
                        .build());
    }

    /// The status with the order that the conditions shall have, and what they no longer hold.
    private static JsonObject ordered(JsonObject status) {
        List<Json> order = new ArrayList<>();
        List<Json> own = new ArrayList<>();
        for (JsonObject condition : status.array("conditions").objects()) {
            String type = condition.string("type");
            order.add(JsonObject.of("type", Json.of(type)));
            if (PodConditions.isOwn(type)) {
                own.add(withAbsences(condition));
            }
        }
        return status.with("conditions", new JsonArray(own))
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
