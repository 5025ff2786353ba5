package kat.apiserver.admission;

import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Pods stay five minutes on a node that is not ready or not reached, unless they say otherwise.
///
/// **Source:** `plugin/pkg/admission/defaulttolerationseconds`.
final class DefaultTolerationSeconds implements Plugin {

    private static final long SECONDS = 300;
    private static final String NOT_READY = "node.kubernetes.io/not-ready";
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";

    @Override
    public JsonObject admit(Attributes attributes, JsonObject pod) {
        boolean concerns =
                attributes.target().kind() == Kinds.POD
                        && attributes.call().subresource().isEmpty()
                        && attributes.operation() != Operation.DELETE;
        if (!concerns) {
            return pod;
        }
        JsonArray tolerations = pod.object("spec").array("tolerations");
        JsonArray all = tolerations;
        all = tolerates(tolerations, NOT_READY) ? all : all.with(toleration(NOT_READY));
        all = tolerates(tolerations, UNREACHABLE) ? all : all.with(toleration(UNREACHABLE));
        return all == tolerations ? pod : pod.withAt(all, "spec", "tolerations");
    }

    private static boolean tolerates(JsonArray tolerations, String taint) {
        for (JsonObject toleration : tolerations.objects()) {
            String key = toleration.string("key");
            String effect = toleration.string("effect");
            if ((key.isEmpty() || key.equals(taint))
                    && (effect.isEmpty() || effect.equals("NoExecute"))) {
                return true;
            }
        }
        return false;
    }

    private static Json toleration(String taint) {
        return JsonObject.builder()
                .put("effect", "NoExecute")
                .put("key", taint)
                .put("operator", "Exists")
                .put("tolerationSeconds", SECONDS)
                .build();
    }
}
