package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The rules for what the cluster runs by: PriorityClass, RuntimeClass, Lease, flow control, API
/// services, devices.
final class ClusterRules {

    private static final long HIGHEST_USER_PRIORITY = 1_000_000_000;

    private ClusterRules() {}

    static void priorityClass(Node priority) {
        String name = priority.child("metadata", "name").text();
        Node value = priority.child("value");
        if (name.startsWith("system-")) {
            boolean known =
                    name.equals("system-node-critical") || name.equals("system-cluster-critical");
            if (!known) {
                priority.child("metadata", "name")
                        .forbidden(
                                "priority class names with 'system-' prefix are reserved for system"
                                        + " use only. error: "
                                        + name
                                        + " is not a known system priority class");
            }
        } else if (value.integer() > HIGHEST_USER_PRIORITY) {
            value.forbidden(
                    "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
        }
        if (priority.child("preemptionPolicy").isSet()) {
            priority.child("preemptionPolicy").requireOneOf("PreemptLowerPriority", "Never");
        }
    }

    static void priorityClassUpdate(Node after, JsonObject before) {
        if (after.child("value").integer() != before.integer("value", 0)) {
            after.child("value").forbidden("may not be changed in an update.");
        }
        after.child("preemptionPolicy").immutable(before.get("preemptionPolicy"));
    }

    static void runtimeClass(Node runtime) {
        Node handler = runtime.child("handler");
        if (handler.isEmpty()) {
            handler.required();
        } else {
            Common.dnsLabel(handler);
        }
        Node overhead = runtime.child("overhead", "podFixed").at("overhead.limits");
        for (Node amount : overhead.entries()) {
            Common.resourceName(amount, amount.name());
            Common.resourceAmount(amount);
        }
        Node scheduling = runtime.child("scheduling");
        MetadataRules.labels(scheduling.child("nodeSelector"));
        PlacementRules.tolerations(scheduling.child("tolerations"));
    }

    static void runtimeClassUpdate(Node after, JsonObject before) {
        after.child("handler").immutable(before.get("handler"));
    }

    static void lease(Node lease) {
        Node spec = lease.child("spec");
        Node duration = spec.child("leaseDurationSeconds");
        if (duration.isSet() && duration.integer() <= 0) {
            duration.invalid("must be greater than 0");
        }
        spec.child("leaseTransitions").notNegative();
    }

    static void flowSchema(Node schema) {
        Node spec = schema.child("spec");
        Node precedence = spec.child("matchingPrecedence");
        if (precedence.integer() <= 0) {
            precedence.invalid("must be a positive value");
        }
        if (precedence.integer() > 10_000) {
            precedence.invalid("must not be greater than 10000");
        }
        spec.child("distinguisherMethod", "type").oneOf("ByNamespace", "ByUser");
        Node level = spec.child("priorityLevelConfiguration", "name");
        if (level.isEmpty()) {
            level.required("must reference a priority level");
        } else {
            Common.dnsSubdomain(level);
        }
        spec.child("rules").items().forEach(ClusterRules::policyRule);
    }

    private static void policyRule(Node rule) {
        if (rule.child("subjects").isEmpty()) {
            rule.child("subjects").required("subjects must contain at least one value");
        }
        rule.child("subjects").items().forEach(ClusterRules::subject);
        if (rule.child("resourceRules").isEmpty() && rule.child("nonResourceRules").isEmpty()) {
            rule.required("at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        for (Node each : rule.child("resourceRules").items()) {
            for (String field : List.of("verbs", "apiGroups", "resources")) {
                if (each.child(field).isEmpty()) {
                    each.child(field)
                            .required(
                                    field.equals("verbs")
                                            ? "verbs must contain at least one value"
                                            : "resource rules must supply at least one "
                                                    + (field.equals("apiGroups")
                                                            ? "api group"
                                                            : "resource"));
                }
            }
            if (each.child("namespaces").isEmpty() && !each.child("clusterScope").bool()) {
                each.child("namespaces")
                        .required(
                                "resource rules that are not cluster scoped must supply at least"
                                        + " one namespace");
            }
        }
        for (Node each : rule.child("nonResourceRules").items()) {
            if (each.child("verbs").isEmpty()) {
                each.child("verbs").required("verbs must contain at least one value");
            }
            if (each.child("nonResourceURLs").isEmpty()) {
                each.child("nonResourceURLs")
                        .required("nonResourceURLs must contain at least one value");
            }
        }
    }

    private static void subject(Node subject) {
        switch (subject.child("kind").text()) {
            case "ServiceAccount" -> {
                subject.child("serviceAccount", "name").requireNotEmpty();
                if (subject.child("serviceAccount", "namespace").isEmpty()) {
                    subject.child("serviceAccount", "namespace")
                            .required("must specify namespace for service account");
                }
            }
            case "User" -> subject.child("user", "name").requireNotEmpty();
            case "Group" -> subject.child("group", "name").requireNotEmpty();
            default -> subject.child("kind").unsupported("Group", "ServiceAccount", "User");
        }
    }

    static void priorityLevel(Node level) {
        Node spec = level.child("spec");
        switch (spec.child("type").text()) {
            case "Exempt" -> spec.child("limited").absent("must be nil if the type is not Limited");
            case "Limited" -> limited(spec);
            default -> spec.child("type").unsupported("Exempt", "Limited");
        }
    }

    private static void limited(Node spec) {
        Node limited = spec.child("limited");
        if (!limited.isSet()) {
            limited.required("must not be empty when type is Limited");
            return;
        }
        Node shares = limited.child("nominalConcurrencyShares");
        if (shares.integer() < 0) {
            shares.invalid("must be a non-negative integer");
        }
        Node response = limited.child("limitResponse");
        Node queuing = response.child("queuing");
        switch (response.child("type").text()) {
            case "Reject" ->
                    queuing.absent("must be nil if limited.limitResponse.type is not" + " Limited");
            case "Queue" -> {
                if (queuing.isSet()) {
                    queuing(queuing);
                } else {
                    queuing.required("must not be empty if limited.limitResponse.type is Limited");
                }
            }
            default -> response.child("type").unsupported("Queue", "Reject");
        }
        Node lendable = limited.child("lendablePercent");
        if (lendable.isSet() && (lendable.integer() < 0 || lendable.integer() > 100)) {
            lendable.invalid("must be between 0 and 100, inclusive");
        }
        Node borrowing = limited.child("borrowingLimitPercent");
        if (borrowing.isSet() && borrowing.integer() < 0) {
            borrowing.invalid("if specified, must be a non-negative integer");
        }
    }

    private static void queuing(Node queuing) {
        for (String field : List.of("queueLengthLimit", "queues", "handSize")) {
            if (queuing.child(field).integer() <= 0) {
                queuing.child(field).invalid("must be positive");
            }
        }
        Node hand = queuing.child("handSize");
        if (hand.integer() > queuing.child("queues").integer()) {
            hand.invalid(
                    "should not be greater than queues ("
                            + queuing.child("queues").integer()
                            + ")");
        }
    }

    static void apiService(Node service) {
        Node spec = service.child("spec");
        String wanted = spec.child("version").text() + "." + spec.child("group").text();
        Node name = service.child("metadata", "name");
        if (!name.text().equals(wanted)) {
            name.invalid("must be `spec.version+\".\"+spec.group`: " + Json.of(wanted));
        }
        range(spec.child("groupPriorityMinimum"), 20_000);
        range(spec.child("versionPriority"), 1_000);
        Node target = spec.child("service");
        Node insecure = spec.child("insecureSkipTLSVerify");
        if (!target.isSet()) {
            return;
        }
        for (String field : List.of("namespace", "name")) {
            target.child(field).requireNotEmpty();
        }
        if (insecure.bool() && !spec.child("caBundle").isEmpty()) {
            insecure.invalid("may not be true if caBundle is present");
        }
    }

    private static void range(Node priority, int below) {
        if (priority.integer() <= 0 || priority.integer() > below) {
            priority.invalid(
                    Json.of(priority.integer()), "must be positive and less than " + below);
        }
    }

    static void resourceClaim(Node claim) {
        deviceClaim(claim.child("spec", "devices"));
    }

    static void resourceClaimTemplate(Node template) {
        deviceClaim(template.child("spec", "spec", "devices"));
    }

    private static void deviceClaim(Node devices) {
        Set<String> names = new HashSet<>();
        for (Node request : devices.child("requests").items()) {
            Node name = request.child("name");
            if (name.isEmpty()) {
                name.required();
            } else {
                Common.dnsLabel(name);
            }
            if (!names.add(name.text())) {
                name.duplicate();
            }
            boolean exact = request.has("exactly");
            boolean first = !request.child("firstAvailable").isEmpty();
            if (!exact && !first) {
                request.required("exactly one of `exactly` or `firstAvailable` is required");
            } else if (exact && first) {
                request.invalid(
                        "exactly one of `exactly` or `firstAvailable` is required, but"
                                + " multiple fields are set");
            }
            if (exact) {
                Node type = request.child("exactly", "deviceClassName");
                if (type.isEmpty()) {
                    type.required();
                } else {
                    Common.dnsSubdomain(type);
                }
                request.child("exactly", "allocationMode").oneOf("All", "ExactCount");
            }
        }
    }

    static void immutableSpec(Node after, JsonObject before) {
        after.child("spec").immutable(before.get("spec"));
    }
}
