package kat.ingress.proxy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kat.api.ObjectKey;
import kat.ingress.route.ClientLimits;
import kat.ingress.route.Route;
import kat.ingress.route.RouteTable;
import kat.ingress.route.Settings;
import org.jspecify.annotations.Nullable;

/// The counts of limited clients, by Ingress. They outlive the table of routes, which changes
/// with every server that comes or goes.
///
/// **Threads:** one.
final class Limiters {

    private record Key(ObjectKey ingress, Settings.Rates rates) {

        static Key of(Route route) {
            return new Key(route.ingress(), route.settings().rates());
        }
    }

    private final Map<Key, ClientLimits> all = new HashMap<>();

    /// Null where nothing is limited.
    @Nullable ClientLimits of(Route route) {
        return route.settings().rates().isLimiting()
                ? all.computeIfAbsent(Key.of(route), key -> new ClientLimits(key.rates()))
                : null;
    }

    /// Forgets what no route needs any more.
    void keepOnly(RouteTable table) {
        Set<Key> used = new HashSet<>();
        table.routes().forEach(route -> used.add(Key.of(route)));
        all.keySet().retainAll(used);
    }
}
