package kat.ingress.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All routes by host and path. The most specific host that has rules decides; where none of its
/// paths match, rules for every host do.
///
/// **Threads:** immutable.
public final class RouteTable {

    public static final RouteTable EMPTY = new Builder().build();

    private final Map<String, Route[]> hosts;
    private final Map<String, Route[]> domains; // by what follows the star: `.example.com`
    private final Route[] anyHost;
    private final Map<String, String> redirectedHosts;

    private RouteTable(
            Map<String, Route[]> hosts,
            Map<String, Route[]> domains,
            Route[] anyHost,
            Map<String, String> redirectedHosts) {
        this.hosts = hosts;
        this.domains = domains;
        this.anyHost = anyHost;
        this.redirectedHosts = redirectedHosts;
    }

    /// The route of a request; null when there is none.
    ///
    /// @param host lower case, without port
    /// @param path normalized, see [Paths]
    /// @throws kat.api.regex.TooManyStepsException when the expression of a path takes too long
    public @Nullable Route find(String host, String path) {
        Route[] named = hosts.get(host);
        if (named == null && !domains.isEmpty()) {
            int dot = host.indexOf('.');
            named = dot > 0 ? domains.get(host.substring(dot)) : null;
        }
        Route found = named == null ? null : first(named, path);
        return found == null ? first(anyHost, path) : found;
    }

    private static @Nullable Route first(Route[] routes, String path) {
        for (Route route : routes) {
            if (route.path().matches(path)) {
                return route;
            }
        }
        return null;
    }

    /// Where requests for a host without rules lead that differs by `www.` from one that has them;
    /// null for nowhere.
    public @Nullable String redirectedHost(String host) {
        return hosts.containsKey(host) ? null : redirectedHosts.get(host);
    }

    /// All routes, each once.
    public List<Route> routes() {
        List<Route> all = new ArrayList<>();
        hosts.values().forEach(routes -> all.addAll(List.of(routes)));
        domains.values().forEach(routes -> all.addAll(List.of(routes)));
        all.addAll(List.of(anyHost));
        return all;
    }

    /// Collects routes; an older one of the same host and path wins.
    static final class Builder {

        private final Map<String, List<Route>> byHost = new HashMap<>();
        private final Map<String, String> redirectedHosts = new HashMap<>();

        /// @return whether it was the first for its host and path
        boolean add(String host, Route route) {
            List<Route> routes = byHost.computeIfAbsent(host, _ -> new ArrayList<>());
            for (Route other : routes) {
                if (other.path().isSame(route.path())) {
                    return false;
                }
            }
            routes.add(route);
            return true;
        }

        /// Gives a share of each route of the host and path to another Service.
        ///
        /// @return whether there was such a route without a canary
        boolean addCanary(String host, PathRule path, Route.Canary canary) {
            List<Route> routes = byHost.getOrDefault(host, List.of());
            for (int i = 0; i < routes.size(); i++) {
                Route route = routes.get(i);
                if (route.path().text().equals(path.text()) && route.canary() == null) {
                    routes.set(i, route.withCanary(canary));
                    return true;
                }
            }
            return false;
        }

        void redirect(String from, String to) {
            redirectedHosts.put(from, to);
        }

        RouteTable build() {
            Map<String, Route[]> hosts = new HashMap<>();
            Map<String, Route[]> domains = new HashMap<>();
            Route[] anyHost = {};
            for (Map.Entry<String, List<Route>> entry : byHost.entrySet()) {
                List<Route> sorted = new ArrayList<>(entry.getValue());
                sorted.sort(Comparator.comparing(Route::path));
                Route[] routes = sorted.toArray(new Route[0]);
                String host = entry.getKey();
                if (host.isEmpty()) {
                    anyHost = routes;
                } else if (host.startsWith("*.")) {
                    domains.put(host.substring(1), routes);
                } else {
                    hosts.put(host, routes);
                }
            }
            return new RouteTable(hosts, domains, anyHost, Map.copyOf(redirectedHosts));
        }
    }
}
