package kat.controllers.endpointslice;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Index;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Copies Endpoints that people or programs made for Services without a selector into
/// EndpointSlices, so that readers need to look at slices only: one slice per subset and address
/// family.
///
/// **Source:** kube-controller-manager `endpointslicemirroring`. At most 1,000 addresses a subset
/// are copied, as there.
public final class EndpointSliceMirroring implements Controller {

    private static final int MOST_ADDRESSES = 1000;
    private static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

    private static final Index BY_SERVICE =
            new Index(
                    "mirrored-of-service",
                    slice -> isOurs(slice) ? List.of(service(slice).toString()) : List.of());

    @Override
    public String name() {
        return "endpointslicemirroring-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.ENDPOINTS),
                Watched.secondary(Kinds.SERVICE, service -> List.of(service.key())),
                Watched.secondary(
                        Kinds.ENDPOINT_SLICE,
                        slice -> isOurs(slice) ? List.of(service(slice)) : List.of(),
                        BY_SERVICE));
    }

    private static boolean isOurs(KubeObject slice) {
        return slice.label(EndpointSliceController.MANAGED_BY).equals(MANAGER);
    }

    private static ObjectKey service(KubeObject slice) {
        return ObjectKey.of(slice.namespace(), slice.label(EndpointSliceController.SERVICE_LABEL));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject endpoints = view.get(Kinds.ENDPOINTS, key);
        KubeObject service = view.get(Kinds.SERVICE, key);
        List<KubeObject> present =
                new ArrayList<>(view.indexed(Kinds.ENDPOINT_SLICE, BY_SERVICE, key.toString()));
        boolean mirrored =
                endpoints != null
                        && service != null
                        && service.spec().object("selector").isEmpty()
                        && !endpoints.label(SKIP).equals("true")
                        && endpoints.annotation(LEADER).isEmpty();
        if (endpoints == null || !mirrored) {
            return new Plan(deletions(present), null);
        }
        List<Change> changes = new ArrayList<>();
        for (KubeObject wanted : slices(endpoints)) {
            KubeObject same = take(present, wanted);
            if (same == null) {
                changes.add(new Change.Create(Kinds.ENDPOINT_SLICE, wanted));
            } else {
                KubeObject next = filled(same, wanted);
                if (!next.equals(same)) {
                    changes.add(Change.Update.object(Kinds.ENDPOINT_SLICE, next));
                }
            }
        }
        changes.addAll(deletions(present));
        return new Plan(changes, null);
    }

    private static @Nullable KubeObject take(List<KubeObject> present, KubeObject wanted) {
        for (KubeObject slice : present) {
            boolean same =
                    slice.tree().string("addressType").equals(wanted.tree().string("addressType"))
                            && slice.tree().array("ports").equals(wanted.tree().array("ports"));
            if (same) {
                present.remove(slice);
                return slice;
            }
        }
        return null;
    }

    private static KubeObject filled(KubeObject slice, KubeObject wanted) {
        return slice.withTree(tree -> tree.with("endpoints", wanted.tree().array("endpoints")))
                .withMetadata(
                        metadata -> metadata.with("labels", wanted.metadata().object("labels")));
    }

    private static List<Change> deletions(List<KubeObject> slices) {
        List<Change> changes = new ArrayList<>();
        for (KubeObject slice : slices) {
            changes.add(
                    new Change.Delete(
                            Kinds.ENDPOINT_SLICE, slice.key(), DeleteOptions.of(slice.uid())));
        }
        return changes;
    }

    private static List<KubeObject> slices(KubeObject endpoints) {
        List<KubeObject> slices = new ArrayList<>();
        for (JsonObject subset : endpoints.tree().array("subsets").objects()) {
            SequencedMap<String, List<Json>> byFamily = new LinkedHashMap<>();
            collect(subset, "addresses", true, byFamily);
            collect(subset, "notReadyAddresses", false, byFamily);
            byFamily.forEach(
                    (family, list) ->
                            slices.add(slice(endpoints, family, list, subset.array("ports"))));
        }
        return slices;
    }

    private static void collect(
            JsonObject subset,
            String field,
            boolean ready,
            SequencedMap<String, List<Json>> byFamily) {
        for (JsonObject address : subset.array(field).objects()) {
            String ip = address.string("ip");
            String family = ip.indexOf(':') >= 0 ? "IPv6" : "IPv4";
            List<Json> list = byFamily.computeIfAbsent(family, _ -> new ArrayList<>());
            if (list.size() < MOST_ADDRESSES) {
                list.add(endpoint(address, ip, ready));
            }
        }
    }

    private static JsonObject endpoint(JsonObject address, String ip, boolean ready) {
        JsonObject endpoint =
                JsonObject.builder()
                        .put("addresses", JsonArray.ofStrings(List.of(ip)))
                        .put("conditions", JsonObject.EMPTY.with("ready", ready))
                        .putUnlessEmpty("hostname", address.string("hostname"))
                        .putUnlessEmpty("nodeName", address.string("nodeName"))
                        .build();
        return address.has("targetRef")
                ? endpoint.with("targetRef", address.object("targetRef"))
                : endpoint;
    }

    private static KubeObject slice(
            KubeObject endpoints, String family, List<Json> list, JsonArray ports) {
        JsonObject labels =
                endpoints
                        .metadata()
                        .object("labels")
                        .without(EndpointSliceController.HEADLESS)
                        .with(EndpointSliceController.SERVICE_LABEL, endpoints.name())
                        .with(EndpointSliceController.MANAGED_BY, MANAGER);
        JsonObject metadata =
                JsonObject.builder()
                        .put("generateName", endpoints.name() + "-")
                        .put("namespace", endpoints.namespace())
                        .put("labels", labels)
                        .build();
        return new KubeObject(
                        JsonObject.builder()
                                .put("apiVersion", "discovery.k8s.io/v1")
                                .put("kind", "EndpointSlice")
                                .put("metadata", metadata)
                                .put("addressType", family)
                                .put("endpoints", new JsonArray(list))
                                .put("ports", ports.map(EndpointSliceMirroring::port))
                                .build())
                .withOwners(List.of(OwnerReference.controlledBy(endpoints)));
    }

    /// Ports of slices always have a name, if an empty one.
    private static Json port(Json port) {
        return port instanceof JsonObject object && !object.has("name")
                ? object.with("name", "")
                : port;
    }
}
