package kat.ingress.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Makes the table of routes from objects. What is wrong with one Ingress becomes a problem of its
/// own and leaves the others as they are. Of two rules for the same host and path the one of the
/// older Ingress counts.
///
/// **Threads:** one a compilation; [#compile] any.
///
/// **Source:** Kubernetes, "Ingress"; ingress-nginx, "Annotations" and "Canary".
public final class RouteCompiler {

    private static final Comparator<KubeObject> OLDEST_FIRST =
            Comparator.comparing(RouteCompiler::created).thenComparing(KubeObject::key);

    private final World world;
    private final Backends backends;
    private final RouteTable.Builder table = new RouteTable.Builder();
    private final Map<String, Certificate> certificates = new HashMap<>();
    private final SequencedMap<ObjectKey, List<Problem>> problems = new TreeMap<>();
    private final SequencedSet<ObjectKey> secrets = new TreeSet<>();
    private final SequencedSet<ObjectKey> configMaps = new TreeSet<>();

    private RouteCompiler(World world) {
        this.world = world;
        this.backends = new Backends(world);
    }

    public static Routing compile(World world) {
        return new RouteCompiler(world).run();
    }

    private static Instant created(KubeObject ingress) {
        return Objects.requireNonNullElse(ingress.creationTimestamp(), Instant.EPOCH);
    }

    private Routing run() {
        Set<String> classes = Classes.ours(world.classes());
        List<KubeObject> ours = new ArrayList<>();
        for (KubeObject ingress : world.ingresses()) {
            if (Classes.isOurs(ingress, classes)) {
                ours.add(ingress);
            }
        }
        ours.sort(OLDEST_FIRST);
        ours.forEach(this::addCertificates);
        ours.forEach(this::addClientAuth);
        ours.forEach(this::addRoutes);
        ours.forEach(this::addCanaries);
        SequencedSet<ObjectKey> keys = new TreeSet<>();
        ours.forEach(ingress -> keys.add(ingress.key()));
        return new Routing(
                table.build(),
                certificates,
                problems,
                keys,
                backends.asked(),
                secrets,
                configMaps,
                backends.names());
    }

    private void tell(KubeObject ingress, Problem problem) {
        List<Problem> known = problems.computeIfAbsent(ingress.key(), _ -> new ArrayList<>());
        if (!known.contains(problem)) {
            known.add(problem);
        }
    }

    private void addCertificates(KubeObject ingress) {
        IngressSpec spec = IngressSpec.of(ingress);
        spec.problems().forEach(problem -> tell(ingress, problem));
        for (IngressSpec.Tls tls : spec.tls()) {
            if (tls.secret().isEmpty()) {
                continue;
            }
            ObjectKey key = ObjectKey.of(ingress.namespace(), tls.secret());
            secrets.add(key);
            Certificate certificate = certificate(ingress, key);
            if (certificate != null) {
                List<String> hosts = tls.hosts().isEmpty() ? hosts(spec) : tls.hosts();
                hosts.forEach(host -> certificates.putIfAbsent(host, certificate));
            }
        }
    }

    /// Counts for all paths of the hosts, also those of other Ingresses.
    private void addClientAuth(KubeObject ingress) {
        IngressSpec spec = IngressSpec.of(ingress);
        ClientAuth.Rule rule = spec.settings().access().certificates();
        if (rule == null || spec.settings().canary() != null) {
            return;
        }
        ClientAuth auth = new ClientAuth(rule, clientTrust(ingress, rule.secret()));
        Set<String> hosts = new TreeSet<>(spec.settings().outgoing().aliases());
        spec.paths().forEach(path -> hosts.add(path.host()));
        if (spec.paths().isEmpty()) {
            hosts.add("");
        }
        for (String host : hosts) {
            if (!table.addClientAuth(host, auth)) {
                String text = "host \"%s\" has auth-tls-secret of another Ingress already";
                tell(ingress, Problem.rule(text.formatted(host)));
            }
        }
    }

    private @Nullable ClientTrust clientTrust(KubeObject ingress, @Nullable ObjectKey key) {
        if (key == null) {
            return null;
        }
        secrets.add(key);
        KubeObject secret = world.secret(key);
        ClientTrust.Reading reading =
                secret == null
                        ? new ClientTrust.Reading(null, "does not exist")
                        : ClientTrust.of(secret);
        if (reading.trust() == null) {
            String text = "auth-tls-secret %s cannot be used: %s";
            tell(ingress, new Problem("InvalidSecret", text.formatted(key, reading.fault())));
        }
        return reading.trust();
    }

    private @Nullable Certificate certificate(KubeObject ingress, ObjectKey key) {
        KubeObject secret = world.secret(key);
        if (secret == null) {
            tell(
                    ingress,
                    Problem.tls(
                            "Secret " + key + " does not exist; the default certificate is used"));
            return null;
        }
        Certificate.Reading reading = Certificate.of(secret);
        if (reading.certificate() == null) {
            tell(
                    ingress,
                    Problem.tls(
                            "Secret %s: %s; the default certificate is used"
                                    .formatted(key, reading.fault())));
        }
        return reading.certificate();
    }

    private static List<String> hosts(IngressSpec spec) {
        return spec.paths().stream()
                .map(IngressSpec.Path::host)
                .filter(host -> !host.isEmpty())
                .distinct()
                .toList();
    }

    private void addRoutes(KubeObject ingress) {
        IngressSpec spec = IngressSpec.of(ingress);
        if (spec.settings().canary() != null) {
            return;
        }
        Shared shared = shared(ingress, spec.settings());
        for (IngressSpec.Path path : spec.paths()) {
            addRoute(ingress, shared, path);
        }
        IngressSpec.Backend fallback = spec.fallback();
        if (fallback != null) {
            List<String> hosts = spec.paths().isEmpty() ? List.of("") : hosts(spec);
            for (String host : hosts) {
                addRoute(ingress, shared, new IngressSpec.Path(host, "/", "Prefix", fallback));
            }
        }
        addWww(spec);
    }

    /// What all routes of an Ingress have in common.
    ///
    /// @param refusal why they answer 503; empty for no reason
    private record Shared(
            Settings settings,
            @Nullable Users users,
            @Nullable Authenticator authenticator,
            SequencedMap<String, String> headers,
            BackendTls.@Nullable Identity identity,
            Route.@Nullable Pages pages,
            String refusal) {}

    private Shared shared(KubeObject ingress, Settings settings) {
        String refusal = settings.refusal();
        Users users = null;
        Settings.Password password = settings.access().password();
        if (password != null) {
            secrets.add(password.secret());
            users = users(password);
            if (users == null) {
                refusal = "auth-secret " + password.secret() + " cannot be used";
                tell(ingress, new Problem("InvalidSecret", refusal));
            }
        }
        Settings.Outgoing outgoing = settings.outgoing();
        BackendTls.Identity identity = identity(outgoing.tls());
        if (identity == null && outgoing.tls().secret() != null) {
            refusal = "proxy-ssl-secret " + outgoing.tls().secret() + " cannot be used";
            tell(ingress, new Problem("InvalidSecret", refusal));
        }
        ExternalAuth external = settings.access().external();
        Authenticator authenticator = external == null ? null : authenticator(ingress, external);
        if (external != null && authenticator == null) {
            refusal = "auth-proxy-set-headers " + external.headers() + " cannot be used";
        }
        return new Shared(
                settings,
                users,
                authenticator,
                headers(ingress, outgoing.headers()),
                identity,
                pages(ingress, settings.pages()),
                refusal);
    }

    private Route.@Nullable Pages pages(KubeObject ingress, Settings.@Nullable Pages wanted) {
        if (wanted == null) {
            return null;
        }
        Backends.Found found = backends.findFirstPort(ingress.namespace(), wanted.service());
        if (!found.fault().isEmpty()) {
            tell(ingress, Problem.backend("default-backend: " + found.fault()));
        }
        return new Route.Pages(wanted.codes(), found.upstream());
    }

    /// Null when the ConfigMap that it names is not there.
    private @Nullable Authenticator authenticator(KubeObject ingress, ExternalAuth rule) {
        Backends.Found found = backends.find(rule.url());
        if (!found.fault().isEmpty()) {
            tell(ingress, Problem.backend("auth-url: " + found.fault()));
        }
        SequencedMap<String, String> headers = headers(ingress, rule.headers());
        headers.keySet().removeIf(name -> !ExternalAuthReader.isHeader(name));
        boolean isThere = rule.headers() == null || world.configMap(rule.headers()) != null;
        return isThere ? new Authenticator(rule, found.upstream(), headers) : null;
    }

    private BackendTls.@Nullable Identity identity(Settings.Tls tls) {
        ObjectKey key = tls.secret();
        if (key == null) {
            return null;
        }
        secrets.add(key);
        KubeObject secret = world.secret(key);
        BackendTls.Identity identity = secret == null ? null : BackendTls.identity(secret);
        boolean isTrusting = identity != null && !identity.authorities().isEmpty();
        return isTrusting || !tls.verifies() ? identity : null;
    }

    private @Nullable Users users(Settings.Password password) {
        KubeObject secret = world.secret(password.secret());
        if (secret == null) {
            return null;
        }
        try {
            SequencedMap<String, String> data = secret.tree().object("data").strings();
            data.replaceAll((_, value) -> new String(Base64.getDecoder().decode(value), UTF_8));
            if (password.byKey()) {
                return Users.of(data);
            }
            String lines = data.get("auth");
            return lines == null ? null : secret.view(Users.class, _ -> Users.parse(lines));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private SequencedMap<String, String> headers(KubeObject ingress, @Nullable ObjectKey name) {
        if (name == null) {
            return new TreeMap<>();
        }
        configMaps.add(name);
        KubeObject map = world.configMap(name);
        if (map == null) {
            tell(ingress, Problem.backend("ConfigMap " + name + " does not exist"));
            return new TreeMap<>();
        }
        SequencedMap<String, String> headers = new TreeMap<>(map.tree().object("data").strings());
        headers.entrySet()
                .removeIf(
                        header ->
                                !header.getKey().matches("[A-Za-z0-9-]+")
                                        || header.getValue().matches("(?s).*\\p{Cntrl}.*"));
        return headers;
    }

    private void addRoute(KubeObject ingress, Shared shared, IngressSpec.Path path) {
        Settings settings = shared.settings();
        PathRule rule = rule(ingress, path, settings);
        if (rule == null) {
            return;
        }
        Backends.Found found =
                backends.find(
                        ingress.namespace(),
                        path.backend(),
                        settings.outgoing(),
                        shared.identity());
        tellUnlessEmpty(ingress, found.fault());
        Route.Pages pages = shared.pages();
        Upstream upstream = found.upstream();
        if (pages != null && upstream.endpoints().isEmpty()) {
            upstream = pages.upstream();
        }
        List<String> hosts = new ArrayList<>(List.of(path.host()));
        hosts.addAll(settings.outgoing().aliases());
        for (String host : hosts) {
            Route route =
                    new Route(
                            ingress.key(),
                            host,
                            rule,
                            settings,
                            upstream,
                            isSecured(host),
                            null,
                            shared.users(),
                            shared.authenticator(),
                            shared.headers(),
                            pages,
                            shared.refusal());
            if (!table.add(host, route)) {
                tell(
                        ingress,
                        Problem.rule(
                                "host \"%s\" and path \"%s\" are of another rule already"
                                        .formatted(host, path.path())));
            }
        }
    }

    private @Nullable PathRule rule(KubeObject ingress, IngressSpec.Path path, Settings settings) {
        try {
            return PathRule.of(path.path(), path.type(), settings.rewrite().regex());
        } catch (IllegalArgumentException e) {
            tell(ingress, Problem.rule("path \"" + path.path() + "\": " + e.getMessage()));
            return null;
        }
    }

    private void tellUnlessEmpty(KubeObject ingress, String fault) {
        if (!fault.isEmpty()) {
            tell(ingress, Problem.backend(fault));
        }
    }

    private boolean isSecured(String host) {
        int dot = host.indexOf('.');
        return certificates.containsKey(host)
                || (dot > 0 && certificates.containsKey("*" + host.substring(dot)));
    }

    private void addWww(IngressSpec spec) {
        if (!spec.settings().redirects().www()) {
            return;
        }
        for (String host : hosts(spec)) {
            boolean www = host.startsWith("www.");
            table.redirect(www ? host.substring("www.".length()) : "www." + host, host);
        }
    }

    private void addCanaries(KubeObject ingress) {
        IngressSpec spec = IngressSpec.of(ingress);
        Settings.CanaryRule canary = spec.settings().canary();
        if (canary == null) {
            return;
        }
        Settings.Tls tls = spec.settings().outgoing().tls();
        BackendTls.Identity identity = identity(tls);
        if (identity == null && (tls.verifies() || tls.secret() != null)) {
            tell(ingress, new Problem("InvalidSecret", "proxy-ssl-secret cannot be used"));
            return;
        }
        for (IngressSpec.Path path : spec.paths()) {
            PathRule rule = rule(ingress, path, spec.settings());
            Backends.Found found =
                    backends.find(
                            ingress.namespace(),
                            path.backend(),
                            spec.settings().outgoing(),
                            identity);
            tellUnlessEmpty(ingress, found.fault());
            Route.Canary share = new Route.Canary(ingress.key(), canary, found.upstream());
            if (rule != null && !table.addCanary(path.host(), rule, share)) {
                tell(
                        ingress,
                        Problem.rule(
                                "canary for host \"%s\" and path \"%s\", which no other Ingress has"
                                        .formatted(path.host(), path.path())));
            }
        }
    }
}
