package kat.ingress.proxy;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import kat.ingress.route.Route;
import kat.ingress.route.RouteTable;
import org.jspecify.annotations.Nullable;

/// What is known of routes beyond their table, which changes with every server that comes or
/// goes.
///
/// **Threads:** one.
///
/// @param <K> which routes share it
/// @param <V> what is known
final class Lasting<K, V> {

    private final Function<Route, Optional<K>> key;
    private final Function<K, V> make;
    private final Map<K, V> all = new HashMap<>();

    /// @param key none for routes that need nothing
    Lasting(Function<Route, Optional<K>> key, Function<K, V> make) {
        this.key = key;
        this.make = make;
    }

    /// Null for a route that needs none.
    @Nullable V of(Route route) {
        K found = key.apply(route).orElse(null);
        return found == null ? null : all.computeIfAbsent(found, make);
    }

    /// All that is known.
    Collection<V> all() {
        return Collections.unmodifiableCollection(all.values());
    }

    /// Forgets what no route needs any more.
    void keepOnly(RouteTable table) {
        Set<K> used = new HashSet<>();
        for (Route route : table.routes()) {
            key.apply(route).ifPresent(used::add);
        }
        all.keySet().retainAll(used);
    }
}
