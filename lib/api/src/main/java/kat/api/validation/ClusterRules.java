package kat.api.validation;

import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for what the cluster runs by: PriorityClass, RuntimeClass, Lease, flow control, API
/// services, devices.
final class ClusterRules {

    private static final long HIGHEST_USER_PRIORITY = 1_000_000_000;

    private ClusterRules() {}

    static void priorityClass(Node priority) {
        String name = priority.child("metadata", "name").text();
        Node value = priority.child("value");
        if (name.startsWith("system-")) {
            String fault = systemFault(name, priority);
            if (!fault.isEmpty()) {
                priority.child("metadata", "name")
                        .forbidden(
                                "priority class names with 'system-' prefix are reserved for system"
                                        + " use only. error: "
                                        + fault);
            }
        } else if (value.integer() > HIGHEST_USER_PRIORITY) {
            value.forbidden(
                    "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
        }
        if (priority.child("preemptionPolicy").isSet()) {
            priority.child("preemptionPolicy").requireOneOf("PreemptLowerPriority", "Never");
        }
    }

    /// What keeps a class from being one of the system's own; empty when it is one.
    private static String systemFault(String name, Node priority) {
        long value =
                switch (name) {
                    case "system-node-critical" -> 2_000_001_000L;
                    case "system-cluster-critical" -> 2_000_000_000L;
                    default -> -1;
                };
        if (value < 0) {
            return name + " is not a known system priority class";
        }
        if (priority.child("value").integer() != value) {
            return "value of " + name + " PriorityClass must be " + value;
        }
        return priority.child("globalDefault").bool()
                ? "globalDefault of " + name + " PriorityClass must be false"
                : "";
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
        if (runtime.has("overhead")) {
            ResourceRules.overhead(runtime.child("overhead"));
        }
        Node scheduling = runtime.child("scheduling");
        MetadataRules.labels(scheduling.child("nodeSelector"));
        PlacementRules.tolerations(scheduling.child("tolerations"));
        Set<Json> seen = new HashSet<>();
        for (Node toleration : scheduling.child("tolerations").items()) {
            if (!seen.add(toleration.object().without("tolerationSeconds"))) {
                toleration.duplicateStruct(
                        "Key", Json.of(toleration.child("key").text()),
                        "Operator", Json.of(toleration.child("operator").text()),
                        "Value", Json.of(toleration.child("value").text()),
                        "Effect", Json.of(toleration.child("effect").text()),
                        "TolerationSeconds", toleration.child("tolerationSeconds").json());
            }
        }
    }

    static void runtimeClassUpdate(Node after, JsonObject before) {
        after.child("handler").immutableText(before.get("handler"));
    }

    static void lease(Node lease) {
        Node spec = lease.child("spec");
        Node duration = spec.child("leaseDurationSeconds");
        if (duration.isSet() && duration.integer() <= 0) {
            duration.invalid("must be greater than 0");
        }
        spec.child("leaseTransitions").notNegative();
        Node strategy = spec.child("strategy");
        if (strategy.isSet()) {
            leaseStrategy(strategy.child("strategy").with(strategy.json()));
        }
        if (!spec.child("preferredHolder").isEmpty() && strategy.isEmpty()) {
            spec.child("preferredHolder")
                    .forbidden("may only be specified if `strategy` is defined");
        }
    }

    private static void leaseStrategy(Node strategy) {
        if (strategy.text().contains("/")) {
            Common.qualifiedName(strategy);
        } else {
            strategy.oneOf("OldestEmulationVersion");
        }
    }

    static void apiService(Node service) {
        Node spec = service.child("spec");
        String wanted = spec.child("version").text() + "." + spec.child("group").text();
        for (String field : List.of("generateName", "name")) {
            Node name = service.child("metadata", field);
            if (!name.isEmpty()
                    && !name.text().equals(wanted)
                    && Names.pathSegment(name.text()).isEmpty()) {
                name.invalid("must be `spec.version+\".\"+spec.group`: " + Json.of(wanted));
            }
        }
        Node group = spec.child("group");
        Node version = spec.child("version");
        if (!group.isEmpty()) {
            Common.dnsSubdomain(group);
        } else if (!version.text().equals("v1")) {
            group.required("only v1 may have an empty group and it better be legacy kube");
        }
        Names.dns1035Label(version.text())
                .forEach(fault -> version.invalidText(version.text(), fault));
        range(spec.child("groupPriorityMinimum"), 20_000);
        range(spec.child("versionPriority"), 1_000);
        Node target = spec.child("service");
        Node insecure = spec.child("insecureSkipTLSVerify");
        if (!target.isSet()) {
            localService(spec.child("caBundle"), insecure);
            return;
        }
        for (String field : List.of("namespace", "name")) {
            target.child(field).requireNotEmpty();
        }
        Node port = target.child("port");
        if (!Names.portNumber(port.integer()).isEmpty()) {
            port.invalid(
                    "port is not valid: " + String.join(", ", Names.portNumber(port.integer())));
        }
        if (insecure.bool() && !spec.child("caBundle").isEmpty()) {
            insecure.invalid("may not be true if caBundle is present");
        }
    }

    private static void localService(Node bundle, Node insecure) {
        if (!bundle.isEmpty()) {
            int bytes = Base64.getDecoder().decode(bundle.text()).length;
            bundle.invalidText(bytes + " bytes", "local APIServices may not have a caBundle");
        }
        if (insecure.bool()) {
            insecure.invalid("local APIServices may not have insecureSkipTLSVerify");
        }
    }

    private static void range(Node priority, int below) {
        if (priority.integer() <= 0 || priority.integer() > below) {
            priority.invalid(
                    Json.of(priority.integer()), "must be positive and less than " + below);
        }
    }

    static void immutableSpec(Node after, JsonObject before) {
        after.child("spec").immutable(before.get("spec"));
    }
}
