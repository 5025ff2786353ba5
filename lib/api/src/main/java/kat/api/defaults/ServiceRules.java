package kat.api.defaults;

import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// Services.
///
/// **Source:** `SetDefaults_Service` in `pkg/apis/core/v1/defaults.go`.
final class ServiceRules {

    private static final long AFFINITY_SECONDS = 10_800;

    private ServiceRules() {}

    static void addTo(Map<String, UnaryOperator<JsonObject>> rules) {
        rules.put("core.v1.Service", ServiceRules::service);
        rules.put("core.v1.ServiceSpec", ServiceRules::spec);
        rules.put("core.v1.ServicePort", ServiceRules::port);
    }

    private static JsonObject service(JsonObject service) {
        boolean balanced = service.object("spec").string("type").equals("LoadBalancer");
        if (!balanced || service.at("status", "loadBalancer").array("ingress").isEmpty()) {
            return service;
        }
        return service.withAt(
                service.at("status", "loadBalancer").array("ingress").map(ServiceRules::ingress),
                "status",
                "loadBalancer",
                "ingress");
    }

    private static Json ingress(Json item) {
        return item instanceof JsonObject one && one.has("ip") && !one.has("ipMode")
                ? one.with("ipMode", "VIP")
                : item;
    }

    private static JsonObject spec(JsonObject given) {
        JsonObject spec = given;
        String type = spec.string("type");
        if (spec.string("sessionAffinity").equals("None")) {
            spec = spec.without("sessionAffinityConfig");
        }
        boolean timed = spec.at("sessionAffinityConfig", "clientIP").has("timeoutSeconds");
        if (spec.string("sessionAffinity").equals("ClientIP") && !timed) {
            spec =
                    spec.withAt(
                            Json.of(AFFINITY_SECONDS),
                            "sessionAffinityConfig",
                            "clientIP",
                            "timeoutSeconds");
        }
        boolean balanced = type.equals("LoadBalancer");
        boolean external =
                balanced
                        || type.equals("NodePort")
                        || (type.equals("ClusterIP") && !spec.array("externalIPs").isEmpty());
        if (external && !spec.has("externalTrafficPolicy")) {
            spec = spec.with("externalTrafficPolicy", "Cluster");
        }
        boolean internal = balanced || type.equals("NodePort") || type.equals("ClusterIP");
        if (internal && !spec.has("internalTrafficPolicy")) {
            spec = spec.with("internalTrafficPolicy", "Cluster");
        }
        if (balanced && !spec.has("allocateLoadBalancerNodePorts")) {
            spec = spec.with("allocateLoadBalancerNodePorts", true);
        }
        return spec;
    }

    private static JsonObject port(JsonObject port) {
        Json target = port.get("targetPort");
        return isOpen(target)
                ? port.with("targetPort", JsonNumber.of(port.integer("port", 0)))
                : port;
    }

    private static boolean isOpen(@Nullable Json target) {
        return switch (target) {
            case null -> true;
            case JsonString(String name) -> name.isEmpty();
            case JsonNumber number -> number.longValue() == 0;
            default -> false;
        };
    }
}
