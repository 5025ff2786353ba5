package kat.ingress.proxy;

import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import kat.base.Check;
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
    private final Map<Side, AtomicInteger> sideTurns = new EnumMap<>(Side.class);
    private final @Nullable ClientLimits limits;
    private final @Nullable AuthCache answers;
    private final Metrics.Counters counters;

    /// Who is asked beside a route's servers.
    enum Side {
        AUTHENTICATOR,
        PAGES
    }

    /// @param limits null for none
    /// @param answers of its authenticator; null where none are kept
    RouteState(
            Route route,
            @Nullable ClientLimits limits,
            @Nullable AuthCache answers,
            Metrics metrics) {
        this.route = route;
        this.limits = limits;
        this.answers = answers;
        this.counters = metrics.counters(route);
        for (Side side : Side.values()) {
            sideTurns.put(side, new AtomicInteger());
        }
    }

    Route route() {
        return route;
    }

    /// Null for none.
    @Nullable ClientLimits limits() {
        return limits;
    }

    /// Answers of its authenticator; null where none are kept.
    @Nullable AuthCache answers() {
        return answers;
    }

    Metrics.Counters counters() {
        return counters;
    }

    /// The next server in turn that was not tried yet; null when all were.
    @Nullable Endpoint next(Upstream upstream, Set<Endpoint> tried) {
        return next(turns, upstream, tried);
    }

    /// The turns of servers that are asked beside the route's own. They are apart, so that none
    /// misses every other one.
    AtomicInteger turns(Side side) {
        return Check.notNull(sideTurns.get(side), "every side has turns");
    }

    /// Where pages of errors come from.
    Route.Pages pages() {
        return Check.notNull(route.pages(), "the route has pages");
    }

    /// The next server in turn that was not tried yet; null when all were.
    static @Nullable Endpoint next(AtomicInteger turns, Upstream upstream, Set<Endpoint> tried) {
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

    /// The server that a key leads to, of those that were not tried yet; null when all were. A
    /// server that comes or goes changes no more than its own share.
    ///
    /// **Source:** D. Thaler and C. Ravishankar, "Rendezvous hashing".
    static @Nullable Endpoint byHash(Upstream upstream, String key, Set<Endpoint> tried) {
        Endpoint best = null;
        long highest = Long.MIN_VALUE;
        for (Endpoint endpoint : upstream.endpoints()) {
            long hash = hash(key + " " + endpoint);
            if (!tried.contains(endpoint) && (best == null || hash > highest)) {
                best = endpoint;
                highest = hash;
            }
        }
        return best;
    }

    /// What stands for a server in a cookie; tells nothing about its address.
    static String cookie(Upstream upstream, Endpoint endpoint) {
        return HexFormat.of().toHexDigits(hash(upstream.name() + " " + endpoint));
    }

    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 29)) * 0xbf58476d1ce4e5b9L;
        return hash ^ (hash >>> 32);
    }
}
