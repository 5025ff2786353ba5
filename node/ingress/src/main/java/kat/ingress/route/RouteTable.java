package kat.ingress.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Map<String, ClientAuth> clientAuths; // by host; empty for every host

    private RouteTable(
            Map<String, Route[]> hosts,
            Map<String, Route[]> domains,
            Route[] anyHost,
            Map<String, String> redirectedHosts,
            Map<String, ClientAuth> clientAuths) {
        this.hosts = hosts;
        this.domains = domains;
        this.anyHost = anyHost;
        this.redirectedHosts = redirectedHosts;
        this.clientAuths = clientAuths;
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

    /// What is wanted of the certificates of clients that ask a route; null for nothing.
    ///
    /// @param host lower case, without port
    public @Nullable ClientAuth clientAuth(String host, Route route) {
        ClientAuth named = named(host);
        return named == null && route.host().isEmpty() ? clientAuths.get("") : named;
    }

    /// What connections that ask for a name are to show; null for nothing.
    ///
    /// @param name lower case; empty for none
    public @Nullable ClientAuth clientAuthOfName(String name) {
        ClientAuth named = named(name);
        return named == null ? clientAuths.get("") : named;
    }

    private @Nullable ClientAuth named(String host) {
        int dot = host.indexOf('.');
        boolean isWild = !hosts.containsKey(host) && dot > 0;
        return clientAuths.get(isWild ? "*" + host.substring(dot) : host);
    }

    /// Everybody whom hosts trust.
    public Set<ClientTrust> clientTrusts() {
        Set<ClientTrust> trusts = new HashSet<>();
        for (ClientAuth auth : clientAuths.values()) {
            if (auth.trust() != null) {
                trusts.add(auth.trust());
            }
        }
        return trusts;
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
        private final Map<String, ClientAuth> clientAuths = new HashMap<>();

        /// @return whether it was the first for its host
        boolean addClientAuth(String host, ClientAuth auth) {
            return clientAuths.putIfAbsent(host, auth) == null;
        }

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
            return new RouteTable(
                    hosts, domains, anyHost, Map.copyOf(redirectedHosts), Map.copyOf(clientAuths));
        }
    }
}
