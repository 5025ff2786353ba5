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

    private final World world;
    private final SequencedSet<ObjectKey> asked = new TreeSet<>();

    Backends(World world) {
        this.world = world;
    }

    /// The Services that were asked for.
    SequencedSet<ObjectKey> asked() {
        return asked;
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
        BackendProtocol protocol = url.tls() ? BackendProtocol.HTTPS : BackendProtocol.HTTP;
        BackendTls tls = new BackendTls(url.serverName(), !url.serverName().isEmpty(), false, null);
        String port = Integer.toString(url.port());
        ObjectKey key = serviceOf(url.host());
        if (key == null) {
            return new Found(
                    new Upstream("", url.host(), port, protocol, tls, List.of()),
                    "host " + url.host() + " is not the name of a Service, as NAME.NAMESPACE.svc");
        }
        asked.add(key);
        Upstream none = new Upstream(key.namespace(), key.name(), port, protocol, tls, List.of());
        KubeObject service = world.service(key);
        JsonObject found = service == null ? null : port(service, port);
        if (found == null) {
            String missing = service == null ? " does not exist" : " has no port " + port;
            return new Found(none, "Service " + key + missing);
        }
        return new Found(none.with(endpoints(key, found.string("name"))), "");
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
        if (service.spec().string("type").equals("ExternalName")) {
            return none(
                    namespace,
                    backend,
                    outgoing,
                    "Service " + key + " is of type ExternalName, which is not supported");
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
