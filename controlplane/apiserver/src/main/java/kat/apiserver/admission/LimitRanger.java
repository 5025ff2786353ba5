package kat.apiserver.admission;

import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Fills in what containers ask for, and bounds that, whole pods and claims of volumes, as the
/// namespace's LimitRanges say. Pods are bounded when they are made and when they are resized.
///
/// **Source:** `plugin/pkg/admission/limitranger`.
final class LimitRanger implements Plugin {

    private final Lookup lookup;

    LimitRanger(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        if (!concerns(attributes) || attributes.target().kind() != Kinds.POD) {
            return object;
        }
        JsonObject filled = object;
        for (KubeObject range : ranges(attributes)) {
            filled = LimitDefaults.filled(filled, range);
        }
        return filled;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (!concerns(attributes)) {
            return;
        }
        boolean isPod = attributes.target().kind() == Kinds.POD;
        for (KubeObject range : ranges(attributes)) {
            LimitBounds bounds = new LimitBounds();
            for (JsonObject limit : range.spec().array("limits").objects()) {
                if (isPod) {
                    bounds.pod(limit, object);
                } else {
                    bounds.claim(limit, object);
                }
            }
            if (!bounds.faults().isEmpty()) {
                throw Refusals.forbidden(attributes, object, bounds.toString());
            }
        }
    }

    private static boolean concerns(Attributes attributes) {
        boolean isLive = !attributes.live().object("metadata").has("deletionTimestamp");
        boolean isWhole = attributes.call().subresource().isEmpty();
        boolean isUpdate = attributes.operation() == Operation.UPDATE;
        if (attributes.operation() == Operation.DELETE || !isLive) {
            return false;
        }
        if (attributes.target().kind() == Kinds.POD) {
            return isUpdate ? attributes.call().subresource().equals("resize") : isWhole;
        }
        return attributes.target().kind() == Kinds.PERSISTENT_VOLUME_CLAIM && isWhole;
    }

    private Iterable<KubeObject> ranges(Attributes attributes) {
        return lookup.list(Kinds.LIMIT_RANGE, attributes.target().namespace());
    }
}
