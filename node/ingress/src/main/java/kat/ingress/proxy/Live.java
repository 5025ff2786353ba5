package kat.ingress.proxy;

import io.netty.handler.ssl.SslContext;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import kat.base.Check;
import kat.ingress.route.Gate;
import kat.ingress.route.Route;
import kat.ingress.route.RouteTable;
import org.jspecify.annotations.Nullable;

/// What requests are answered by now; exchanged as a whole.
///
/// **Threads:** immutable but for the counters of routes.
final class Live {

    private final RouteTable table;
    private final Gate gate;
    private final Map<String, SslContext> certificates;
    private final IdentityHashMap<Route, RouteState> states = new IdentityHashMap<>();

    /// @param certificates by host; a host may begin with `*.`
    /// @param state of a route
    Live(
            RouteTable table,
            Gate gate,
            Map<String, SslContext> certificates,
            Function<Route, RouteState> state) {
        this.table = table;
        this.gate = gate;
        this.certificates = Map.copyOf(certificates);
        for (Route route : table.routes()) {
            states.put(route, state.apply(route));
        }
    }

    RouteTable table() {
        return table;
    }

    Gate gate() {
        return gate;
    }

    RouteState state(Route route) {
        return Check.notNull(states.get(route), "every route of the table has a state");
    }

    /// The certificate of a host; null for the default one.
    @Nullable SslContext certificate(String host) {
        SslContext exact = certificates.get(host);
        int dot = host.indexOf('.');
        return exact != null || dot < 0 ? exact : certificates.get("*" + host.substring(dot));
    }
}
