package kat.apiserver.admission;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;

/// Fills in and bounds what containers ask for, as the namespace's LimitRanges say.
///
/// **Source:** `plugin/pkg/admission/limitranger`.
final class LimitRanger implements Plugin {

    private final Lookup lookup;

    LimitRanger(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject pod) {
        if (!Pods.isCreation(attributes)) {
            return pod;
        }
        List<KubeObject> ranges = lookup.list(Kinds.LIMIT_RANGE, attributes.target().namespace());
        JsonObject filled = pod;
        for (KubeObject range : ranges) {
            filled = LimitRangeRules.filled(filled, range);
        }
        return filled;
    }

    @Override
    public void validate(Attributes attributes, JsonObject pod) {
        if (Pods.isCreation(attributes)) {
            for (KubeObject range :
                    lookup.list(Kinds.LIMIT_RANGE, attributes.target().namespace())) {
                LimitRangeRules.require(attributes, pod, range);
            }
        }
    }
}
