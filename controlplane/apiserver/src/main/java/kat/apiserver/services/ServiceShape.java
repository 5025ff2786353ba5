package kat.apiserver.services;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What a Service of each type has, and what an update that leaves it out keeps.
///
/// **Source:** `pkg/registry/core/service/storage/storage.go`, `alloc.go`.
final class ServiceShape {

    private static final Set<String> WITH_PORTS = Set.of("NodePort", "LoadBalancer");

    private ServiceShape() {}

    static boolean hasAddress(JsonObject service) {
        return !type(service).equals("ExternalName");
    }

    /// Whether ports may have numbers on nodes: given ones, or those that are asked for.
    static boolean hasPorts(JsonObject service) {
        return WITH_PORTS.contains(type(service));
    }

    /// Whether ports are given numbers for which nobody asked.
    static boolean allocatesPorts(JsonObject service) {
        return hasPorts(service)
                && service.object("spec").bool("allocateLoadBalancerNodePorts", true);
    }

    private static boolean facesOutside(JsonObject service) {
        boolean external = !service.object("spec").array("externalIPs").isEmpty();
        return hasPorts(service) || (external && hasAddress(service));
    }

    static boolean wantsHealthPort(JsonObject service) {
        return type(service).equals("LoadBalancer")
                && service.object("spec").string("externalTrafficPolicy").equals("Local");
    }

    private static String type(JsonObject service) {
        return service.object("spec").string("type", "ClusterIP");
    }

    /// The node ports of a Service, with that of its health check.
    static List<NodePorts.Port> ports(JsonObject service) {
        List<NodePorts.Port> found = new ArrayList<>();
        JsonObject spec = service.object("spec");
        for (JsonObject port : spec.array("ports").objects()) {
            long number = port.integer("nodePort", 0);
            if (number > 0) {
                found.add(new NodePorts.Port(port.string("protocol", "TCP"), (int) number));
            }
        }
        long health = spec.integer("healthCheckNodePort", 0);
        if (health > 0) {
            found.add(new NodePorts.Port("TCP", (int) health));
        }
        return found;
    }

    /// The first node port that is asked for each port: a new Service has one for all protocols
    /// of a port.
    static Map<Long, Long> asked(JsonObject service) {
        Map<Long, Long> found = new HashMap<>();
        for (JsonObject port : service.object("spec").array("ports").objects()) {
            if (port.has("nodePort")) {
                found.putIfAbsent(port.integer("port", 0), port.integer("nodePort", 0));
            }
        }
        return found;
    }

    /// What was asked for, with what an update keeps by not naming it.
    static JsonObject aligned(JsonObject live, JsonObject next) {
        JsonObject kept =
                live.isEmpty() ? next.change("spec", ServiceShape::named) : keep(live, next);
        return kept.change("spec", spec -> cleared(live, spec));
    }

    /// A client that names one address may know nothing of the plural form.
    private static JsonObject named(JsonObject spec) {
        String address = spec.string("clusterIP");
        return address.isEmpty() || !spec.array("clusterIPs").isEmpty()
                ? spec
                : spec.with("clusterIPs", JsonArray.of(Json.of(address)));
    }

    private static JsonObject keep(JsonObject live, JsonObject next) {
        JsonObject old = live.object("spec");
        JsonObject spec = next.object("spec");
        if (hasAddress(live) && hasAddress(next)) {
            if (spec.string("clusterIP").isEmpty()) {
                spec = copied(old, spec, "clusterIP");
            }
            if (spec.array("clusterIPs").isEmpty()) {
                spec = copied(old, spec, "clusterIPs");
            }
        }
        spec = linked(old, spec);
        if (allocatesPorts(live) && allocatesPorts(next)) {
            spec = spec.with("ports", withNumbers(old.array("ports"), spec.array("ports")));
        }
        if (wantsHealthPort(live)
                && wantsHealthPort(next)
                && spec.integer("healthCheckNodePort", 0) == 0) {
            spec = copied(old, spec, "healthCheckNodePort");
        }
        return next.with("spec", spec);
    }

    /// The plural form follows the single one where only that was named: a client may know nothing
    /// of the other (`normalizeClusterIPs`).
    private static JsonObject linked(JsonObject old, JsonObject spec) {
        String address = spec.string("clusterIP");
        JsonArray all = spec.array("clusterIPs");
        JsonArray before = old.array("clusterIPs");
        if (address.equals(old.string("clusterIP"))) {
            return all.isEmpty() ? copied(old, spec, "clusterIPs") : spec;
        }
        if (!all.equals(before)) {
            return spec;
        }
        return address.isEmpty()
                ? spec.without("clusterIPs")
                : spec.with("clusterIPs", JsonArray.of(Json.of(address)));
    }

    private static JsonObject copied(JsonObject from, JsonObject to, String name) {
        Json value = from.get(name);
        return value == null ? to : to.with(name, value);
    }

    /// A port keeps its number by its name, whatever else of it changed, unless another one
    /// asks for that number.
    private static JsonArray withNumbers(JsonArray before, JsonArray ports) {
        Set<Long> asked = new HashSet<>();
        ports.objects().forEach(port -> asked.add(port.integer("nodePort", 0)));
        Map<String, JsonObject> known = new HashMap<>();
        before.objects().forEach(port -> known.put(port.string("name"), port));
        List<Json> all = new ArrayList<>();
        for (JsonObject port : ports.objects()) {
            JsonObject old = known.getOrDefault(port.string("name"), JsonObject.EMPTY);
            boolean keeps =
                    port.integer("nodePort", 0) == 0 && !asked.contains(old.integer("nodePort", 0));
            all.add(keeps ? copied(old, port, "nodePort") : port);
        }
        return new JsonArray(all);
    }

    /// Without what this type does not have but a former one had.
    private static JsonObject cleared(JsonObject live, JsonObject spec) {
        JsonObject service = JsonObject.of("spec", spec);
        JsonObject result = spec;
        JsonObject old = live.object("spec");
        if (!hasAddress(service)) {
            for (String name : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
                boolean unchanged = old.has(name) && Objects.equals(old.get(name), spec.get(name));
                result = unchanged ? result.without(name) : result;
            }
        }
        boolean sameNumbers = numbers(old).containsAll(numbers(spec));
        if (!hasPorts(service) && hasPorts(live) && sameNumbers) {
            result = result.with("ports", withoutNumbers(result.array("ports")));
        }
        if (!wantsHealthPort(service) && wantsHealthPort(live)) {
            result = result.without("healthCheckNodePort");
        }
        if (type(live).equals("LoadBalancer") && !type(service).equals("LoadBalancer")) {
            for (String name : List.of("allocateLoadBalancerNodePorts", "loadBalancerClass")) {
                result =
                        Objects.equals(old.get(name), spec.get(name))
                                ? result.without(name)
                                : result;
            }
        }
        String policy = "externalTrafficPolicy";
        boolean samePolicy = old.string(policy).equals(spec.string(policy));
        if (!facesOutside(service) && facesOutside(live) && samePolicy) {
            result = result.without(policy);
        }
        return result;
    }

    private static Set<Long> numbers(JsonObject spec) {
        Set<Long> found = new HashSet<>();
        for (JsonObject port : spec.array("ports").objects()) {
            if (port.integer("nodePort", 0) != 0) {
                found.add(port.integer("nodePort", 0));
            }
        }
        return found;
    }

    private static JsonArray withoutNumbers(JsonArray ports) {
        return ports.map(
                port -> port instanceof JsonObject object ? object.without("nodePort") : port);
    }
}
