package kat.ingress.route;

import java.util.List;

/// A Service's port with the servers that take requests now.
///
/// @param namespace of the Service
/// @param service its name
/// @param port as the Ingress names it: a number or a name
/// @param endpoints sorted, each once; none when no server is ready
public record Upstream(
        String namespace,
        String service,
        String port,
        BackendProtocol protocol,
        List<Endpoint> endpoints) {

    public Upstream {
        endpoints = List.copyOf(endpoints);
    }

    /// What tells it apart from others, as ingress-nginx writes it.
    public String name() {
        return namespace + "-" + service + "-" + port;
    }
}
