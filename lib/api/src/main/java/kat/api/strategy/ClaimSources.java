package kat.api.strategy;

import kat.api.json.JsonObject;

/// Keeps the old and the new way of naming what a claim's volume is filled from in agreement.
///
/// **Source:** Kubernetes' `pkg/api/persistentvolumeclaim/util.go`.
final class ClaimSources {

    private static final String OLD = "dataSource";
    private static final String NEW = "dataSourceRef";

    private ClaimSources() {}

    /// @param before the stored claim; empty for a new one
    static JsonObject agreed(JsonObject claim, JsonObject before) {
        JsonObject spec = claim.object("spec");
        JsonObject made = agreedSpec(spec, before.object("spec"));
        return made.equals(spec) ? claim : claim.with("spec", made);
    }

    private static JsonObject agreedSpec(JsonObject given, JsonObject before) {
        JsonObject spec = given;
        boolean far = !spec.object(NEW).string("namespace").isEmpty();
        if (far && !before.has(NEW)) {
            // references to other namespaces are a feature that is off
            spec = spec.without(NEW);
        }
        boolean used = before.has(OLD) || before.has(NEW);
        if (!used && !spec.has(NEW) && !isVolumeOrSnapshot(spec.object(OLD))) {
            spec = spec.without(OLD);
        }
        if (spec.has(OLD) && !spec.has(NEW)) {
            return spec.with(NEW, spec.object(OLD));
        }
        boolean near = spec.object(NEW).string("namespace").isEmpty();
        return spec.has(NEW) && !spec.has(OLD) && near
                ? spec.with(OLD, spec.object(NEW).without("namespace"))
                : spec;
    }

    private static boolean isVolumeOrSnapshot(JsonObject source) {
        String kind = source.string("kind");
        return switch (source.string("apiGroup")) {
            case "" -> kind.equals("PersistentVolumeClaim");
            case "snapshot.storage.k8s.io" -> kind.equals("VolumeSnapshot");
            default -> false;
        };
    }
}
