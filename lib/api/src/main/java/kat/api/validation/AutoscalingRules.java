package kat.api.validation;

import java.util.List;
import java.util.Map;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for HorizontalPodAutoscalers, in the form of autoscaling/v2, and PodDisruptionBudgets.
final class AutoscalingRules {

    private static final Map<String, String> SOURCES =
            Map.of(
                    "ContainerResource", "containerResource",
                    "External", "external",
                    "Object", "object",
                    "Pods", "pods",
                    "Resource", "resource");

    private static final List<String> TYPES = SOURCES.keySet().stream().sorted().toList();

    /// The sources in the order in which they are looked at.
    private static final List<String> ORDER =
            List.of("object", "external", "pods", "resource", "containerResource");

    private AutoscalingRules() {}

    static void autoscaler(Node autoscaler) {
        Node spec = autoscaler.child("spec");
        Node most = spec.child("maxReplicas");
        Node least = spec.child("minReplicas");
        if (least.isSet() && least.integer() < 1) {
            least.invalid("must be greater than or equal to 1");
        }
        if (most.integer() == 0) {
            most.required("must be set and greater than 0");
        } else if (most.integer() < 0) {
            most.invalid("must be greater than or equal to 1");
        }
        if (least.isSet() && most.integer() < least.integer()) {
            most.invalid(Json.of(most.integer()), "must be greater than or equal to `minReplicas`");
        }
        Node target = spec.child("scaleTargetRef");
        // the only kind of the core group that can be scaled
        target(target, target.child("kind").text().equals("ReplicationController"));
        metrics(spec, least);
        behavior(spec.child("behavior"));
    }

    /// @param core whether it may be of the core group, and so name a version alone
    private static void target(Node target, boolean core) {
        for (String field : List.of("kind", "name")) {
            Node part = target.child(field);
            if (part.isEmpty()) {
                part.required();
            } else {
                part.invalidAll(Names.pathSegment(part.text()));
            }
        }
        Node version = target.child("apiVersion");
        String text = version.text();
        if (text.indexOf('/') != text.lastIndexOf('/')) {
            version.invalid("unexpected GroupVersion string: " + text);
        } else if (!core && text.indexOf('/') <= 0) {
            version.invalidText(text, "apiVersion must specify API group");
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
        }
        String field = SOURCES.get(type.text());
        Node shown = type.with(Json.of(type.text()));
        if (field == null) {
            shown.unsupported(shown.json(), TYPES);
        }
        boolean first = true;
        for (String each : ORDER) {
            if (metric.has(each) && first) {
                first = false;
                source(metric.child(each), each);
            }
        }
        if (field == null) {
            shown.unsupported(shown.json(), TYPES);
        } else if (!metric.has(field)) {
            metric.child(field).required("must populate information for the given metric source");
        }
        long given = ORDER.stream().filter(metric::has).count();
        for (String each : given == 1 ? List.<String>of() : ORDER) {
            if (metric.has(each) && !each.equals(field)) {
                metric.child(each).forbidden("must populate the given metric source only");
            }
        }
    }

    private static void source(Node source, String field) {
        Node target = source.child("target");
        boolean value = target.has("value");
        boolean average = target.has("averageValue");
        switch (field) {
            case "resource" -> {
                if (source.child("name").isEmpty()) {
                    source.child("name").required("must specify a resource name");
                }
                target(target);
                ofResource(target);
            }
            case "containerResource" -> {
                containerSource(source);
                target(target);
                ofResource(target);
            }
            case "object" -> {
                target(source.child("describedObject"), true);
                identifier(source.child("metric", "name"));
                target(target);
                if (!value && !average) {
                    target.child("averageValue")
                            .required("must set either a target value or averageValue");
                }
            }
            case "external" -> {
                identifier(source.child("metric", "name"));
                target(target);
                if (!value && !average) {
                    target.child("averageValue")
                            .required(
                                    "must set either a target value for metric or a per-pod"
                                            + " target");
                }
                if (value && average) {
                    target.child("value")
                            .forbidden(
                                    "may not set both a target value for metric and a per-pod"
                                            + " target");
                }
            }
            default -> {
                identifier(source.child("metric", "name"));
                target(target);
                if (!average) {
                    target.child("averageValue")
                            .required("must specify a positive target averageValue");
                }
            }
        }
    }

    private static void containerSource(Node source) {
        Node name = source.child("name");
        if (name.isEmpty()) {
            name.required("must specify a resource name");
        } else {
            ResourceRules.containerName(name, name.text());
        }
        Node container = source.child("container");
        if (container.isEmpty()) {
            container.required("must specify a container");
        } else {
            Common.dnsLabel(container);
        }
    }

    private static void identifier(Node name) {
        if (name.isEmpty()) {
            name.required("must specify a metric name");
        } else {
            name.invalidAll(Names.pathSegment(name.text()));
        }
    }

    private static void ofResource(Node target) {
        boolean utilization = target.has("averageUtilization");
        if (!utilization && !target.has("averageValue")) {
            target.child("averageUtilization")
                    .required("must set either a target raw value or a target utilization");
        }
        if (utilization && target.has("averageValue")) {
            target.child("averageValue")
                    .forbidden("may not set both a target raw value and a target utilization");
        }
    }

    private static void target(Node target) {
        Node type = target.child("type");
        if (type.isEmpty()) {
            type.required("must specify a metric target type");
        }
        targetType(type.with(Json.of(type.text())));
        for (String amount : List.of("value", "averageValue")) {
            Quantity quantity = Common.quantity(target.child(amount));
            if (quantity != null && quantity.signum() <= 0) {
                target.child(amount).invalidText(quantity.toString(), "must be positive");
            }
        }
        Node utilization = target.child("averageUtilization");
        if (utilization.isSet() && utilization.integer() < 1) {
            utilization.invalid("must be greater than 0");
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
            if (rules.child("policies").isEmpty()) {
                rules.child("policies").required("must specify at least one Policy");
            }
            for (Node policy : rules.child("policies").items()) {
                Node type = policy.child("type");
                type.with(Json.of(type.text())).oneOf("Percent", "Pods");
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
            if (rules.has("tolerance")) {
                Common.notNegative(rules.child("tolerance"));
            }
        }
    }

    static void autoscalerStatus(Node autoscaler, JsonObject before) {
        StatusRules.notNegative(autoscaler.child("status"), "currentReplicas", "desiredReplicas");
    }

    static void disruptionBudgetStatus(Node budget, JsonObject before) {
        Conditions.check(budget.child("status", "conditions"));
        StatusRules.notNegative(
                budget.child("status"),
                "disruptionsAllowed",
                "currentHealthy",
                "desiredHealthy",
                "expectedPods");
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
