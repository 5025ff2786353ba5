package kat.ingress.route;

import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Finds the servers behind what an Ingress names.
final class Backends {

    private static final List<String> ZONES = List.of(".svc.cluster.local", ".svc");

    private static final int MOST_EXTERNAL = 2;
    private static final int MOST_PORT = 65_535;

    private final World world;
    private final SequencedSet<ObjectKey> asked = new TreeSet<>();
    private final SequencedSet<String> names = new TreeSet<>();

    Backends(World world) {
        this.world = world;
    }

    /// The Services that were asked for.
    SequencedSet<ObjectKey> asked() {
        return asked;
    }

    /// The names outside of the cluster that were asked for.
    SequencedSet<String> names() {
        return names;
    }

    /// What was found.
    ///
    /// @param fault why there are no servers, for the Ingress; empty for no reason
    record Found(Upstream upstream, String fault) {}

    /// @param identity of `proxy-ssl-secret`; null for none
    Found find(
            String namespace,
            IngressSpec.Backend backend,
            Settings.Outgoing outgoing,
            BackendTls.@Nullable Identity identity) {
        Found found = find(namespace, backend, outgoing);
        return outgoing.protocol().isTls()
                ? new Found(
                        found.upstream().with(tls(namespace, backend, outgoing, identity)),
                        found.fault())
                : found;
    }

    /// The servers of a URL. A name that is of a Service stands for those of the Service; no
    /// certificate of theirs is looked at, as ingress-nginx has it.
    Found find(ServerUrl url) {
        if (url.isOwnHost()) {
            return new Found(Upstream.NONE, "");
        }
        BackendProtocol protocol = url.tls() ? BackendProtocol.HTTPS : BackendProtocol.HTTP;
        BackendTls tls = new BackendTls(url.serverName(), !url.serverName().isEmpty(), false, null);
        String port = Integer.toString(url.port());
        ObjectKey key = serviceOf(url.host());
        Servers servers = servers(url.host(), port, MOST_EXTERNAL);
        return new Found(
                new Upstream(
                        key == null ? "" : key.namespace(),
                        key == null ? url.host() : key.name(),
                        port,
                        protocol,
                        tls,
                        servers.endpoints()),
                servers.fault());
    }

    /// The servers of the first port of a Service.
    Found findFirstPort(String namespace, String service) {
        KubeObject found = world.service(ObjectKey.of(namespace, service));
        List<JsonObject> ports = found == null ? List.of() : found.spec().array("ports").objects();
        String port = ports.isEmpty() ? "" : Long.toString(ports.getFirst().integer("port", 0));
        return find(namespace, new IngressSpec.Backend(service, port, ""), Settings.Outgoing.PLAIN);
    }

    /// What is behind a name.
    ///
    /// @param fault why there are no servers; empty for no reason
    private record Servers(List<Endpoint> endpoints, String fault) {}

    private static Servers none(String fault) {
        return new Servers(List.of(), fault);
    }

    /// @param port a number; in the cluster that of a Service
    /// @param external how many Services of type ExternalName may lie on the way
    private Servers servers(String host, String port, int external) {
        ObjectKey key = serviceOf(host);
        if (key == null) {
            return outside(host, port);
        }
        asked.add(key);
        KubeObject service = world.service(key);
        if (service == null) {
            return none("Service " + key + " does not exist");
        }
        if (isExternal(service)) {
            return external == 0
                    ? none("Service " + key + " is one more of type ExternalName")
                    : external(service, port, external - 1);
        }
        JsonObject found = port(service, port);
        return found == null
                ? none("Service " + key + " has no port " + port)
                : new Servers(endpoints(key, found.string("name")), "");
    }

    private static boolean isExternal(KubeObject service) {
        return service.spec().string("type").equals("ExternalName");
    }

    /// The servers of a Service of type ExternalName; one without ports has every number.
    private Servers external(KubeObject service, String wanted, int external) {
        JsonObject found = port(service, wanted);
        boolean hasPorts = !service.spec().array("ports").objects().isEmpty();
        if (found == null && hasPorts) {
            return none("Service " + service.key() + " has no port " + wanted);
        }
        String port = wanted;
        if (found != null) {
            long number = found.integer("port", 0);
            port = Long.toString(found.integer("targetPort", number));
        }
        return servers(service.spec().string("externalName"), port, external);
    }

    private Servers outside(String host, String port) {
        if (host.isEmpty()
                || !port.matches("[1-9][0-9]{0,4}")
                || Integer.parseInt(port) > MOST_PORT) {
            return none("name \"%s\" and port %s lead nowhere".formatted(host, port));
        }
        names.add(host);
        Resolved resolved = world.resolved(host);
        if (resolved == null) {
            return none("");
        }
        int number = Integer.parseInt(port);
        return new Servers(
                resolved.addresses().stream()
                        .map(address -> new Endpoint(address, number))
                        .toList(),
                resolved.fault().isEmpty() ? "" : "name " + host + " " + resolved.fault());
    }

    /// The Service that a name stands for in the cluster; null for none.
    private static @Nullable ObjectKey serviceOf(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        for (String zone : ZONES) {
            String front =
                    name.endsWith(zone) ? name.substring(0, name.length() - zone.length()) : "";
            int dot = front.indexOf('.');
            if (dot > 0 && dot == front.lastIndexOf('.') && dot < front.length() - 1) {
                return ObjectKey.of(front.substring(dot + 1), front.substring(0, dot));
            }
        }
        return null;
    }

    private static BackendTls tls(
            String namespace,
            IngressSpec.Backend backend,
            Settings.Outgoing outgoing,
            BackendTls.@Nullable Identity identity) {
        Settings.Tls wanted = outgoing.tls();
        boolean isNamed = wanted.tellsName() || wanted.verifies();
        String service = backend.service() + "." + namespace + ".svc";
        String name = wanted.name().isEmpty() ? service : wanted.name();
        return new BackendTls(isNamed ? name : "", wanted.tellsName(), wanted.verifies(), identity);
    }

    private Found find(String namespace, IngressSpec.Backend backend, Settings.Outgoing outgoing) {
        if (!backend.resource().isEmpty()) {
            return none(
                    namespace,
                    backend,
                    outgoing,
                    "backend " + backend.resource() + ": resources as backends are not supported");
        }
        ObjectKey key = ObjectKey.of(namespace, backend.service());
        asked.add(key);
        KubeObject service = world.service(key);
        if (service == null) {
            return none(namespace, backend, outgoing, "Service " + key + " does not exist");
        }
        if (isExternal(service)) {
            Servers servers = external(service, backend.port(), MOST_EXTERNAL - 1);
            String fault =
                    servers.fault().isEmpty() ? "" : "Service " + key + ": " + servers.fault();
            return new Found(upstream(namespace, backend, outgoing, servers.endpoints()), fault);
        }
        JsonObject port = port(service, backend.port());
        if (port == null) {
            return none(
                    namespace,
                    backend,
                    outgoing,
                    "Service " + key + " has no port " + backend.port());
        }
        String clusterIp = service.spec().string("clusterIP");
        boolean direct = outgoing.direct() && !clusterIp.isEmpty() && !clusterIp.equals("None");
        List<Endpoint> endpoints =
                direct
                        ? List.of(new Endpoint(clusterIp, (int) port.integer("port", 0)))
                        : endpoints(key, port.string("name"));
        return new Found(upstream(namespace, backend, outgoing, endpoints), "");
    }

    private static Found none(
            String namespace,
            IngressSpec.Backend backend,
            Settings.Outgoing outgoing,
            String fault) {
        return new Found(upstream(namespace, backend, outgoing, List.of()), fault);
    }

    private static Upstream upstream(
            String namespace,
            IngressSpec.Backend backend,
            Settings.Outgoing outgoing,
            List<Endpoint> endpoints) {
        return new Upstream(
                namespace,
                backend.service(),
                backend.port(),
                outgoing.protocol(),
                BackendTls.DEFAULT,
                endpoints);
    }

    private static @Nullable JsonObject port(KubeObject service, String wanted) {
        List<JsonObject> ports = service.spec().array("ports").objects();
        for (JsonObject port : ports) {
            boolean byNumber = Long.toString(port.integer("port", 0)).equals(wanted);
            if (byNumber || (!wanted.isEmpty() && port.string("name").equals(wanted))) {
                return port;
            }
        }
        return wanted.isEmpty() && ports.size() == 1 ? ports.getFirst() : null;
    }

    /// Those that are ready; where none is, those that still serve while they end.
    private List<Endpoint> endpoints(ObjectKey service, String portName) {
        SequencedSet<Endpoint> ready = new TreeSet<>();
        SequencedSet<Endpoint> ending = new TreeSet<>();
        for (KubeObject slice : world.slices(service)) {
            int port = number(slice, portName);
            boolean usable = port > 0 && !slice.tree().string("addressType").equals("FQDN");
            for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
                List<String> addresses = endpoint.array("addresses").strings();
                JsonObject conditions = endpoint.object("conditions");
                if (!usable || addresses.isEmpty()) {
                    continue;
                }
                Endpoint found = new Endpoint(addresses.getFirst(), port);
                if (conditions.bool("ready", true)) {
                    ready.add(found);
                } else if (conditions.bool("serving") && conditions.bool("terminating")) {
                    ending.add(found);
                }
            }
        }
        return List.copyOf(ready.isEmpty() ? ending : ready);
    }

    private static int number(KubeObject slice, String name) {
        for (JsonObject port : slice.tree().array("ports").objects()) {
            String protocol = port.string("protocol", "TCP");
            if (port.string("name").equals(name) && protocol.equals("TCP")) {
                return (int) port.integer("port", 0);
            }
        }
        return 0;
    }
}
