package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The rules for Ingresses, their classes, NetworkPolicies, EndpointSlices, ServiceCIDRs.
final class NetworkRules {

    private static final int MAX_ENDPOINTS = 1000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_SLICE_PORTS = 20_000;

    private NetworkRules() {}

    static void ingress(Node ingress) {
        Node spec = ingress.child("spec");
        Node backend = spec.child("defaultBackend");
        Node rules = spec.child("rules");
        if (rules.isEmpty() && !backend.isSet()) {
            spec.invalid(spec.object(), "either `defaultBackend` or `rules` must be specified");
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
        } else {
            host.invalidAll(
                    text.contains("*") ? Names.wildcardSubdomain(text) : Names.dnsSubdomain(text));
        }
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
            pathType(path);
            backend(path.child("backend"));
        }
    }

    private static void pathType(Node path) {
        Node type = path.child("pathType");
        Node value = path.child("path");
        if (!type.isSet()) {
            type.required("pathType must be specified");
            return;
        }
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
            name.invalidAll(Names.dns1035Label(name.text()));
        }
        Node portName = service.child("port", "name");
        Node number = service.child("port", "number");
        boolean numbered = number.integer() != 0;
        if (!portName.isEmpty() && numbered) {
            backend.invalid("cannot set both port name & port number");
        } else if (!portName.isEmpty()) {
            portName.invalidAll(Names.portName(portName.text()));
        } else if (numbered) {
            number.invalidAll(Names.portNumber(number.integer()));
        } else {
            backend.required("port name or number is required");
        }
    }

    private static void typedReference(Node reference) {
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
        if (controller.isEmpty()) {
            controller.required();
        } else if (controller.text().length() > 250) {
            controller.tooLong(250);
        } else if (!controller.text().contains("/")) {
            controller.invalid("must be a domain-prefixed path (such as \"acme.io/foo\")");
        }
        Node parameters = spec.child("parameters");
        if (!parameters.isSet()) {
            return;
        }
        typedReference(parameters);
        Node scope = parameters.child("scope");
        Node namespace = parameters.child("namespace");
        if (scope.isEmpty()) {
            scope.required();
            return;
        }
        scope.oneOf("Cluster", "Namespace");
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
        after.child("spec", "controller").immutable(before.object("spec").get("controller"));
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
        types.items().forEach(type -> type.oneOf("Ingress", "Egress"));
    }

    private static void policyPort(Node port) {
        port.child("protocol").oneOf("TCP", "UDP", "SCTP");
        Node number = port.child("port");
        Node end = port.child("endPort");
        if (number.isSet()) {
            Common.port(number);
            if (end.isSet()) {
                if (number.isString()) {
                    end.invalid("may not be specified when `port` is non-numeric");
                } else if (end.integer() < number.integer()) {
                    end.invalid("must be greater than or equal to `port`");
                }
                end.invalidAll(Names.portNumber(end.integer()));
            }
        } else if (end.isSet()) {
            end.invalid("may not be specified when `port` is not specified");
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
        int before = cidr.faultCount();
        Common.network(cidr);
        if (cidr.faultCount() > before) {
            return;
        }
        for (Node except : block.child("except").items()) {
            int faults = except.faultCount();
            Common.network(except);
            if (except.faultCount() == faults && !isWithin(cidr.text(), except.text())) {
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
        Node endpoints = slice.child("endpoints");
        if (endpoints.list().size() > MAX_ENDPOINTS) {
            endpoints.tooMany(endpoints.list().size(), MAX_ENDPOINTS);
        }
        for (Node endpoint : endpoints.items()) {
            endpoint(endpoint, type.text());
        }
        Node ports = slice.child("ports");
        if (ports.list().size() > MAX_SLICE_PORTS) {
            ports.tooMany(ports.list().size(), MAX_SLICE_PORTS);
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
            if (port.child("port").isSet()) {
                port.child("port").invalidAll(Names.portNumber(port.child("port").integer()));
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
                case "IPv4" -> family(address, Addresses.isIpv4(address.text()), "IPv4");
                case "IPv6" -> family(address, Addresses.isIpv6(address.text()), "IPv6");
                case "FQDN" -> Common.dnsSubdomain(address);
                default -> {
                    // refused above
                }
            }
        }
        if (endpoint.child("nodeName").isSet()) {
            Common.dnsSubdomain(endpoint.child("nodeName"));
        }
        for (Node label : endpoint.child("deprecatedTopology").entries()) {
            MetadataRules.labels(label);
        }
        if (endpoint.child("hostname").isSet()) {
            Common.dnsLabel(endpoint.child("hostname"));
        }
    }

    private static void family(Node address, boolean isRight, String name) {
        if (!Addresses.isAddress(address.text())) {
            address.invalid(Addresses.BAD_ADDRESS);
        } else if (!isRight) {
            address.invalid("must be an " + name + " address");
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
        } else if (blocks.list().size() > 2) {
            blocks.invalid("may only hold up to 2 values");
        }
        blocks.items().forEach(Common::network);
    }
}
