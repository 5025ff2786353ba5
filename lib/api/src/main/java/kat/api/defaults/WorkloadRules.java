package kat.api.defaults;

import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Deployments, sets, jobs: what depends on the strategy or on the template's labels.
///
/// **Source:** `pkg/apis/apps/v1/defaults.go`, `pkg/apis/batch/v1/defaults.go`,
/// `pkg/apis/core/v1/defaults.go`.
final class WorkloadRules {

    private static final long BACKOFF_LIMIT = 6;
    private static final String ROLLING_UPDATE = "RollingUpdate";
    private static final Json QUARTER = Json.of("25%");

    private WorkloadRules() {}

    static void addTo(Map<String, UnaryOperator<JsonObject>> rules) {
        rules.put("apps.v1.DeploymentStrategy", WorkloadRules::deployment);
        rules.put("apps.v1.DaemonSetUpdateStrategy", WorkloadRules::daemonSet);
        rules.put("apps.v1.StatefulSetUpdateStrategy", WorkloadRules::statefulSet);
        rules.put("apps.v1.StatefulSetSpec", WorkloadRules::claimTemplates);
        rules.put("core.v1.ReplicationController", WorkloadRules::replicationController);
        rules.put("batch.v1.Job", WorkloadRules::job);
    }

    private static JsonObject deployment(JsonObject strategy) {
        return rolling(strategy, JsonObject.of("maxSurge", QUARTER, "maxUnavailable", QUARTER));
    }

    private static JsonObject daemonSet(JsonObject strategy) {
        return rolling(
                strategy, JsonObject.of("maxSurge", Json.of(0), "maxUnavailable", Json.of(1)));
    }

    private static JsonObject statefulSet(JsonObject strategy) {
        return rolling(strategy, JsonObject.of("partition", Json.of(0)));
    }

    private static JsonObject rolling(JsonObject strategy, JsonObject open) {
        if (!strategy.string("type").equals(ROLLING_UPDATE)) {
            return strategy;
        }
        JsonObject given = strategy.object("rollingUpdate");
        return strategy.with("rollingUpdate", Objects.withAbsent(given, open));
    }

    private static JsonObject claimTemplates(JsonObject spec) {
        if (!(spec.get("volumeClaimTemplates") instanceof JsonArray templates)) {
            return spec;
        }
        JsonObject type =
                JsonObject.of(
                        "apiVersion", Json.of("v1"), "kind", Json.of("PersistentVolumeClaim"));
        return spec.with(
                "volumeClaimTemplates",
                templates.map(
                        item ->
                                item instanceof JsonObject claim
                                        ? Objects.withAbsent(claim, type)
                                        : item));
    }

    private static @Nullable JsonObject templateLabels(JsonObject object) {
        JsonObject labels = object.at("spec", "template", "metadata", "labels");
        return labels.isEmpty() ? null : labels;
    }

    private static JsonObject withTemplateLabels(JsonObject object) {
        JsonObject labels = templateLabels(object);
        boolean open = object.at("metadata", "labels").isEmpty();
        return labels != null && open ? object.withAt(labels, "metadata", "labels") : object;
    }

    private static JsonObject replicationController(JsonObject controller) {
        JsonObject labels = templateLabels(controller);
        boolean open = controller.at("spec", "selector").isEmpty();
        JsonObject selected =
                labels != null && open ? controller.withAt(labels, "spec", "selector") : controller;
        return withTemplateLabels(selected);
    }

    private static JsonObject job(JsonObject given) {
        JsonObject spec = given.object("spec");
        JsonObject open = JsonObject.EMPTY;
        boolean single = !spec.has("completions") && !spec.has("parallelism");
        if (single) {
            open = open.with("completions", 1);
        }
        boolean indexed = spec.has("backoffLimitPerIndex");
        boolean failurePolicy = spec.has("podFailurePolicy");
        open =
                open.with("parallelism", 1)
                        .with("backoffLimit", indexed ? Integer.MAX_VALUE : BACKOFF_LIMIT)
                        .with("completionMode", "NonIndexed")
                        .with("manualSelector", false)
                        .with("suspend", false)
                        .with(
                                "podReplacementPolicy",
                                failurePolicy ? "Failed" : "TerminatingOrFailed");
        return withTemplateLabels(given.with("spec", Objects.withAbsent(spec, open)));
    }
}
