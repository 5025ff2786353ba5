package kat.apiserver.rest;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.actions.Actions;
import kat.apiserver.actions.PartAdmission;
import kat.apiserver.http.Answer;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer.Target;
import kat.apiserver.streaming.NodePages;
import kat.apiserver.streaming.NodeStreams;
import kat.apiserver.streaming.ProxyFetch;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeRequest;
import kat.store.Entry;

/// Passes requests on: to a pod, to an endpoint of a Service, to a node's agent.
///
/// **Source:** `pkg/registry/core/pod`, `pkg/registry/core/service`, `pkg/registry/core/node`,
/// `k8s.io/apimachinery/pkg/util/proxy`.
final class ProxyEndpoint {

    static final String NAME = "proxy";

    private static final String KUBELET_PORT = "10250";
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,5}");

    private final Resources resources;
    private final Reader reader;
    private final NodeStreams nodes;
    private final ProxyFetch fetch;
    private final Actions actions;
    private final Ticker ticker;
    private final Randomness randomness;

    ProxyEndpoint(
            Resources resources,
            Reader reader,
            NodeStreams nodes,
            Actions actions,
            Ticker ticker,
            Randomness randomness) {
        this.ticker = ticker;
        this.actions = actions;
        this.resources = resources;
        this.reader = reader;
        this.nodes = nodes;
        this.fetch = new ProxyFetch();
        this.randomness = randomness;
    }

    static boolean handles(Kind kind, String subresource) {
        return subresource.equals(NAME)
                && (kind == Kinds.POD || kind == Kinds.SERVICE || kind == Kinds.NODE);
    }

    void handle(Call call, Resource resource) {
        ServedPaths.requireBehind(call.info(), resource.kind());
        String path = pathBehind(call);
        String method = call.request().method();
        String id = call.info().name();
        if (path.isEmpty() && (method.equals("GET") || method.equals("HEAD"))) {
            String part = resource.kind().kind().toLowerCase(Locale.ROOT);
            find(resource, call.info().namespace(), ProxyTarget.parse(part, id).name());
            call.send(redirect(call));
            return;
        }
        Kind options = PartAdmission.kindOf(resource.kind(), NAME);
        actions.connect(
                new Target(resource, ObjectEndpoint.key(call)),
                ConnectOptions.of(options, call.query()::all, path),
                call.write());
        if (resource.kind() == Kinds.NODE) {
            ProxyTarget target = ProxyTarget.parse("node", id);
            KubeObject node = find(resource, "", target.name());
            if (target.port().isEmpty() || target.port().equals(KUBELET_PORT)) {
                askNode(call, target.name(), path);
            } else {
                String address = ProxyAddress.require(internalAddress(node));
                pass(call, target, ProxyAddress.host(address, target.port()), path);
            }
            return;
        }
        boolean pod = resource.kind() == Kinds.POD;
        ProxyTarget target = ProxyTarget.parse(pod ? "pod" : "service", id);
        KubeObject object = find(resource, call.info().namespace(), target.name());
        pass(call, target, pod ? ofPod(object, target) : ofService(object, target, id), path);
    }

    private KubeObject find(Resource resource, String namespace, String name) {
        return resource.object(reader.require(resource, new ObjectKey(namespace, name)));
    }

    /// What stands behind `/proxy`, as it was sent; empty when nothing does.
    private static String pathBehind(Call call) {
        String path = call.request().path();
        int segments = call.info().namespace().isEmpty() ? 5 : 7;
        int at = 0;
        for (int i = 0; i < segments && at >= 0; i++) {
            at = path.indexOf('/', at + 1);
        }
        if (!path.substring(0, at < 0 ? path.length() : at).endsWith("/" + NAME)) {
            throw Answers.noSuchResource().asException(); // another slash was escaped
        }
        return at < 0 ? "" : path.substring(at);
    }

    private static Answer redirect(Call call) {
        String query = call.request().rawQuery();
        String to = call.request().path() + "/" + (query.isEmpty() ? "" : "?" + query);
        return Answer.of(301, Answer.TEXT, new byte[0]).with("location", to);
    }

    private static String ofPod(KubeObject pod, ProxyTarget target) {
        String address = ProxyAddress.require(pod.status().string("podIP"));
        String port = target.port();
        for (JsonObject container : pod.spec().array("containers").objects()) {
            List<JsonObject> ports = container.array("ports").objects();
            if (port.isEmpty() && !ports.isEmpty()) {
                port = Long.toString(ports.getFirst().integer("containerPort", 0));
            }
        }
        return ProxyAddress.host(address, port);
    }

    private String ofService(KubeObject service, ProxyTarget target, String id) {
        String port = portName(service, target);
        Resource kind = resources.find("", "v1", "endpoints");
        List<String> found = new ArrayList<>();
        if (kind != null) {
            KubeObject endpoints = endpoints(kind, service);
            for (JsonObject subset : endpoints.tree().array("subsets").objects()) {
                addAll(found, subset, service.namespace(), port);
            }
        }
        if (found.isEmpty()) {
            throw Status.serviceUnavailable("no endpoints available for service \"" + id + "\"")
                    .asException();
        }
        return found.get(randomness.nextInt(found.size()));
    }

    /// Where a Service leads to; one that leads nowhere yet is told to be missing itself.
    private KubeObject endpoints(Resource kind, KubeObject service) {
        Entry found = reader.find(kind, new ObjectKey(service.namespace(), service.name()));
        if (found == null) {
            throw Status.notFound(Kinds.SERVICE, service.name()).asException();
        }
        return kind.object(found);
    }

    /// Endpoints know ports by name; a number stands for the name of that port.
    private static String portName(KubeObject service, ProxyTarget target) {
        if (!DIGITS.matcher(target.port()).matches()) {
            return target.port();
        }
        for (JsonObject port : service.spec().array("ports").objects()) {
            if (port.integer("port", 0) == Long.parseLong(target.port())) {
                return port.string("name");
            }
        }
        throw Status.serviceUnavailable(
                        "no service port "
                                + target.port()
                                + " found for service \""
                                + target.name()
                                + "\"")
                .asException();
    }

    private void addAll(List<String> found, JsonObject subset, String namespace, String portName) {
        for (JsonObject port : subset.array("ports").objects()) {
            if (port.string("name").equals(portName)) {
                for (JsonObject address : subset.array("addresses").objects()) {
                    if (isOfPod(address, namespace)) {
                        String number = Long.toString(port.integer("port", 0));
                        found.add(ProxyAddress.host(address.string("ip"), number));
                    }
                }
            }
        }
    }

    /// Whether it is an address of the pod that it names, one beside the Service: who may write
    /// Endpoints leads this server nowhere else.
    private boolean isOfPod(JsonObject address, String namespace) {
        JsonObject of = address.object("targetRef");
        Resource pods = resources.find("", "v1", "pods");
        if (pods == null || !of.string("namespace").equals(namespace)) {
            return false;
        }
        Entry pod = reader.find(pods, new ObjectKey(namespace, of.string("name")));
        return pod != null
                && pods.object(pod).status().array("podIPs").objects().stream()
                        .anyMatch(ip -> ip.string("ip").equals(address.string("ip")));
    }

    private static String internalAddress(KubeObject node) {
        for (JsonObject address : node.status().array("addresses").objects()) {
            if (address.string("type").equals("InternalIP")) {
                return address.string("address");
            }
        }
        throw Status.serviceUnavailable("node " + node.name() + " has no address").asException();
    }

    private void askNode(Call call, String node, String path) {
        String query = call.request().rawQuery();
        String target = query.isEmpty() ? path : path + "?" + query;
        NodeRequest request = NodeRequest.of(call.request().method(), target);
        if (NodePages.isStream(request)) {
            Function<ObjectKey, Optional<KubeObject>> pods = key -> podOf(node, key);
            NodePages.ask(call.exchange(), request, pods, ticker.now())
                    .ifPresentOrElse(
                            nodes::handle, () -> call.send(NodePages.refusal(request, pods)));
            return;
        }
        NodeAnswer answer = nodes.ask(node, request.method(), target, call.request().body());
        try {
            NodeStreams.pass(call.exchange(), answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<KubeObject> podOf(String node, ObjectKey key) {
        Resource pods = resources.find("", "v1", "pods");
        Entry found = pods == null ? null : reader.find(pods, key);
        return pods == null || found == null
                ? Optional.empty()
                : Optional.of(pods.object(found))
                        .filter(pod -> pod.spec().string("nodeName").equals(node));
    }

    private void pass(Call call, ProxyTarget target, String host, String path) {
        String query = call.request().rawQuery();
        String behind = (path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query);
        String own = call.request().path();
        String prefix = own.substring(0, own.length() - path.length());
        try {
            URI at = URI.create(target.scheme() + "://" + host + behind);
            fetch.pass(call.exchange(), at, prefix);
        } catch (IllegalArgumentException e) {
            throw Status.badRequest("invalid path \"" + behind + "\"").asException();
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static StatusException unreachable(IOException e) {
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        return Status.serviceUnavailable("error trying to reach service: " + why).asException();
    }
}
