package kat.controllers.endpointslice;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/// Keeps the EndpointSlices of every Service that has a selector.
///
/// Endpoints stay in the slice that they are in; new ones fill slices that change anyway, then
/// others with room, then new slices. So one pod that comes or goes rewrites one slice.
///
/// **Source:** kube-controller-manager `endpointslice`, staging `k8s.io/endpointslice`.
public final class EndpointSliceController implements Controller {

    static final int MOST_ENDPOINTS = 100;
    static final String SERVICE_LABEL = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    static final String HEADLESS = "service.kubernetes.io/headless";

    /// Slices that this controller manages, by their Service.
    private static final Index BY_SERVICE =
            new Index(
                    "managed-of-service",
                    slice ->
                            slice.label(MANAGED_BY).equals(MANAGER)
                                    ? List.of(slice.namespace() + "/" + slice.label(SERVICE_LABEL))
                                    : List.of());

    @Override
    public String name() {
        return "endpointslice-controller";
    }

    @Override
    public String component() {
        return "endpoint-slice-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.SERVICE),
                new Watched(Kinds.POD, List.of(), ServicePods::servicesOf),
                Watched.secondary(
                        Kinds.ENDPOINT_SLICE,
                        slice ->
                                slice.label(MANAGED_BY).equals(MANAGER)
                                        ? List.of(
                                                ObjectKey.of(
                                                        slice.namespace(),
                                                        slice.label(SERVICE_LABEL)))
                                        : List.of(),
                        BY_SERVICE),
                new Watched(Kinds.NODE, List.of(), EndpointSliceController::weighed));
    }

    /// What nodes weigh decides for which zones endpoints are meant.
    private static List<ObjectKey> weighed(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        boolean isSame =
                before != null
                        && after != null
                        && ZoneHints.shareOf(before).equals(ZoneHints.shareOf(after));
        return isSame
                ? List.of()
                : view.list(Kinds.SERVICE, "").stream()
                        .filter(ZoneHints::areWanted)
                        .map(KubeObject::key)
                        .toList();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        List<KubeObject> present =
                new ArrayList<>(view.indexed(Kinds.ENDPOINT_SLICE, BY_SERVICE, key.toString()));
        present.removeIf(KubeObject::isDeleting);
        KubeObject service = view.get(Kinds.SERVICE, key);
        boolean managed =
                service != null
                        && !service.isDeleting()
                        && !service.spec().object("selector").isEmpty()
                        && !service.spec().string("type").equals("ExternalName");
        if (service == null || !managed) {
            return new Plan(service == null ? deletions(present) : List.of(), null);
        }
        int size = 0;
        for (KubeObject slice : present) {
            size += slice.tree().array("endpoints").size();
        }
        Duration wait = Pacing.wait(present, size, now);
        if (wait.isPositive()) {
            return Plan.after(wait);
        }
        // Those of a Service of the same name that is gone are not this one's.
        List<KubeObject> left = new ArrayList<>(present);
        List<Change> changes = new ArrayList<>();
        for (String family : families(service)) {
            List<KubeObject> own =
                    left.stream().filter(slice -> isOf(slice, service, family)).toList();
            left.removeAll(own);
            changes.addAll(new Slices(view, service, family, now).reconcile(own));
        }
        changes.addAll(0, deletions(left));
        return new Plan(changes, null);
    }

    private static boolean isOf(KubeObject slice, KubeObject service, String family) {
        return slice.tree().string("addressType").equals(family)
                && slice.ownerReferences().stream()
                        .anyMatch(owner -> owner.uid().equals(service.uid()));
    }

    private static List<String> families(KubeObject service) {
        List<String> families = service.spec().array("ipFamilies").strings();
        return families.isEmpty() ? List.of("IPv4") : families;
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

    /// The slices of one Service and address family.
    private static final class Slices {

        private final ClusterView view;
        private final KubeObject service;
        private final String family;
        private final Instant now;

        Slices(ClusterView view, KubeObject service, String family, Instant now) {
            this.view = view;
            this.service = service;
            this.family = family;
            this.now = now;
        }

        List<Change> reconcile(List<KubeObject> present) {
            Map<List<ServicePods.Port>, SequencedMap<String, JsonObject>> wanted =
                    new LinkedHashMap<>();
            for (KubeObject pod : ServicePods.of(view, service)) {
                JsonObject endpoint = Endpoint.of(view, service, pod, family);
                if (endpoint != null) {
                    wanted.computeIfAbsent(
                                    ServicePods.ports(service, pod), _ -> new LinkedHashMap<>())
                            .put(pod.uid(), endpoint);
                }
            }
            List<KubeObject> left = new ArrayList<>(present);
            List<Change> changes = new ArrayList<>();
            if (ZoneHints.areWanted(service)) {
                changes.addAll(addHints(wanted.values(), hints(present)));
            }
            wanted.forEach(
                    (ports, endpoints) -> {
                        JsonArray portList = portList(ports);
                        List<KubeObject> same =
                                left.stream()
                                        .filter(
                                                slice ->
                                                        slice.tree()
                                                                .array("ports")
                                                                .equals(portList))
                                        .toList();
                        left.removeAll(same);
                        changes.addAll(group(same, portList, endpoints));
                    });
            return finish(changes, left, wanted.isEmpty());
        }

        private static Map<String, String> hints(List<KubeObject> present) {
            Map<String, String> hints = new HashMap<>();
            for (KubeObject slice : present) {
                for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
                    for (JsonObject zone : endpoint.object("hints").array("forZones").objects()) {
                        hints.put(uid(endpoint), zone.string("name"));
                    }
                }
            }
            return hints;
        }

        private static String uid(JsonObject endpoint) {
            return endpoint.object("targetRef").string("uid");
        }

        /// Says for which zones ready endpoints are meant.
        ///
        /// @return what is told of it
        private List<Change> addHints(
                Collection<SequencedMap<String, JsonObject>> groups, Map<String, String> present) {
            SequencedMap<String, String> own = new LinkedHashMap<>();
            for (Map<String, JsonObject> group : groups) {
                group.forEach(
                        (uid, endpoint) -> {
                            if (endpoint.object("conditions").bool("ready")) {
                                own.put(uid, endpoint.string("zone"));
                            }
                        });
            }
            ZoneHints hints =
                    ZoneHints.of(own, present, ZoneHints.shares(view.list(Kinds.NODE, "")));
            for (Map<String, JsonObject> group : groups) {
                group.replaceAll(
                        (uid, endpoint) -> {
                            String zone = hints.zones().get(uid);
                            return zone == null ? endpoint : Endpoint.meantFor(endpoint, zone);
                        });
            }
            String ofFamily = ", addressType: " + family;
            if (!hints.fault().isEmpty()) {
                return List.of(
                        Change.Emit.warning(
                                service, "TopologyAwareHintsDisabled", hints.fault() + ofFamily));
            }
            String enabled = "Topology Aware Hints has been enabled" + ofFamily;
            return present.isEmpty()
                    ? List.of(Change.Emit.normal(service, "TopologyAwareHintsEnabled", enabled))
                    : List.of();
        }

        /// A Service without endpoints keeps one empty slice, as a place for what is told of it.
        private List<Change> finish(List<Change> changes, List<KubeObject> left, boolean empty) {
            if (!empty) {
                changes.addAll(deletions(left));
            } else if (left.isEmpty()) {
                changes.add(
                        new Change.Create(
                                Kinds.ENDPOINT_SLICE, fresh(portList(List.of()), List.of())));
            } else {
                KubeObject kept = left.removeFirst();
                KubeObject emptied = filled(kept, portList(List.of()), List.of());
                if (!emptied.equals(kept)) {
                    changes.add(Change.Update.object(Kinds.ENDPOINT_SLICE, emptied));
                }
                changes.addAll(deletions(left));
            }
            return changes;
        }

        private List<Change> group(
                List<KubeObject> slices, JsonArray ports, SequencedMap<String, JsonObject> wanted) {
            Map<String, JsonObject> homeless = new LinkedHashMap<>(wanted);
            Map<KubeObject, List<Json>> contents = new LinkedHashMap<>();
            for (KubeObject slice : slices) {
                List<Json> kept = new ArrayList<>();
                for (JsonObject endpoint : slice.tree().array("endpoints").objects()) {
                    JsonObject next = homeless.remove(uid(endpoint));
                    if (next != null) {
                        kept.add(next);
                    }
                }
                contents.put(slice, kept);
            }
            contents.values().forEach(list -> fill(list, homeless));
            return changes(contents, ports, homeless);
        }

        private static void fill(List<Json> list, Map<String, JsonObject> homeless) {
            var rest = homeless.values().iterator();
            while (list.size() < MOST_ENDPOINTS && rest.hasNext()) {
                list.add(rest.next());
                rest.remove();
            }
        }

        private List<Change> changes(
                Map<KubeObject, List<Json>> contents,
                JsonArray ports,
                Map<String, JsonObject> homeless) {
            List<Change> changes = new ArrayList<>();
            contents.forEach(
                    (slice, endpoints) -> {
                        if (endpoints.isEmpty()) {
                            changes.addAll(deletions(List.of(slice)));
                            return;
                        }
                        KubeObject next = filled(slice, ports, endpoints);
                        if (!next.equals(slice)) {
                            changes.add(
                                    Change.Update.object(Kinds.ENDPOINT_SLICE, triggered(next)));
                        }
                    });
            while (!homeless.isEmpty()) {
                List<Json> endpoints = new ArrayList<>();
                fill(endpoints, homeless);
                changes.add(new Change.Create(Kinds.ENDPOINT_SLICE, fresh(ports, endpoints)));
            }
            return changes;
        }

        private static JsonArray portList(List<ServicePods.Port> ports) {
            List<Json> list = new ArrayList<>();
            ports.forEach(port -> list.add(port.toJson()));
            return new JsonArray(list);
        }

        private KubeObject filled(KubeObject slice, JsonArray ports, List<Json> endpoints) {
            JsonObject labels = labels();
            return slice.withTree(
                            tree ->
                                    tree.with("endpoints", new JsonArray(endpoints))
                                            .with("ports", ports))
                    .withMetadata(
                            metadata ->
                                    metadata.object("labels").equals(labels)
                                            ? metadata
                                            : metadata.with("labels", labels));
        }

        private KubeObject triggered(KubeObject slice) {
            return Pacing.stamped(slice, now);
        }

        private JsonObject labels() {
            JsonObject labels = service.metadata().object("labels");
            labels = labels.with(SERVICE_LABEL, service.name()).with(MANAGED_BY, MANAGER);
            return service.spec().string("clusterIP").equals("None")
                    ? labels.with(HEADLESS, "")
                    : labels.without(HEADLESS);
        }

        private KubeObject fresh(JsonArray ports, List<Json> endpoints) {
            JsonObject metadata =
                    JsonObject.builder()
                            .put("generateName", service.name() + "-")
                            .put("namespace", service.namespace())
                            .put("labels", labels())
                            .build();
            KubeObject slice =
                    new KubeObject(
                                    JsonObject.builder()
                                            .put("apiVersion", "discovery.k8s.io/v1")
                                            .put("kind", "EndpointSlice")
                                            .put("metadata", metadata)
                                            .put("addressType", family)
                                            .put("endpoints", new JsonArray(endpoints))
                                            .put("ports", ports)
                                            .build())
                            .withOwners(List.of(OwnerReference.controlledBy(service)));
            return triggered(slice);
        }
    }
}
