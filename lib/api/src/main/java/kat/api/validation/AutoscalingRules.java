package kat.api.validation;

import java.util.List;
import java.util.Map;
import kat.api.Quantity;
import kat.api.json.Json;

/// The rules for HorizontalPodAutoscalers of all versions and PodDisruptionBudgets.
final class AutoscalingRules {

    private static final Map<String, String> SOURCES =
            Map.of(
                    "ContainerResource", "containerResource",
                    "External", "external",
                    "Object", "object",
                    "Pods", "pods",
                    "Resource", "resource");

    private AutoscalingRules() {}

    static void autoscaler(Node autoscaler) {
        Node spec = autoscaler.child("spec");
        Node most = spec.child("maxReplicas");
        Node least = spec.child("minReplicas");
        if (least.isSet() && least.integer() < 1) {
            least.invalid("must be greater than or equal to 1");
        }
        if (most.integer() < 1) {
            most.required("must be set and greater than 0");
        }
        if (least.isSet() && most.integer() < least.integer()) {
            most.invalid(Json.of(most.integer()), "must be greater than or equal to `minReplicas`");
        }
        target(spec.child("scaleTargetRef"));
        metrics(spec, least);
        behavior(spec.child("behavior"));
    }

    private static void target(Node target) {
        for (String field : List.of("kind", "name")) {
            Node part = target.child(field);
            if (part.isEmpty()) {
                part.required();
            } else {
                part.invalidAll(Names.pathSegment(part.text()));
            }
        }
    }

    private static void metrics(Node spec, Node least) {
        Node metrics = spec.child("metrics");
        boolean outside = false;
        for (Node metric : metrics.items()) {
            metric(metric);
            String type = metric.child("type").text();
            outside |= type.equals("Object") || type.equals("External");
        }
        if (least.isSet() && least.integer() == 0 && !outside) {
            metrics.forbidden(
                    "must specify at least one Object or External metric to support scaling to"
                            + " zero replicas");
        }
    }

    private static void metric(Node metric) {
        Node type = metric.child("type");
        if (type.isEmpty()) {
            type.required("must specify a metric source type");
            return;
        }
        List<String> types = SOURCES.keySet().stream().sorted().toList();
        String field = SOURCES.get(type.text());
        if (field == null) {
            type.unsupported(type.json(), types);
            type.unsupported(type.json(), types);
            return;
        }
        for (String each : SOURCES.values().stream().sorted().toList()) {
            if (!each.equals(field)) {
                metric.child(each).absent("must populate information for the given metric source");
            }
        }
        Node source = metric.child(field);
        if (!source.isSet()) {
            source.required("must populate information for the given metric source");
            return;
        }
        source(source, field);
    }

    private static void source(Node source, String field) {
        if (field.equals("resource") || field.equals("containerResource")) {
            if (source.child("name").isEmpty()) {
                source.child("name").required("must specify a resource name");
            }
            if (field.equals("containerResource") && source.child("container").isEmpty()) {
                source.child("container").required("must specify a container");
            }
        } else if (source.child("metric", "name").isEmpty()) {
            source.child("metric", "name").required("must specify a metric name");
        }
        Node target = source.child("target");
        if (!target.isSet()) {
            return;
        }
        if (target.child("type").isEmpty()) {
            target.child("type").required("must specify a metric target type");
        } else {
            targetType(target.child("type"));
        }
        for (String amount : List.of("value", "averageValue")) {
            Quantity quantity = Common.quantity(target.child(amount));
            if (quantity != null && quantity.compareTo(Quantity.ZERO) <= 0) {
                target.child(amount).invalidText(quantity.toString(), "must be positive");
            }
        }
        Node utilization = target.child("averageUtilization");
        if (utilization.isSet() && utilization.integer() < 1) {
            utilization.invalid("must be greater than 0");
        }
        boolean resource = field.equals("resource") || field.equals("containerResource");
        if (resource && !utilization.isSet() && !target.has("averageValue")) {
            target.child("averageUtilization")
                    .required("must set either a target raw value or a target utilization");
        }
        if (resource && utilization.isSet() && target.has("averageValue")) {
            target.child("averageValue")
                    .forbidden("may not set both a target raw value and a target utilization");
        }
    }

    private static void targetType(Node type) {
        if (!List.of("Utilization", "Value", "AverageValue").contains(type.text())) {
            type.invalid("must be either Utilization, Value, or AverageValue");
        }
    }

    private static void behavior(Node behavior) {
        for (String direction : List.of("scaleUp", "scaleDown")) {
            Node rules = behavior.child(direction);
            if (!rules.isSet()) {
                continue;
            }
            Node window = rules.child("stabilizationWindowSeconds");
            if (window.isSet() && window.integer() < 0) {
                window.invalid("must be greater than or equal to zero");
            }
            if (window.integer() > 3600) {
                window.invalid("must be less than or equal to 3600");
            }
            rules.child("selectPolicy").oneOf("Disabled", "Max", "Min");
            if (rules.child("policies").isSet() && rules.child("policies").isEmpty()) {
                rules.child("policies").required("must specify at least one Policy");
            }
            for (Node policy : rules.child("policies").items()) {
                policy.child("type").oneOf("Percent", "Pods");
                Node value = policy.child("value");
                if (value.integer() <= 0) {
                    value.invalid("must be greater than zero");
                }
                Node period = policy.child("periodSeconds");
                if (period.integer() <= 0) {
                    period.invalid("must be greater than zero");
                }
                if (period.integer() > 1800) {
                    period.invalid("must be less than or equal to 1800");
                }
            }
        }
    }

    static void disruptionBudget(Node budget) {
        Node spec = budget.child("spec");
        Node available = spec.child("minAvailable");
        Node unavailable = spec.child("maxUnavailable");
        if (available.isSet() && unavailable.isSet()) {
            spec.invalid("minAvailable and maxUnavailable cannot be both set");
        }
        for (Node bound : List.of(available, unavailable)) {
            Common.numberOrPercent(bound);
            Common.notOverHundredPercent(bound);
        }
        Common.labelSelector(spec.child("selector"));
        spec.child("unhealthyPodEvictionPolicy").oneOf("AlwaysAllow", "IfHealthyBudget");
    }
}
