package kat.api.strategy;

import java.util.List;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The annotations in which autoscaling/v1 carries what only autoscaling/v2 has fields for. They
/// stand for the spec and the status, so an update of the one keeps those of the other.
///
/// **Source:** `pkg/apis/autoscaling/annotations.go`.
public final class AutoscalerAnnotations {

    public static final String METRICS = "autoscaling.alpha.kubernetes.io/metrics";
    public static final String BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";
    public static final String CURRENT = "autoscaling.alpha.kubernetes.io/current-metrics";
    public static final String CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";

    private static final List<String> OF_SPEC = List.of(METRICS, BEHAVIOR);
    private static final List<String> OF_STATUS = List.of(CURRENT, CONDITIONS);

    private AutoscalerAnnotations() {}

    private static boolean carries(Kind kind) {
        return kind.apiVersion().equals("autoscaling/v1")
                && kind.kind().equals("HorizontalPodAutoscaler");
    }

    /// An update of the whole object, with what the stored one says of its status.
    static JsonObject withStatusOf(Kind kind, JsonObject updated, JsonObject old) {
        return carries(kind) ? copied(OF_STATUS, updated, old) : updated;
    }

    /// An update of the status, with what the stored object says of its spec.
    static JsonObject withSpecOf(Kind kind, JsonObject updated, JsonObject old) {
        return carries(kind) ? copied(OF_SPEC, updated, old) : updated;
    }

    private static JsonObject copied(List<String> names, JsonObject to, JsonObject from) {
        JsonObject before = from.at("metadata", "annotations");
        JsonObject after = to.at("metadata", "annotations");
        JsonObject kept = after;
        for (String name : names) {
            Json value = before.get(name);
            kept = value == null ? kept.without(name) : kept.with(name, value);
        }
        if (kept.equals(after)) {
            return to;
        }
        return kept.isEmpty()
                ? to.withoutAt("metadata", "annotations")
                : to.withAt(kept, "metadata", "annotations");
    }
}
