package kat.ingress.proxy;

import kat.ingress.route.BackendProtocol;
import kat.ingress.route.Endpoint;

/// A server and how it is spoken to.
record Target(Endpoint endpoint, BackendProtocol protocol) {}
