package kat.ingress.proxy;

import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import kat.ingress.route.ClientLimits;
import kat.ingress.route.Endpoint;
import kat.ingress.route.Route;
import kat.ingress.route.Upstream;
import org.jspecify.annotations.Nullable;

/// What changes while a route is in use: whose turn it is, and what was counted.
///
/// **Threads:** any.
final class RouteState {

    private final Route route;
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger authenticatorTurns = new AtomicInteger();
    private final @Nullable ClientLimits limits;
    private final Metrics.Counters counters;

    /// @param limits null for none
    RouteState(Route route, @Nullable ClientLimits limits, Metrics metrics) {
        this.route = route;
        this.limits = limits;
        this.counters = metrics.counters(route);
    }

    Route route() {
        return route;
    }

    /// Null for none.
    @Nullable ClientLimits limits() {
        return limits;
    }

    Metrics.Counters counters() {
        return counters;
    }

    /// The next server in turn that was not tried yet; null when all were.
    @Nullable Endpoint next(Upstream upstream, Set<Endpoint> tried) {
        return next(turns, upstream, tried);
    }

    /// The next of an authenticator's servers; their turns are their own, so that none of both
    /// misses every other one.
    @Nullable Endpoint nextAuthenticator(Upstream upstream, Set<Endpoint> tried) {
        return next(authenticatorTurns, upstream, tried);
    }

    private static @Nullable Endpoint next(
            AtomicInteger turns, Upstream upstream, Set<Endpoint> tried) {
        List<Endpoint> endpoints = upstream.endpoints();
        int size = endpoints.size();
        if (size == 1 && tried.isEmpty()) {
            return endpoints.getFirst();
        }
        int start = turns.getAndIncrement() & Integer.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            Endpoint endpoint = endpoints.get((start + i) % size);
            if (!tried.contains(endpoint)) {
                return endpoint;
            }
        }
        return null;
    }

    /// The server that a client's cookie names; null when it is gone.
    static @Nullable Endpoint byCookie(Upstream upstream, @Nullable String value) {
        for (Endpoint endpoint : upstream.endpoints()) {
            if (cookie(upstream, endpoint).equals(value)) {
                return endpoint;
            }
        }
        return null;
    }

    /// What stands for a server in a cookie; tells nothing about its address.
    static String cookie(Upstream upstream, Endpoint endpoint) {
        long hash = 0xcbf29ce484222325L;
        String text = upstream.name() + " " + endpoint;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 29)) * 0xbf58476d1ce4e5b9L;
        return HexFormat.of().toHexDigits(hash ^ (hash >>> 32));
    }
}
