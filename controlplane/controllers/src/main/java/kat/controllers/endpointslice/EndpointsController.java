package kat.controllers.endpointslice;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;
import kat.controllers.workload.Pods;

/// Keeps the Endpoints object, the older form of EndpointSlices, of every Service with a selector.
///
/// **Source:** kube-controller-manager `endpoint/endpoints_controller.go`.
public final class EndpointsController implements Controller {

    /// More addresses than this are not told; an annotation says so.
    static final int MOST_ADDRESSES = 1000;

    static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
    static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    static final String MANAGER = "endpoint-controller";

    @Override
    public String name() {
        return MANAGER;
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.SERVICE),
                new Watched(Kinds.POD, List.of(), ServicePods::servicesOf),
                Watched.secondary(
                        Kinds.ENDPOINTS,
                        endpoints ->
                                endpoints.label(MANAGED_BY).equals(MANAGER)
                                        ? List.of(endpoints.key())
                                        : List.of()));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject service = view.get(Kinds.SERVICE, key);
        KubeObject present = view.get(Kinds.ENDPOINTS, key);
        if (service == null) {
            boolean ours = present != null && present.label(MANAGED_BY).equals(MANAGER);
            return ours
                    ? Plan.of(new Change.Delete(Kinds.ENDPOINTS, key, DeleteOptions.NONE))
                    : Plan.NOTHING;
        }
        if (service.spec().object("selector").isEmpty()
                || service.spec().string("type").equals("ExternalName")) {
            return Plan.NOTHING;
        }
        if (present != null) {
            Duration wait = Pacing.wait(present, Subsets.size(present), now);
            if (wait.isPositive()) {
                return Plan.after(wait);
            }
        }
        KubeObject before = present == null ? fresh(service) : present;
        Subsets subsets = subsets(view, service);
        KubeObject next = filled(before, service, subsets);
        if (present == null) {
            return Plan.of(new Change.Create(Kinds.ENDPOINTS, Pacing.stamped(next, now)));
        }
        return next.equals(present)
                ? Plan.NOTHING
                : Plan.of(Change.Update.object(Kinds.ENDPOINTS, Pacing.stamped(next, now)));
    }

    private static Subsets subsets(ClusterView view, KubeObject service) {
        List<String> families = service.spec().array("ipFamilies").strings();
        String family = families.isEmpty() ? "IPv4" : families.getFirst();
        boolean unready = service.spec().bool("publishNotReadyAddresses");
        SequencedMap<ServicePods.Port, List<Subsets.Address>> byPort = new LinkedHashMap<>();
        List<Subsets.Address> portless = new ArrayList<>();
        for (KubeObject pod : ServicePods.of(view, service)) {
            List<String> addresses = ServicePods.addresses(pod, family);
            if (addresses.isEmpty() || (pod.isDeleting() && !unready)) {
                continue;
            }
            Subsets.Address address =
                    new Subsets.Address(
                            address(service, pod, addresses.getFirst()),
                            unready || Pods.isReady(pod));
            for (ServicePods.Port port : ServicePods.ports(service, pod)) {
                byPort.computeIfAbsent(port, _ -> new ArrayList<>()).add(address);
            }
            if (service.spec().array("ports").isEmpty()
                    && service.spec().string("clusterIP").equals("None")) {
                portless.add(address);
            }
        }
        return Subsets.of(byPort, portless).within(MOST_ADDRESSES);
    }

    private static JsonObject address(KubeObject service, KubeObject pod, String ip) {
        JsonObject target =
                JsonObject.builder()
                        .put("kind", "Pod")
                        .put("namespace", pod.namespace())
                        .put("name", pod.name())
                        .put("uid", pod.uid())
                        .build();
        return JsonObject.builder()
                .put("ip", ip)
                .putUnlessEmpty("hostname", Endpoint.hostname(service, pod))
                .putUnlessEmpty("nodeName", Pods.node(pod))
                .put("targetRef", target)
                .build();
    }

    private static KubeObject fresh(KubeObject service) {
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", service.name())
                        .put("namespace", service.namespace())
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Endpoints")
                        .put("metadata", metadata)
                        .build());
    }

    private static KubeObject filled(KubeObject before, KubeObject service, Subsets subsets) {
        String address = service.spec().string("clusterIP");
        boolean headless = address.isEmpty() || address.equals("None");
        JsonObject own = service.metadata().object("labels").with(MANAGED_BY, MANAGER);
        JsonObject labels =
                headless
                        ? own.with(EndpointSliceController.HEADLESS, "")
                        : own.without(EndpointSliceController.HEADLESS);
        return before.withTree(
                        tree ->
                                subsets.list().isEmpty()
                                        ? tree.without("subsets")
                                        : tree.with("subsets", new JsonArray(subsets.list())))
                .withMetadata(metadata -> metadata.with("labels", labels))
                .withMetadata(metadata -> annotated(metadata, subsets.truncated()));
    }

    private static JsonObject annotated(JsonObject metadata, boolean truncated) {
        JsonObject before = metadata.object("annotations");
        JsonObject after =
                truncated ? before.with(OVER_CAPACITY, "truncated") : before.without(OVER_CAPACITY);
        return after.isEmpty()
                ? metadata.without("annotations")
                : metadata.with("annotations", after);
    }
}
