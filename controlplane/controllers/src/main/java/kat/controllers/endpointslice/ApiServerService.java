package kat.controllers.endpointslice;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;

/// Keeps the Service `default/kubernetes`, its Endpoints and its EndpointSlice: where programs of
/// the cluster reach the API server. What somebody takes away comes back.
///
/// **Source:** kube-apiserver `pkg/controlplane/controller/kubernetesservice` and
/// `pkg/controlplane/reconcilers`.
public final class ApiServerService implements Controller {

    /// The name of all three objects.
    private static final ObjectKey KEY = ObjectKey.of("default", "kubernetes");

    private static final int SERVICE_PORT = 443;

    private final String serviceAddress;
    private final String address;
    private final int port;

    /// @param serviceAddress the Service's ClusterIP
    /// @param address of the API server, not a loopback one: Endpoints may hold none
    /// @param port of the API server
    public ApiServerService(String serviceAddress, String address, int port) {
        this.serviceAddress = serviceAddress;
        this.address = address;
        this.port = port;
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
        return object.key().equals(KEY) ? List.of(KEY) : List.of();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        List<Change> changes = new ArrayList<>();
        KubeObject service = view.get(Kinds.SERVICE, KEY);
        if (service == null) {
            changes.add(new Change.Create(Kinds.SERVICE, new KubeObject(service())));
        } else if (!targetsPort(service)) {
            changes.add(Change.Update.object(Kinds.SERVICE, withPorts(service)));
        }
        KubeObject endpoints = view.get(Kinds.ENDPOINTS, KEY);
        if (endpoints == null) {
            changes.add(new Change.Create(Kinds.ENDPOINTS, new KubeObject(endpoints())));
        } else if (!endpoints.tree().array("subsets").equals(subsets())
                || !endpoints.label(EndpointSliceMirroring.SKIP).equals("true")) {
            changes.add(Change.Update.object(Kinds.ENDPOINTS, withEndpoints(endpoints)));
        }
        KubeObject slice = view.get(Kinds.ENDPOINT_SLICE, KEY);
        if (slice == null) {
            changes.add(new Change.Create(Kinds.ENDPOINT_SLICE, new KubeObject(slice())));
        } else if (!withSlice(slice).equals(slice)) {
            changes.add(Change.Update.object(Kinds.ENDPOINT_SLICE, withSlice(slice)));
        }
        return new Plan(changes, null);
    }

    private boolean targetsPort(KubeObject service) {
        JsonArray ports = service.spec().array("ports");
        return ports.size() == 1
                && ports.objects().getFirst().integer("port", 0) == SERVICE_PORT
                && ports.objects().getFirst().integer("targetPort", 0) == port;
    }

    private KubeObject withPorts(KubeObject service) {
        return service.withTree(
                tree -> tree.with("spec", service.spec().with("ports", servicePorts())));
    }

    private KubeObject withEndpoints(KubeObject present) {
        JsonObject labels =
                present.metadata().object("labels").with(EndpointSliceMirroring.SKIP, "true");
        return present.withTree(
                tree -> tree.withAt(labels, "metadata", "labels").with("subsets", subsets()));
    }

    private KubeObject withSlice(KubeObject present) {
        return present.withTree(
                tree ->
                        tree.withAt(sliceLabels(), "metadata", "labels")
                                .with("endpoints", sliceEndpoints())
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

    private JsonObject endpoints() {
        JsonObject labels = JsonObject.EMPTY.with(EndpointSliceMirroring.SKIP, "true");
        return object("v1", "Endpoints", labels).with("subsets", subsets());
    }

    private JsonObject slice() {
        return object("discovery.k8s.io/v1", "EndpointSlice", sliceLabels())
                .with("addressType", "IPv4")
                .with("endpoints", sliceEndpoints())
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

    private JsonArray subsets() {
        return JsonArray.of(
                JsonObject.of(
                        "addresses",
                        JsonArray.of(JsonObject.EMPTY.with("ip", address)),
                        "ports",
                        JsonArray.of(https(port))));
    }

    private JsonArray sliceEndpoints() {
        return JsonArray.of(
                JsonObject.of(
                        "addresses",
                        JsonArray.of(Json.of(address)),
                        "conditions",
                        JsonObject.of("ready", Json.of(true))));
    }

    private JsonArray servicePorts() {
        return JsonArray.of(https(SERVICE_PORT).with("targetPort", port));
    }

    private static JsonObject https(int number) {
        return JsonObject.EMPTY.with("name", "https").with("port", number).with("protocol", "TCP");
    }
}
