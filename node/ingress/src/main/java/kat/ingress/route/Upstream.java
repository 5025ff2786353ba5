package kat.ingress.route;

import java.util.List;

/// A Service's port with the servers that take requests now.
///
/// @param namespace of the Service
/// @param service its name
/// @param port as the Ingress names it: a number or a name
/// @param tls towards servers that speak it
/// @param endpoints sorted, each once; none when no server is ready
public record Upstream(
        String namespace,
        String service,
        String port,
        BackendProtocol protocol,
        BackendTls tls,
        List<Endpoint> endpoints) {

    /// No servers of nobody.
    static final Upstream NONE =
            new Upstream("", "", "", BackendProtocol.HTTP, BackendTls.DEFAULT, List.of());

    public Upstream {
        endpoints = List.copyOf(endpoints);
    }

    Upstream with(List<Endpoint> others) {
        return new Upstream(namespace, service, port, protocol, tls, others);
    }

    Upstream with(BackendTls other) {
        return new Upstream(namespace, service, port, protocol, other, endpoints);
    }

    /// What tells it apart from others, as ingress-nginx writes it.
    public String name() {
        return namespace + "-" + service + "-" + port;
    }
}
