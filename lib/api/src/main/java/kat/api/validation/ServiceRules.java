package kat.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;

/// The rules for Services.
final class ServiceRules {

    private static final long MAX_AFFINITY_SECONDS = 86_400;
    private static final String ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";

    private ServiceRules() {}

    static void check(Node service) {
        Node spec = service.child("spec");
        String type = spec.child("type").text();
        boolean headless = spec.child("clusterIP").text().equals("None");
        Node ports = spec.child("ports");
        if (ports.isEmpty() && !headless && !type.equals("ExternalName")) {
            ports.required();
        }
        ofType(spec, type, headless);
        ports(ports);
        if (!spec.child("selector").isEmpty()) {
            MetadataRules.labels(spec.child("selector"));
        }
        affinity(spec);
        clusterAddresses(spec, type);
        for (Node address : spec.child("externalIPs").items()) {
            address.invalidAll(Addresses.nonSpecial(address.text()));
        }
        spec.child("type").requireOneOf("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        nodePorts(ports, type);
        duplicatePorts(ports);
        loadBalancer(spec, type);
        traffic(spec, type);
    }

    private static void ofType(Node spec, String type, boolean headless) {
        switch (type) {
            case "LoadBalancer", "NodePort" -> {
                if (headless) {
                    spec.child("clusterIPs")
                            .index(0)
                            .invalidText(
                                    "None", "may not be set to 'None' for " + type + " services");
                }
            }
            case "ExternalName" -> externalName(spec);
            default -> {
                // nothing of its own
            }
        }
    }

    private static void externalName(Node spec) {
        for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            if (!spec.child(field).isEmpty()) {
                spec.child(field).forbidden("may not be set for ExternalName services");
            }
        }
        Node name = spec.child("externalName");
        String text = name.text();
        String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (plain.isEmpty()) {
            name.required();
        } else {
            Names.dnsSubdomain(plain).forEach(fault -> name.invalidText(plain, fault));
        }
    }

    private static void ports(Node ports) {
        boolean several = ports.list().size() > 1;
        Set<String> names = new HashSet<>();
        for (Node port : ports.items()) {
            Node name = port.child("name");
            if (name.isEmpty()) {
                if (several) {
                    name.required();
                }
            } else {
                Common.dnsLabel(name);
                if (!names.add(name.text())) {
                    name.duplicate();
                }
            }
            Node number = port.child("port");
            for (String fault : Names.portNumber(number.integer())) {
                number.invalid(Json.of(number.integer()), fault);
            }
            Common.protocol(port.child("protocol"));
            Common.port(port.child("targetPort"));
            if (port.child("appProtocol").isSet()) {
                Common.qualifiedName(port.child("appProtocol"));
            }
        }
    }

    private static void affinity(Node spec) {
        Node affinity = spec.child("sessionAffinity");
        affinity.requireOneOf("ClientIP", "None");
        Node config = spec.child("sessionAffinityConfig");
        if (affinity.text().equals("ClientIP")) {
            Node seconds = config.child("clientIP", "timeoutSeconds");
            if (!config.isSet()) {
                config.required("when session affinity type is ClientIP");
            } else if (!seconds.isSet()
                    || seconds.integer() <= 0
                    || seconds.integer() > MAX_AFFINITY_SECONDS) {
                seconds.invalid("must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
            }
        } else if (affinity.text().equals("None")) {
            config.absent("must not be set when session affinity is None");
        }
    }

    private static void clusterAddresses(Node spec, String type) {
        if (type.equals("ExternalName")) {
            return;
        }
        Node addresses = spec.child("clusterIPs");
        String first = spec.child("clusterIP").text();
        List<Node> all = addresses.items();
        if (all.isEmpty() && !first.isEmpty()) {
            all = List.of(addresses.index(0).with(Json.of(first)));
        }
        for (Node address : all) {
            boolean none = address.text().equals("None") || address.text().isEmpty();
            if (!none && !Addresses.isAddress(address.text())) {
                address.invalid(Addresses.BAD_ADDRESS);
            }
        }
        Set<String> seen = new HashSet<>();
        for (Node family : spec.child("ipFamilies").items()) {
            family.oneOf("IPv4", "IPv6");
            if (!seen.add(family.text())) {
                family.duplicate();
            }
            if (family.text().equals("IPv6")) {
                family.invalid("not configured on this cluster");
            }
        }
        spec.child("ipFamilyPolicy").oneOf("PreferDualStack", "RequireDualStack", "SingleStack");
    }

    private static void nodePorts(Node ports, String type) {
        Set<String> taken = new HashSet<>();
        for (Node port : ports.items()) {
            Node number = port.child("nodePort");
            if (number.integer() == 0) {
                continue;
            }
            if (type.equals("ClusterIP")) {
                number.forbidden("may not be used when `type` is 'ClusterIP'");
            } else if (!taken.add(port.child("protocol").text() + number.integer())) {
                number.duplicate();
            }
        }
    }

    private static void duplicatePorts(Node ports) {
        Set<String> seen = new HashSet<>();
        for (Node port : ports.items()) {
            String pair = port.child("protocol").text() + "/" + port.child("port").integer();
            if (!seen.add(pair)) {
                port.duplicateStruct(
                        "Name", Json.of(""),
                        "Protocol", port.child("protocol").json(),
                        "AppProtocol", JsonNull.NULL,
                        "Port", port.child("port").json(),
                        "TargetPort", Json.of(0),
                        "NodePort", Json.of(0));
            }
        }
    }

    private static void loadBalancer(Node spec, String type) {
        boolean balanced = type.equals("LoadBalancer");
        Node ranges = spec.child("loadBalancerSourceRanges");
        if (!ranges.isEmpty() && !balanced) {
            ranges.forbidden(ONLY_BALANCED);
        }
        for (Node range : balanced ? ranges.items() : List.<Node>of()) {
            Common.network(range.with(Json.of(range.text().strip())));
        }
        Node allocate = spec.child("allocateLoadBalancerNodePorts");
        if (!balanced) {
            allocate.absent(ONLY_BALANCED);
        }
        Node balancer = spec.child("loadBalancerClass");
        if (!balanced) {
            balancer.absent(ONLY_BALANCED);
        } else if (balancer.isSet()) {
            Common.qualifiedName(balancer);
        }
    }

    private static void traffic(Node spec, String type) {
        boolean external = type.equals("LoadBalancer") || type.equals("NodePort");
        Node policy = spec.child("externalTrafficPolicy");
        boolean facing = external || !spec.child("externalIPs").isEmpty();
        if (!policy.isEmpty()) {
            if (!facing) {
                policy.invalid("may only be set for externally-accessible services");
            } else {
                policy.oneOf("Cluster", "Local");
            }
        }
        Node check = spec.child("healthCheckNodePort");
        boolean needs = type.equals("LoadBalancer") && policy.text().equals("Local");
        if (check.integer() < 0) {
            check.invalid("must be greater than or equal to 0");
        } else if (check.integer() != 0 && !needs) {
            check.invalid(
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is"
                            + " 'Local'");
        }
        spec.child("internalTrafficPolicy").oneOf("Cluster", "Local");
        spec.child("trafficDistribution").oneOf("PreferClose", "PreferSameZone", "PreferSameNode");
    }

    static void update(Node service, JsonObject before) {
        JsonObject old = before.object("spec");
        Node spec = service.child("spec");
        Node addresses = spec.child("clusterIPs");
        boolean same = old.string("type").equals(spec.child("type").text());
        boolean named =
                old.string("type").equals("ExternalName")
                        || spec.child("type").text().equals("ExternalName");
        String first = old.string("clusterIP");
        String now = spec.child("clusterIP").text();
        if (!named && !first.isEmpty() && !now.equals(first) && (same || !now.isEmpty())) {
            addresses.index(0).invalid(shown(addresses, now), "may not change once set");
        }
        Json balancer = old.get("loadBalancerClass");
        if (same && spec.child("type").text().equals("LoadBalancer") && balancer != null) {
            Node changed = spec.child("loadBalancerClass");
            if (!changed.json().equals(balancer)) {
                changed.invalid("may not change once set");
            }
        }
        check(service);
    }

    /// The addresses, the first of which a client may have changed in its single form alone.
    private static JsonArray shown(Node addresses, String first) {
        List<Json> all = new ArrayList<>(addresses.list().items());
        if (all.isEmpty()) {
            all.add(Json.of(first));
        } else {
            all.set(0, Json.of(first));
        }
        return new JsonArray(all);
    }
}
