package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for Ingresses, their classes, NetworkPolicies, EndpointSlices, ServiceCIDRs.
final class NetworkRules {

    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_TOPOLOGY = 16;
    private static final int MAX_HINTS = 8;
    private static final int MAX_CONTROLLER = 250;
    private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
    private static final int MAX_SLICE_PORTS = 20_000;

    private NetworkRules() {}

    static void newIngress(Node ingress) {
        ingress(ingress);
        Node named = ingress.child("metadata", "annotations").key(CLASS_ANNOTATION);
        Node name = ingress.child("spec", "ingressClassName");
        if (named.isSet() && name.isSet() && !named.text().equals(name.text())) {
            named.at("annotations." + CLASS_ANNOTATION)
                    .invalid("must match `ingressClassName` when both are specified");
        }
    }

    static void ingressStatus(Node ingress, JsonObject before) {
        for (Node each : ingress.child("status", "loadBalancer", "ingress").items()) {
            if (!each.child("ip").isEmpty()) {
                Common.address(each.child("ip"));
            }
            ServiceRules.host(each.child("hostname"));
        }
    }

    static void ingress(Node ingress) {
        Node spec = ingress.child("spec");
        Node backend = spec.child("defaultBackend");
        Node rules = spec.child("rules");
        if (rules.isEmpty() && !backend.isSet()) {
            spec.with(rules.json()).invalid("either `defaultBackend` or `rules` must be specified");
        }
        if (backend.isSet()) {
            backend(backend);
        }
        for (Node rule : rules.items()) {
            host(rule.child("host"));
            httpRule(rule);
        }
        for (Node tls : spec.child("tls").items()) {
            for (Node host : tls.child("hosts").items()) {
                host.invalidAll(
                        host.text().contains("*")
                                ? Names.wildcardSubdomain(host.text())
                                : Names.dnsSubdomain(host.text()));
            }
            Node secret = tls.child("secretName");
            if (!secret.isEmpty()) {
                Common.dnsSubdomain(secret);
            }
        }
        if (spec.child("ingressClassName").isSet()) {
            Common.dnsSubdomain(spec.child("ingressClassName"));
        }
    }

    private static void host(Node host) {
        String text = host.text();
        if (text.isEmpty()) {
            return;
        }
        if (Addresses.isAddress(text)) {
            host.invalid("must be a DNS name, not an IP address");
        }
        host.invalidAll(
                text.contains("*") ? Names.wildcardSubdomain(text) : Names.dnsSubdomain(text));
    }

    private static void httpRule(Node rule) {
        Node http = rule.child("http");
        if (!http.isSet()) {
            return;
        }
        if (http.child("paths").isEmpty()) {
            http.child("paths").required();
        }
        for (Node path : http.child("paths").items()) {
            if (path.has("pathType")) {
                pathType(path);
                backend(path.child("backend"));
            } else {
                path.child("pathType").required("pathType must be specified");
            }
        }
    }

    private static void pathType(Node path) {
        Node type = path.child("pathType");
        Node value = path.child("path");
        switch (type.text()) {
            case "Exact", "Prefix" -> {
                if (!value.text().startsWith("/")) {
                    value.invalidText(value.text(), "must be an absolute path");
                }
                for (String part : List.of("//", "/./", "/../", "%2f", "%2F")) {
                    if (value.text().contains(part)) {
                        value.invalid("must not contain '" + part + "'");
                    }
                }
                for (String end : List.of("/..", "/.")) {
                    if (value.text().endsWith(end)) {
                        value.invalid("cannot end with '" + end + "'");
                    }
                }
            }
            case "ImplementationSpecific" -> {
                if (!value.isEmpty() && !value.text().startsWith("/")) {
                    value.invalid("must be an absolute path");
                }
            }
            default -> type.unsupported("Exact", "ImplementationSpecific", "Prefix");
        }
    }

    private static void backend(Node backend) {
        boolean service = backend.has("service");
        boolean resource = backend.has("resource");
        if (service && resource) {
            backend.invalidText("", "cannot set both resource and service backends");
        } else if (resource) {
            typedReference(backend.child("resource"));
        } else if (!service) {
            backend.invalidText("", "resource or service backend is required");
        } else {
            service(backend);
        }
    }

    private static void service(Node backend) {
        Node service = backend.child("service");
        Node name = service.child("name");
        if (name.isEmpty()) {
            name.required();
        } else {
            name.invalidAll(Names.dnsLabel(name.text()));
        }
        Node portName = service.child("port", "name");
        Node number = service.child("port", "number");
        boolean numbered = number.integer() != 0;
        if (!portName.isEmpty() && numbered) {
            backend.invalidText("", "cannot set both port name & port number");
        } else if (!portName.isEmpty()) {
            portName.invalidAll(Names.portName(portName.text()));
        } else if (numbered) {
            number.invalidAll(Names.portNumber(number.integer()));
        } else {
            backend.required("port name or number is required");
        }
    }

    private static void typedReference(Node reference) {
        if (reference.has("apiGroup")) {
            Common.dnsSubdomain(reference.child("apiGroup"));
        }
        for (String field : List.of("kind", "name")) {
            Node part = reference.child(field);
            if (part.isEmpty()) {
                part.required();
            } else {
                part.invalidAll(Names.pathSegment(part.text()));
            }
        }
    }

    static void ingressClass(Node ingressClass) {
        Node spec = ingressClass.child("spec");
        Node controller = spec.child("controller");
        if (controller.bytes() > MAX_CONTROLLER) {
            controller.tooLong(MAX_CONTROLLER);
        }
        Common.prefixedPath(controller);
        Node parameters = spec.child("parameters");
        if (!parameters.isSet()) {
            return;
        }
        typedReference(parameters);
        Node scope = parameters.child("scope");
        Node namespace = parameters.child("namespace");
        if (!scope.isSet()) {
            scope.required();
        }
        scope.with(Json.of(scope.text())).oneOf("Cluster", "Namespace");
        if (scope.text().equals("Namespace")) {
            if (!namespace.isSet()) {
                namespace.required("`parameters.scope` is set to 'Namespace'");
            } else {
                Common.dnsLabel(namespace);
            }
        } else if (scope.text().equals("Cluster")) {
            namespace.absent("`parameters.scope` is set to 'Cluster'");
        }
    }

    static void ingressClassUpdate(Node after, JsonObject before) {
        after.child("spec", "controller").immutableText(before.object("spec").get("controller"));
    }

    static void policy(Node policy) {
        Node spec = policy.child("spec");
        Common.labelSelector(spec.child("podSelector"));
        for (Node rule : spec.child("ingress").items()) {
            rule.child("ports").items().forEach(NetworkRules::policyPort);
            rule.child("from").items().forEach(NetworkRules::peer);
        }
        for (Node rule : spec.child("egress").items()) {
            rule.child("ports").items().forEach(NetworkRules::policyPort);
            rule.child("to").items().forEach(NetworkRules::peer);
        }
        Node types = spec.child("policyTypes");
        if (types.list().size() > 2) {
            types.invalid("may not specify more than two policyTypes");
            return;
        }
        for (Node type : types.items()) {
            type.with(Json.of(type.text())).oneOf("Ingress", "Egress");
        }
    }

    private static void policyPort(Node port) {
        port.child("protocol").oneOf("TCP", "UDP", "SCTP");
        Node number = port.child("port");
        Node end = port.child("endPort");
        if (!number.isSet()) {
            if (end.isSet()) {
                end.invalid("may not be specified when `port` is not specified");
            }
            return;
        }
        if (number.isString()) {
            if (end.isSet()) {
                end.invalid("may not be specified when `port` is non-numeric");
            }
            Common.port(number);
            return;
        }
        Common.port(number);
        if (end.isSet()) {
            if (end.integer() < number.integer()) {
                end.invalid(number.json(), "must be greater than or equal to `port`");
            }
            end.invalidAll(Names.portNumber(end.integer()));
        }
    }

    private static void peer(Node peer) {
        int count = 0;
        for (String selector : List.of("podSelector", "namespaceSelector")) {
            if (peer.has(selector)) {
                count++;
                Common.labelSelector(peer.child(selector));
            }
        }
        Node block = peer.child("ipBlock");
        if (block.isSet()) {
            count++;
            ipBlock(block);
        }
        if (count == 0) {
            peer.required("must specify a peer");
        } else if (count > 1 && block.isSet()) {
            peer.forbidden("may not specify both ipBlock and another peer");
        }
    }

    private static void ipBlock(Node block) {
        Node cidr = block.child("cidr");
        if (cidr.isEmpty()) {
            cidr.required();
            return;
        }
        Common.network(cidr);
        String network = Addresses.withoutZeros(cidr.text());
        if (!Addresses.isNetwork(network)) {
            return;
        }
        for (Node except : block.child("except").items()) {
            Common.network(except);
            String smaller = Addresses.withoutZeros(except.text());
            if (Addresses.isNetwork(smaller) && !isWithin(network, smaller)) {
                except.invalid("must be a strict subset of `cidr`");
            }
        }
    }

    private static boolean isWithin(String network, String smaller) {
        int bits = Integer.parseInt(network.substring(network.indexOf('/') + 1));
        int more = Integer.parseInt(smaller.substring(smaller.indexOf('/') + 1));
        int[] one = Addresses.parse(network.substring(0, network.indexOf('/')));
        int[] other = Addresses.parse(smaller.substring(0, smaller.indexOf('/')));
        if (one == null || other == null || one.length != other.length || more <= bits) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    static void endpointSlice(Node slice) {
        Node type = slice.child("addressType");
        type.requireOneOf("FQDN", "IPv4", "IPv6");
        slicePorts(slice.child("ports"));
        Node endpoints = slice.child("endpoints");
        if (endpoints.list().size() > MAX_ENDPOINTS) {
            endpoints.tooMany(endpoints.list().size(), MAX_ENDPOINTS);
            return;
        }
        for (Node endpoint : endpoints.items()) {
            endpoint(endpoint, type.text());
        }
    }

    private static void slicePorts(Node ports) {
        if (ports.list().size() > MAX_SLICE_PORTS) {
            ports.tooMany(ports.list().size(), MAX_SLICE_PORTS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (Node port : ports.items()) {
            Node name = port.child("name");
            if (!name.isEmpty()) {
                Common.dnsLabel(name);
            }
            if (!names.add(name.text())) {
                name.duplicate(Json.of(name.text()));
            }
            if (!port.child("protocol").isSet()) {
                port.child("protocol").required();
            } else {
                port.child("protocol").oneOf("SCTP", "TCP", "UDP");
            }
            if (port.child("appProtocol").isSet()) {
                Common.qualifiedName(port.child("appProtocol"));
            }
        }
    }

    private static void endpoint(Node endpoint, String type) {
        Node addresses = endpoint.child("addresses");
        if (addresses.isEmpty()) {
            addresses.required("must contain at least 1 address");
        } else if (addresses.list().size() > MAX_ADDRESSES) {
            addresses.tooMany(addresses.list().size(), MAX_ADDRESSES);
        }
        for (Node address : addresses.items()) {
            switch (type) {
                case "IPv4" -> family(addresses, address, Addresses.isIpv4(address.text()), "IPv4");
                case "IPv6" -> family(addresses, address, Addresses.isIpv6(address.text()), "IPv6");
                case "FQDN" -> Common.domainName(address);
                default -> {
                    // refused above
                }
            }
        }
        if (endpoint.child("nodeName").isSet()) {
            Common.dnsSubdomain(endpoint.child("nodeName"));
        }
        Node topology = endpoint.child("deprecatedTopology");
        if (topology.object().size() > MAX_TOPOLOGY) {
            topology.tooMany(topology.object().size(), MAX_TOPOLOGY);
        }
        MetadataRules.labels(topology);
        if (endpoint.child("hostname").isSet()) {
            Common.dnsLabel(endpoint.child("hostname"));
        }
        hints(endpoint.child("hints", "forZones"), true);
        hints(endpoint.child("hints", "forNodes"), false);
    }

    private static void hints(Node hints, boolean zones) {
        if (hints.list().size() > MAX_HINTS) {
            hints.tooMany(hints.list().size(), MAX_HINTS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (Node hint : hints.items()) {
            Node name = hint.child("name");
            if (!names.add(name.text())) {
                name.duplicate();
            }
            List<String> faults =
                    zones ? Names.labelValue(name.text()) : Names.dnsSubdomain(name.text());
            faults.forEach(fault -> name.invalidText(name.text(), fault));
        }
    }

    private static void family(Node addresses, Node address, boolean isRight, String name) {
        if (!Addresses.isAddress(address.text())) {
            address.invalid(Addresses.BAD_ADDRESS);
        } else if (!isRight) {
            addresses.invalid(address.json(), "must be an " + name + " address");
            address.invalidAll(Addresses.nonSpecial(address.text()));
        } else {
            address.invalidAll(Addresses.nonSpecial(address.text()));
        }
    }

    static void endpointSliceUpdate(Node after, JsonObject before) {
        after.child("addressType").immutable(before.get("addressType"));
    }

    static void serviceCidr(Node cidr) {
        Node blocks = cidr.child("spec", "cidrs");
        if (blocks.isEmpty()) {
            blocks.required("at least one CIDR required");
            return;
        }
        if (blocks.list().size() > 2) {
            blocks.invalid(JsonObject.of("CIDRs", blocks.json()), "may only hold up to 2 values");
            return;
        }
        blocks.items().forEach(Common::network);
        List<String> texts = blocks.list().strings();
        boolean good = texts.stream().map(Addresses::withoutZeros).allMatch(Addresses::isNetwork);
        if (good && texts.size() == 2 && texts.get(0).contains(":") == texts.get(1).contains(":")) {
            blocks.invalid(
                    "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and"
                            + " 2001:db8::/64");
        }
    }

    /// A second block may join the first; nothing else changes.
    static void serviceCidrUpdate(Node cidr, JsonObject before) {
        Node blocks = cidr.child("spec", "cidrs");
        List<String> old = before.object("spec").array("cidrs").strings();
        List<String> now = blocks.list().strings();
        boolean grows = old.size() == 1 && now.size() == 2;
        if (old.size() != now.size() && !grows) {
            blocks.invalid("field is immutable");
            return;
        }
        for (int i = 0; i < old.size(); i++) {
            if (!old.get(i).equals(now.get(i))) {
                blocks.index(i).invalid("field is immutable");
            }
        }
        if (grows) {
            serviceCidr(cidr);
        }
    }

    static void ipAddress(Node address) {
        Node parent = address.child("spec", "parentRef");
        if (!parent.isSet()) {
            parent.required();
            return;
        }
        if (!parent.child("group").isEmpty()) {
            Common.dnsSubdomain(parent.child("group"));
        }
        for (String field : List.of("resource", "name")) {
            Node part = parent.child(field);
            if (part.isEmpty()) {
                part.required();
            } else {
                part.invalidAll(Names.pathSegment(part.text()));
            }
        }
        Node space = parent.child("namespace");
        if (!space.isEmpty()) {
            space.invalidAll(Names.pathSegment(space.text()));
        }
    }

    static void ipAddressUpdate(Node after, JsonObject before) {
        after.child("spec", "parentRef").immutable(before.object("spec").get("parentRef"));
    }
}
