package kat.apiserver.admission;

import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// A new node takes no pods before it was seen to be ready.
///
/// **Source:** `plugin/pkg/admission/nodetaint`.
final class TaintNodesByCondition implements Plugin {

    private static final String TAINT = "node.kubernetes.io/not-ready";

    @Override
    public JsonObject admit(Attributes attributes, JsonObject node) {
        if (attributes.operation() != Operation.CREATE
                || attributes.target().kind() != Kinds.NODE) {
            return node;
        }
        JsonArray taints = node.object("spec").array("taints");
        for (JsonObject taint : taints.objects()) {
            if (taint.string("key").equals(TAINT) && taint.string("effect").equals("NoSchedule")) {
                return node;
            }
        }
        JsonObject added = JsonObject.of("effect", Json.of("NoSchedule"), "key", Json.of(TAINT));
        return node.withAt(taints.with(added), "spec", "taints");
    }
}
