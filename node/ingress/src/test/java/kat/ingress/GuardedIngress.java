package kat.ingress;

import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;

/// An Ingress before a server `one`, with an authenticator behind the Service `auth`, which has
/// no slice yet.
final class GuardedIngress implements AutoCloseable {

    private final TestServer one;
    private final TestAuthenticator authenticator;
    private final TestIngress ingress;

    GuardedIngress() throws Exception {
        one = new TestServer("one");
        authenticator = new TestAuthenticator();
        ingress = new TestIngress();
        ingress.put(service("one"), service("auth"), slice("one", 1, one.port()));
    }

    TestAuthenticator authenticator() {
        return authenticator;
    }

    TestIngress ingress() {
        return ingress;
    }

    @Override
    public void close() {
        ingress.close();
        one.close();
        authenticator.close();
    }
}
