package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for Services; [ServiceAddressRules] has those for their addresses.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`.
final class ServiceRules {

    private static final long MAX_AFFINITY_SECONDS = 86_400;
    private static final String ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";
    private static final String HINTS = "service.kubernetes.io/topology-aware-hints";
    private static final String MODE = "service.kubernetes.io/topology-mode";
    private static final String RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

    private ServiceRules() {}

    static void check(Node service) {
        Node spec = service.child("spec");
        String type = spec.child("type").text();
        boolean headless = ServiceAddressRules.isHeadless(spec.object());
        topology(service.child("metadata", "annotations"));
        Node ports = spec.child("ports");
        if (ports.isEmpty() && !headless && !type.equals("ExternalName")) {
            ports.required();
        }
        ofType(spec, type, headless);
        ports(ports);
        if (spec.has("selector")) {
            MetadataRules.labels(spec.child("selector"));
        }
        affinity(spec);
        ServiceAddressRules.check(spec, type);
        for (Node address : spec.child("externalIPs").items()) {
            address.invalidAll(Addresses.nonSpecial(address.text()));
        }
        spec.child("type").requireOneOf("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        nodePorts(ports, type);
        duplicatePorts(ports);
        loadBalancer(service, spec, type);
        traffic(spec, type);
    }

    private static void topology(Node annotations) {
        if (annotations.has(HINTS) && annotations.has(MODE)) {
            Node mode = annotations.key(MODE);
            if (!mode.text().equals(annotations.key(HINTS).text())) {
                mode.invalid("must match annotations[" + HINTS + "] when both are specified");
            }
        }
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
            boolean one = field.equals("clusterIPs") && !spec.child("clusterIP").isEmpty();
            if (one || !spec.child(field).isEmpty()) {
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
            if (port.has("appProtocol")) {
                Common.qualifiedName(port.child("appProtocol"));
            }
        }
    }

    private static void affinity(Node spec) {
        Node affinity = spec.child("sessionAffinity");
        affinity.requireOneOf("ClientIP", "None");
        Node config = spec.child("sessionAffinityConfig");
        if (affinity.text().equals("None")) {
            config.absent("must not be set when session affinity is None");
        }
        if (!affinity.text().equals("ClientIP")) {
            return;
        }
        Node client = config.child("clientIP");
        Node seconds = client.child("timeoutSeconds");
        for (Node part : List.of(config, client, seconds)) {
            if (!part.isSet()) {
                part.required("when session affinity type is ClientIP");
                return;
            }
        }
        if (seconds.integer() <= 0 || seconds.integer() > MAX_AFFINITY_SECONDS) {
            seconds.invalid("must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
        }
    }

    private static void nodePorts(Node ports, String type) {
        if (type.equals("ClusterIP")) {
            for (Node port : ports.items()) {
                if (port.child("nodePort").integer() != 0) {
                    port.child("nodePort").forbidden("may not be used when `type` is 'ClusterIP'");
                }
            }
        }
        Set<String> taken = new HashSet<>();
        for (Node port : ports.items()) {
            Node number = port.child("nodePort");
            if (number.integer() != 0
                    && !taken.add(port.child("protocol").text() + number.integer())) {
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

    private static void loadBalancer(Node service, Node spec, String type) {
        boolean balanced = type.equals("LoadBalancer");
        Node given = spec.child("loadBalancerSourceRanges");
        if (!given.isEmpty()) {
            Node ranges = given.renamed("LoadBalancerSourceRanges");
            if (!balanced) {
                ranges.forbidden(ONLY_BALANCED);
            }
            for (Node range : ranges.items()) {
                Common.network(range.with(Json.of(range.text().strip())));
            }
        } else if (service.child("metadata", "annotations").has(RANGES)) {
            Node ranges = service.child("metadata", "annotations").key(RANGES);
            if (!balanced) {
                ranges.forbidden(ONLY_BALANCED);
            }
            for (String range :
                    ranges.text().isBlank() ? new String[0] : ranges.text().split(",", -1)) {
                Common.network(ranges.with(Json.of(range.strip())));
            }
        }
        Node allocate = spec.child("allocateLoadBalancerNodePorts");
        if (!balanced) {
            allocate.absent(ONLY_BALANCED);
        } else if (!allocate.isSet()) {
            allocate.at("allocateLoadBalancerNodePorts").required();
        }
        balancerClass(spec.child("loadBalancerClass"), balanced);
    }

    private static void balancerClass(Node name, boolean balanced) {
        if (!balanced) {
            name.absent(ONLY_BALANCED);
        } else if (name.isSet()) {
            Common.qualifiedName(name);
        }
    }

    private static boolean needsHealthCheck(JsonObject spec) {
        return spec.string("type").equals("LoadBalancer")
                && spec.string("externalTrafficPolicy").equals("Local");
    }

    private static void traffic(Node spec, String type) {
        boolean external = type.equals("LoadBalancer") || type.equals("NodePort");
        boolean addressed = type.equals("ClusterIP") && !spec.child("externalIPs").isEmpty();
        Node policy = spec.child("externalTrafficPolicy");
        if (!external && !addressed) {
            if (!policy.isEmpty()) {
                policy.invalid("may only be set for externally-accessible services");
            }
        } else {
            policy.requireOneOf("Cluster", "Local");
        }
        Node check = spec.child("healthCheckNodePort");
        if (!needsHealthCheck(spec.object())) {
            if (check.integer() != 0) {
                check.invalid(
                        "may only be set when `type` is 'LoadBalancer' and"
                                + " `externalTrafficPolicy` is 'Local'");
            }
        } else if (check.integer() == 0) {
            check.required();
        } else {
            Names.portNumber(check.integer()).forEach(check::invalid);
        }
        Node internal = spec.child("internalTrafficPolicy");
        if (!internal.isSet() && (external || type.equals("ClusterIP"))) {
            internal.required();
        }
        internal.oneOf("Cluster", "Local");
        spec.child("trafficDistribution").oneOf("PreferClose", "PreferSameZone", "PreferSameNode");
    }

    static void update(Node service, JsonObject before) {
        JsonObject old = before.object("spec");
        Node spec = service.child("spec");
        ServiceAddressRules.update(spec, old);
        boolean balanced = spec.child("type").text().equals("LoadBalancer");
        Node name = spec.child("loadBalancerClass");
        if (balanced && old.string("type").equals("LoadBalancer")) {
            Json was = old.get("loadBalancerClass");
            if (!name.json().equals(was == null ? JsonNull.NULL : was)) {
                name.invalid("may not change once set");
            }
        }
        balancerClass(name, balanced);
        Node check = spec.child("healthCheckNodePort");
        boolean needed = needsHealthCheck(old) && needsHealthCheck(spec.object());
        if (needed && check.integer() != old.integer("healthCheckNodePort", 0)) {
            check.forbidden("field is immutable");
        }
        check(service);
    }

    /// What a load balancer may say of itself.
    static void status(Node service, JsonObject before) {
        Node ingress = service.child("status", "loadBalancer", "ingress");
        boolean balanced = service.child("spec", "type").text().equals("LoadBalancer");
        if (!ingress.isEmpty() && !balanced) {
            ingress.forbidden("may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        for (Node each : ingress.items()) {
            Node ip = each.child("ip");
            Node mode = each.child("ipMode");
            if (!ip.isEmpty()) {
                Common.address(ip);
                if (!mode.isSet()) {
                    mode.required("must be specified when `ip` is set");
                }
            } else if (mode.isSet()) {
                mode.forbidden("may not be specified when `ip` is not set");
            }
            if (mode.isSet()) {
                mode.oneOf("Proxy", "VIP");
            }
            host(each.child("hostname"));
        }
    }

    /// A host that is reached by its name.
    static void host(Node host) {
        if (!host.isEmpty()) {
            Common.dnsSubdomain(host);
            if (Addresses.isAddress(host.text())) {
                host.invalid("must be a DNS name, not an IP address");
            }
        }
    }
}
