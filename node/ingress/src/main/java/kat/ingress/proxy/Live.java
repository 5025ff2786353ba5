package kat.ingress.proxy;

import io.netty.handler.ssl.SslContext;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import kat.base.Check;
import kat.ingress.route.Certificate;
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
    private final Map<String, Certificate> shown;
    private final IdentityHashMap<Route, RouteState> states = new IdentityHashMap<>();

    /// @param certificates by host; a host may begin with `*.`
    /// @param shown what these show
    /// @param state of a route
    Live(
            RouteTable table,
            Gate gate,
            Map<String, SslContext> certificates,
            Map<String, Certificate> shown,
            Function<Route, RouteState> state) {
        this.table = table;
        this.gate = gate;
        this.certificates = Map.copyOf(certificates);
        Map<String, Certificate> usable = new HashMap<>(shown);
        usable.keySet().retainAll(certificates.keySet());
        this.shown = Map.copyOf(usable);
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
        return find(certificates, host);
    }

    /// The same as it was read; null for the default one.
    @Nullable Certificate shown(String host) {
        return find(shown, host);
    }

    private static <T> @Nullable T find(Map<String, T> byHost, String host) {
        T exact = byHost.get(host);
        int dot = host.indexOf('.');
        return exact != null || dot < 0 ? exact : byHost.get("*" + host.substring(dot));
    }
}
