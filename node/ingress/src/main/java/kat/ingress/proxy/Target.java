package kat.ingress.proxy;

import kat.ingress.route.BackendProtocol;
import kat.ingress.route.BackendTls;
import kat.ingress.route.Endpoint;
import kat.ingress.route.Upstream;

/// A server and how it is spoken to.
record Target(Endpoint endpoint, BackendProtocol protocol, BackendTls tls) {

    static Target of(Endpoint endpoint, Upstream upstream) {
        return new Target(endpoint, upstream.protocol(), upstream.tls());
    }
}
