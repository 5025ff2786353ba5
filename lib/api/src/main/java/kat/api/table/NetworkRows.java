package kat.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonObject;
import kat.api.table.Rows.Printer;

/// Services, endpoints, ingresses and policies of the network.
final class NetworkRows {

    private NetworkRows() {}

    static void addTo(Map<String, Printer> printers) {
        printers.put("v1 Service", NetworkRows::service);
        printers.put("v1 Endpoints", NetworkRows::endpoints);
        printers.put("discovery.k8s.io/v1 EndpointSlice", NetworkRows::endpointSlice);
        printers.put("networking.k8s.io/v1 Ingress", NetworkRows::ingress);
        printers.put("networking.k8s.io/v1 IngressClass", NetworkRows::ingressClass);
        printers.put("networking.k8s.io/v1 IPAddress", NetworkRows::address);
        printers.put("networking.k8s.io/v1 NetworkPolicy", NetworkRows::policy);
        printers.put("networking.k8s.io/v1 ServiceCIDR", NetworkRows::range);
    }

    private static void service(JsonObject service, Cells cells) {
        JsonObject spec = service.object("spec");
        cells.name()
                .text(spec.string("type"))
                .text(spec.string("clusterIP"), Cells.NONE)
                .text(external(service))
                .text(servicePorts(spec), Cells.NONE)
                .age()
                .text(Labels.of(spec.object("selector")));
    }

    private static String external(JsonObject service) {
        JsonObject spec = service.object("spec");
        List<String> given = spec.array("externalIPs").strings();
        return switch (spec.string("type")) {
            case "ClusterIP", "NodePort" -> given.isEmpty() ? Cells.NONE : String.join(",", given);
            case "ExternalName" -> spec.string("externalName");
            case "LoadBalancer" -> {
                List<String> all = new ArrayList<>();
                String balanced = Lists.balancer(service.object("status"));
                if (!balanced.isEmpty()) {
                    all.add(balanced);
                }
                all.addAll(given);
                yield all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            default -> "<unknown>";
        };
    }

    private static String servicePorts(JsonObject spec) {
        List<String> ports = new ArrayList<>();
        for (JsonObject port : spec.array("ports").objects()) {
            long node = port.integer("nodePort", 0);
            ports.add(
                    port.integer("port", 0)
                            + (node > 0 ? ":" + node : "")
                            + "/"
                            + port.string("protocol"));
        }
        return String.join(",", ports);
    }

    private static void endpoints(JsonObject endpoints, Cells cells) {
        List<String> all = new ArrayList<>();
        for (JsonObject subset : endpoints.array("subsets").objects()) {
            List<JsonObject> addresses = subset.array("addresses").objects();
            List<JsonObject> ports = subset.array("ports").objects();
            if (ports.isEmpty()) {
                all.addAll(Lists.each(addresses, "ip"));
            }
            for (JsonObject port : ports) {
                for (String address : Lists.each(addresses, "ip")) {
                    String host = address.contains(":") ? "[" + address + "]" : address;
                    all.add(host + ":" + port.integer("port", 0));
                }
            }
        }
        String none = endpoints.array("subsets").isEmpty() ? Cells.NONE : "";
        cells.name().text(Lists.shortened(all, none)).age();
    }

    private static void endpointSlice(JsonObject slice, Cells cells) {
        List<String> ports = new ArrayList<>();
        for (JsonObject port : slice.array("ports").objects()) {
            String name = port.has("name") ? port.string("name") : "*";
            ports.add(port.has("port") ? "" + port.integer("port", 0) : name);
        }
        List<String> addresses = new ArrayList<>();
        for (JsonObject endpoint : slice.array("endpoints").objects()) {
            addresses.addAll(endpoint.array("addresses").strings());
        }
        cells.name()
                .text(slice.string("addressType"))
                .text(Lists.shortened(ports, Cells.UNSET))
                .text(Lists.shortened(addresses, Cells.UNSET))
                .age();
    }

    private static void ingress(JsonObject ingress, Cells cells) {
        JsonObject spec = ingress.object("spec");
        List<JsonObject> rules = spec.array("rules").objects();
        cells.name()
                .text(spec.string("ingressClassName"), Cells.NONE)
                .text(hosts(rules))
                .text(Lists.balancer(ingress.object("status")))
                .text(spec.array("tls").isEmpty() ? "80" : "80, 443")
                .age();
    }

    /// Rules without a host are not shown, and counted among those that are left out.
    private static String hosts(List<JsonObject> rules) {
        List<String> hosts = Lists.each(rules, "host");
        String shown = Lists.shortened(hosts, "*");
        int more = rules.size() - Lists.SHOWN;
        return hosts.size() > Lists.SHOWN
                ? Lists.shortened(hosts.subList(0, Lists.SHOWN), "") + " + " + more + " more..."
                : shown;
    }

    private static void ingressClass(JsonObject ingressClass, Cells cells) {
        JsonObject spec = ingressClass.object("spec");
        JsonObject parameters = spec.object("parameters");
        String group = parameters.string("apiGroup");
        String text =
                parameters.string("kind")
                        + (group.isEmpty() ? "" : "." + group)
                        + "/"
                        + parameters.string("name");
        cells.name()
                .text(spec.string("controller"))
                .text(spec.has("parameters") ? text : Cells.NONE)
                .age();
    }

    private static void address(JsonObject address, Cells cells) {
        JsonObject parent = address.at("spec", "parentRef");
        String group = parent.string("group");
        String namespace = parent.string("namespace");
        String text =
                parent.string("resource")
                        + (group.isEmpty() ? "" : "." + group)
                        + (namespace.isEmpty() ? "" : "/" + namespace)
                        + "/"
                        + parent.string("name");
        cells.name().text(parent.isEmpty() ? Cells.NONE : text).age();
    }

    private static void policy(JsonObject policy, Cells cells) {
        cells.name().text(Labels.ofSelector(policy.at("spec", "podSelector"))).age();
    }

    private static void range(JsonObject range, Cells cells) {
        cells.name().text(String.join(",", range.object("spec").array("cidrs").strings())).age();
    }
}
