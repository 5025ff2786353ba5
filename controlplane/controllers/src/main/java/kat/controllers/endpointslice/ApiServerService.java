package kat.controllers.endpointslice;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Keeps the Service `default/kubernetes`, its Endpoints and its EndpointSlices: where programs
/// of the cluster reach the API servers. What somebody takes away comes back.
///
/// Kubernetes has one port for all servers, and one slice. Here each further port has a slice
/// of its own, `kubernetes-PORT`.
///
/// **Source:** kube-apiserver `pkg/controlplane/controller/kubernetesservice` and
/// `pkg/controlplane/reconcilers`.
public final class ApiServerService implements Controller {

    /// The name of all three objects.
    private static final ObjectKey KEY = ObjectKey.of("default", "kubernetes");

    private static final int SERVICE_PORT = 443;
    private static final Pattern FURTHER = Pattern.compile("kubernetes-\\d+");

    private final String serviceAddress;
    private final Servers servers;

    /// One API server.
    ///
    /// @param address not a loopback one: Endpoints may hold none
    public record Server(String address, int port) {}

    /// Where API servers are.
    ///
    /// @param own the port of the server in whose process this runs
    /// @param alive asked at each look; one or more
    /// @param period how long after a look the next one is due; null where nothing changes
    public record Servers(int own, Supplier<List<Server>> alive, @Nullable Duration period) {

        /// The only one.
        public static Servers one(Server server) {
            return new Servers(server.port(), () -> List.of(server), null);
        }
    }

    /// @param serviceAddress the Service's ClusterIP
    public ApiServerService(String serviceAddress, Servers servers) {
        this.serviceAddress = serviceAddress;
        this.servers = servers;
    }

    /// Its writes are those of the API server itself.
    @Override
    public String name() {
        return "kube-apiserver";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.secondary(Kinds.SERVICE, ApiServerService::own),
                Watched.secondary(Kinds.ENDPOINTS, ApiServerService::own),
                Watched.secondary(Kinds.ENDPOINT_SLICE, ApiServerService::own));
    }

    private static Collection<ObjectKey> own(KubeObject object) {
        return object.key().equals(KEY) || isFurtherSlice(object) ? List.of(KEY) : List.of();
    }

    private static boolean isFurtherSlice(KubeObject object) {
        return object.namespace().equals(KEY.namespace())
                && FURTHER.matcher(object.name()).matches()
                && object.label(EndpointSliceController.SERVICE_LABEL).equals(KEY.name())
                && object.label(EndpointSliceController.MANAGED_BY).isEmpty();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        SortedMap<Integer, SortedSet<String>> addresses = new TreeMap<>();
        for (Server server : servers.alive().get()) {
            addresses.computeIfAbsent(server.port(), _ -> new TreeSet<>()).add(server.address());
        }
        List<Change> changes = new ArrayList<>();
        KubeObject service = view.get(Kinds.SERVICE, KEY);
        if (service == null) {
            changes.add(new Change.Create(Kinds.SERVICE, new KubeObject(service())));
        } else if (!targetsPort(service)) {
            changes.add(Change.Update.object(Kinds.SERVICE, withPorts(service)));
        }
        KubeObject endpoints = view.get(Kinds.ENDPOINTS, KEY);
        JsonArray subsets = subsets(addresses);
        if (endpoints == null) {
            changes.add(new Change.Create(Kinds.ENDPOINTS, new KubeObject(endpoints(subsets))));
        } else if (!endpoints.tree().array("subsets").equals(subsets)
                || !endpoints.label(EndpointSliceMirroring.SKIP).equals("true")) {
            changes.add(Change.Update.object(Kinds.ENDPOINTS, withEndpoints(endpoints, subsets)));
        }
        changes.addAll(slices(view, addresses));
        return new Plan(changes, servers.period());
    }

    private static List<Change> slices(
            ClusterView view, SortedMap<Integer, SortedSet<String>> addresses) {
        List<Change> changes = new ArrayList<>();
        Set<ObjectKey> wanted = new HashSet<>();
        addresses.forEach(
                (port, of) -> {
                    boolean isFirst = port.equals(addresses.firstKey());
                    ObjectKey key =
                            isFirst ? KEY : ObjectKey.of(KEY.namespace(), KEY.name() + "-" + port);
                    wanted.add(key);
                    KubeObject slice = view.get(Kinds.ENDPOINT_SLICE, key);
                    if (slice == null) {
                        KubeObject made = new KubeObject(slice(key, port, of));
                        changes.add(new Change.Create(Kinds.ENDPOINT_SLICE, made));
                    } else if (!withSlice(slice, port, of).equals(slice)) {
                        KubeObject changed = withSlice(slice, port, of);
                        changes.add(Change.Update.object(Kinds.ENDPOINT_SLICE, changed));
                    }
                });
        for (KubeObject each : view.list(Kinds.ENDPOINT_SLICE, KEY.namespace())) {
            if (isFurtherSlice(each) && !wanted.contains(each.key())) {
                changes.add(
                        new Change.Delete(
                                Kinds.ENDPOINT_SLICE, each.key(), DeleteOptions.of(each.uid())));
            }
        }
        return changes;
    }

    private boolean targetsPort(KubeObject service) {
        JsonArray ports = service.spec().array("ports");
        return ports.size() == 1
                && ports.objects().getFirst().integer("port", 0) == SERVICE_PORT
                && ports.objects().getFirst().integer("targetPort", 0) == servers.own();
    }

    private KubeObject withPorts(KubeObject service) {
        return service.withTree(
                tree -> tree.with("spec", service.spec().with("ports", servicePorts())));
    }

    private static KubeObject withEndpoints(KubeObject present, JsonArray subsets) {
        JsonObject labels =
                present.metadata().object("labels").with(EndpointSliceMirroring.SKIP, "true");
        return present.withTree(
                tree -> tree.withAt(labels, "metadata", "labels").with("subsets", subsets));
    }

    private static KubeObject withSlice(KubeObject present, int port, SortedSet<String> addresses) {
        return present.withTree(
                tree ->
                        tree.withAt(sliceLabels(), "metadata", "labels")
                                .with("endpoints", sliceEndpoints(addresses))
                                .with("ports", JsonArray.of(https(port))));
    }

    private JsonObject service() {
        JsonObject labels =
                JsonObject.of("component", Json.of("apiserver"), "provider", Json.of("kubernetes"));
        JsonObject spec =
                JsonObject.builder()
                        .put("clusterIP", serviceAddress)
                        .put("clusterIPs", JsonArray.of(Json.of(serviceAddress)))
                        .put("ports", servicePorts())
                        .put("sessionAffinity", "None")
                        .put("type", "ClusterIP")
                        .build();
        return object("v1", "Service", labels).with("spec", spec);
    }

    private static JsonObject endpoints(JsonArray subsets) {
        JsonObject labels = JsonObject.EMPTY.with(EndpointSliceMirroring.SKIP, "true");
        return object("v1", "Endpoints", labels).with("subsets", subsets);
    }

    private static JsonObject slice(ObjectKey key, int port, SortedSet<String> addresses) {
        return object("discovery.k8s.io/v1", "EndpointSlice", sliceLabels())
                .withAt(Json.of(key.name()), "metadata", "name")
                .with("addressType", "IPv4")
                .with("endpoints", sliceEndpoints(addresses))
                .with("ports", JsonArray.of(https(port)));
    }

    private static JsonObject object(String apiVersion, String kind, JsonObject labels) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", KEY.name())
                        .put("namespace", KEY.namespace())
                        .put("labels", labels)
                        .build();
        return JsonObject.EMPTY
                .with("apiVersion", apiVersion)
                .with("kind", kind)
                .with("metadata", metadata);
    }

    private static JsonObject sliceLabels() {
        return JsonObject.EMPTY.with(EndpointSliceController.SERVICE_LABEL, KEY.name());
    }

    private static JsonArray subsets(SortedMap<Integer, SortedSet<String>> addresses) {
        List<Json> subsets = new ArrayList<>();
        addresses.forEach(
                (port, of) ->
                        subsets.add(
                                JsonObject.of(
                                        "addresses",
                                        new JsonArray(
                                                of.stream()
                                                        .<Json>map(
                                                                each ->
                                                                        JsonObject.of(
                                                                                "ip",
                                                                                Json.of(each)))
                                                        .toList()),
                                        "ports",
                                        JsonArray.of(https(port)))));
        return new JsonArray(subsets);
    }

    private static JsonArray sliceEndpoints(SortedSet<String> addresses) {
        return new JsonArray(
                addresses.stream()
                        .<Json>map(
                                each ->
                                        JsonObject.of(
                                                "addresses",
                                                JsonArray.of(Json.of(each)),
                                                "conditions",
                                                JsonObject.of("ready", Json.of(true))))
                        .toList());
    }

    private JsonArray servicePorts() {
        return JsonArray.of(https(SERVICE_PORT).with("targetPort", servers.own()));
    }

    private static JsonObject https(int number) {
        return JsonObject.EMPTY.with("name", "https").with("port", number).with("protocol", "TCP");
    }
}
