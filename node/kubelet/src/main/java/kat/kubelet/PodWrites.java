package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
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

    /// The status with the order that the conditions shall have.
    private static JsonObject ordered(JsonObject status) {
        List<Json> order = new ArrayList<>();
        for (JsonObject condition : status.array("conditions").objects()) {
            order.add(JsonObject.of("type", Json.of(condition.string("type"))));
        }
        return status.with("$setElementOrder/conditions", new JsonArray(order));
    }
}
