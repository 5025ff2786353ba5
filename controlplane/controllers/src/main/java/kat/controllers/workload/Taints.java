package kat.controllers.workload;

import java.util.List;
import kat.api.json.JsonObject;

/// Taints of nodes and what tolerates them.
///
/// **Source:** core/v1 `Toleration.ToleratesTaint`.
public final class Taints {

    private Taints() {}

    public static boolean tolerates(JsonObject toleration, JsonObject taint) {
        String effect = toleration.string("effect");
        String key = toleration.string("key");
        boolean named =
                (effect.isEmpty() || effect.equals(taint.string("effect")))
                        && (key.isEmpty() || key.equals(taint.string("key")));
        boolean valued =
                toleration.string("operator").equals("Exists")
                        || toleration.string("value").equals(taint.string("value"));
        return named && valued;
    }

    /// Whether each taint of one of the effects is tolerated.
    public static boolean tolerated(
            List<JsonObject> taints, List<JsonObject> tolerations, List<String> effects) {
        for (JsonObject taint : taints) {
            if (effects.contains(taint.string("effect"))
                    && tolerations.stream().noneMatch(each -> tolerates(each, taint))) {
                return false;
            }
        }
        return true;
    }
}
