package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.schema.DecodeException;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.api.strategy.AutoscalerAnnotations;
import org.jspecify.annotations.Nullable;

/// HorizontalPodAutoscalers as autoscaling/v1 has them: it knows one target, for processors, and
/// carries all else of autoscaling/v2 in annotations, which its own updates give back.
///
/// **Source:** `pkg/apis/autoscaling/v1/conversion.go`.
final class AutoscalerForm {

    /// The version that is stored.
    static final Kind STORED = Kinds.builtIn().require("autoscaling/v2", "HorizontalPodAutoscaler");

    private static final Schema SCHEMA = Objects.requireNonNull(Schemas.builtIn().of(STORED));

    /// All annotations that stand for fields; two are of a version that is served no more.
    private static final List<String> ANNOTATIONS =
            List.of(
                    AutoscalerAnnotations.METRICS,
                    AutoscalerAnnotations.BEHAVIOR,
                    AutoscalerAnnotations.CURRENT,
                    AutoscalerAnnotations.CONDITIONS,
                    "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
                    "autoscaling.alpha.kubernetes.io/scale-up-tolerance");

    private static final String CPU_TARGET = "targetCPUUtilizationPercentage";
    private static final String CPU_CURRENT = "currentCPUUtilizationPercentage";

    /// What the processors of pods shall be used, in percent, when nothing else is asked for.
    private static final int DEFAULT_TARGET = 80;

    private static final Map<String, String> BEHAVIOR_NAMES =
            Map.of(
                    "ScaleUp", "scaleUp",
                    "ScaleDown", "scaleDown",
                    "StabilizationWindowSeconds", "stabilizationWindowSeconds",
                    "SelectPolicy", "selectPolicy",
                    "Policies", "policies",
                    "Tolerance", "tolerance",
                    "Type", "type",
                    "Value", "value",
                    "PeriodSeconds", "periodSeconds");

    private AutoscalerForm() {}

    static JsonObject toStored(JsonObject tree) {
        JsonObject annotations = tree.at("metadata", "annotations");
        JsonObject spec = tree.object("spec");
        List<Json> metrics = new ArrayList<>();
        Json others = list(annotations, AutoscalerAnnotations.METRICS, AutoscalerMetrics::ofSpec);
        if (decoded("spec", "metrics", others) instanceof JsonArray known) {
            metrics.addAll(known.items());
        }
        Json target = spec.get(CPU_TARGET);
        if (target != null) {
            metrics.add(cpu("target", target));
        }
        if (metrics.isEmpty()) {
            metrics.add(cpu("target", Json.of(DEFAULT_TARGET)));
        }
        spec = spec.without(CPU_TARGET).with("metrics", new JsonArray(metrics));
        Json told = parsed(annotations, AutoscalerAnnotations.BEHAVIOR);
        Json rules = told instanceof JsonObject known ? renamed(known) : null;
        if (decoded("spec", "behavior", rules) instanceof JsonObject behavior
                && !behavior.isEmpty()) {
            spec = spec.with("behavior", behavior);
        }
        JsonObject stored = plain(tree).with("spec", spec);
        JsonObject status = status(tree.object("status"), annotations);
        return tree.has("status") || !status.isEmpty() ? stored.with("status", status) : stored;
    }

    private static JsonObject status(JsonObject served, JsonObject annotations) {
        JsonObject status = served.without(CPU_CURRENT);
        Json used = served.get(CPU_CURRENT);
        Json current =
                list(annotations, AutoscalerAnnotations.CURRENT, AutoscalerMetrics::ofStatus);
        if (decoded("status", "currentMetrics", current) instanceof JsonArray known
                && !known.isEmpty()) {
            status = status.with("currentMetrics", known);
        } else if (used != null) {
            status = status.with("currentMetrics", JsonArray.of(cpu("current", used)));
        }
        Json conditions =
                list(annotations, AutoscalerAnnotations.CONDITIONS, UnaryOperator.identity());
        return decoded("status", "conditions", conditions) instanceof JsonArray known
                        && !known.isEmpty()
                ? status.with("conditions", known)
                : status;
    }

    static JsonObject toServed(JsonObject tree) {
        JsonObject stored = tree.object("spec");
        JsonObject spec = stored.without("metrics").without("behavior");
        List<String> others = new ArrayList<>();
        for (JsonObject metric : stored.array("metrics").objects()) {
            JsonObject resource = metric.object("resource");
            Json target = resource.object("target").get("averageUtilization");
            if (resource.string("name").equals("cpu") && target != null) {
                spec = spec.with(CPU_TARGET, target);
            } else {
                others.add(AutoscalerMetrics.spec(metric));
            }
        }
        JsonObject served = plain(tree).with("spec", spec);
        JsonObject status = tree.object("status");
        List<String> current = new ArrayList<>();
        for (JsonObject metric : status.array("currentMetrics").objects()) {
            current.add(AutoscalerMetrics.status(metric));
        }
        List<String> conditions = new ArrayList<>();
        for (JsonObject condition : status.array("conditions").objects()) {
            conditions.add(AutoscalerMetrics.condition(condition));
        }
        served = annotated(served, AutoscalerAnnotations.METRICS, others);
        served = annotated(served, AutoscalerAnnotations.CURRENT, current);
        served = annotated(served, AutoscalerAnnotations.CONDITIONS, conditions);
        if (stored.has("behavior")) {
            served =
                    annotated(
                            served,
                            AutoscalerAnnotations.BEHAVIOR,
                            behavior(stored.object("behavior")));
        }
        return tree.has("status") ? served.with("status", statusServed(status)) : served;
    }

    private static JsonObject statusServed(JsonObject stored) {
        JsonObject status = stored.without("currentMetrics").without("conditions");
        for (JsonObject metric : stored.array("currentMetrics").objects()) {
            JsonObject resource = metric.object("resource");
            Json used = resource.object("current").get("averageUtilization");
            if (resource.string("name").equals("cpu") && used != null) {
                status = status.with(CPU_CURRENT, used);
            }
        }
        // this version never leaves the number out
        return status.with("currentReplicas", Json.of(status.integer("currentReplicas", 0)));
    }

    private static JsonObject annotated(JsonObject tree, String name, List<String> items) {
        return items.isEmpty() ? tree : annotated(tree, name, "[" + String.join(",", items) + "]");
    }

    private static JsonObject annotated(JsonObject tree, String name, String text) {
        return tree.withAt(Json.of(text), "metadata", "annotations", name);
    }

    /// Without the annotations that stand for fields.
    private static JsonObject plain(JsonObject tree) {
        JsonObject annotations = tree.at("metadata", "annotations");
        JsonObject left = annotations;
        for (String name : ANNOTATIONS) {
            left = left.without(name);
        }
        if (left.size() == annotations.size()) {
            return tree;
        }
        return left.isEmpty()
                ? tree.withoutAt("metadata", "annotations")
                : tree.withAt(left, "metadata", "annotations");
    }

    private static JsonObject cpu(String holder, Json percent) {
        JsonObject value = JsonObject.of("averageUtilization", percent);
        JsonObject told = holder.equals("target") ? value.with("type", "Utilization") : value;
        JsonObject resource = JsonObject.of("name", Json.of("cpu"), holder, told);
        return JsonObject.of("resource", resource, "type", Json.of("Resource"));
    }

    /// The items that an annotation tells, in the form of autoscaling/v2; null when it has none.
    private static @Nullable Json list(
            JsonObject annotations, String name, UnaryOperator<JsonObject> turned) {
        return parsed(annotations, name) instanceof JsonArray items
                ? items.map(
                        item ->
                                switch (item) {
                                    case JsonObject told -> turned.apply(told);
                                    case JsonNull _ -> JsonObject.EMPTY;
                                    default -> item;
                                })
                : null;
    }

    /// What an annotation tells of a field of autoscaling/v2; null when not all of it fits: then
    /// it says nothing.
    ///
    /// @param part of the object: its spec or status
    private static @Nullable Json decoded(String part, String field, @Nullable Json told) {
        if (told == null) {
            return null;
        }
        Schema schema = Objects.requireNonNull(SCHEMA.field(part));
        try {
            return Decoder.canonical(schema, JsonObject.of(field, told)).get(field);
        } catch (DecodeException misfit) {
            return null;
        }
    }

    /// Null when there is no such annotation, or none that can be read: then it says nothing.
    private static @Nullable Json parsed(JsonObject annotations, String name) {
        if (!annotations.has(name)) {
            return null;
        }
        try {
            return Json.parse(annotations.string(name).getBytes(UTF_8));
        } catch (JsonException unreadable) {
            return null;
        }
    }

    /// A behaviour is told with the names of Go's fields.
    private static JsonObject renamed(JsonObject told) {
        JsonObject.Builder named = JsonObject.builder();
        told.forEach(
                (name, value) -> {
                    if (!value.isNull()) {
                        Json inner = value instanceof JsonObject part ? renamed(part) : value;
                        named.put(
                                BEHAVIOR_NAMES.getOrDefault(name, name),
                                inner instanceof JsonArray items
                                        ? items.map(AutoscalerForm::policy)
                                        : inner);
                    }
                });
        return named.build();
    }

    private static Json policy(Json policy) {
        return policy instanceof JsonObject told ? renamed(told) : policy;
    }

    private static String behavior(JsonObject behavior) {
        return "{\"ScaleUp\":"
                + rules(behavior, "scaleUp")
                + ",\"ScaleDown\":"
                + rules(behavior, "scaleDown")
                + "}";
    }

    private static String rules(JsonObject behavior, String direction) {
        if (!behavior.has(direction)) {
            return "null";
        }
        JsonObject rules = behavior.object(direction);
        List<String> policies = new ArrayList<>();
        for (JsonObject policy : rules.array("policies").objects()) {
            policies.add(
                    "{\"Type\":"
                            + orNull(policy, "type")
                            + ",\"Value\":"
                            + orNull(policy, "value")
                            + ",\"PeriodSeconds\":"
                            + orNull(policy, "periodSeconds")
                            + "}");
        }
        return "{\"StabilizationWindowSeconds\":"
                + orNull(rules, "stabilizationWindowSeconds")
                + ",\"SelectPolicy\":"
                + orNull(rules, "selectPolicy")
                + ",\"Policies\":"
                + (policies.isEmpty() ? "null" : "[" + String.join(",", policies) + "]")
                + ",\"Tolerance\":"
                + orNull(rules, "tolerance")
                + "}";
    }

    private static String orNull(JsonObject holder, String name) {
        Json value = holder.get(name);
        return value == null ? "null" : value.toString();
    }
}
