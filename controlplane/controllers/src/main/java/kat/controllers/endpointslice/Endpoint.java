package kat.controllers.endpointslice;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.ClusterView;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// A pod as an endpoint of a Service.
final class Endpoint {

    private static final String ZONE = "topology.kubernetes.io/zone";

    private Endpoint() {}

    /// The endpoint, meant for a zone first.
    static JsonObject meantFor(JsonObject endpoint, String zone) {
        JsonArray zones = JsonArray.of(JsonObject.of("name", Json.of(zone)));
        return endpoint.with("hints", JsonObject.of("forZones", zones));
    }

    /// Null when the pod has no address of the family, or is not to be told of.
    static @Nullable JsonObject of(
            ClusterView view, KubeObject service, KubeObject pod, String family) {
        List<String> addresses = ServicePods.addresses(pod, family);
        if (addresses.isEmpty()) {
            return null;
        }
        boolean serving = Pods.isReady(pod) || service.spec().bool("publishNotReadyAddresses");
        JsonObject conditions =
                JsonObject.builder()
                        .put("ready", serving && !isLeaving(service, pod))
                        .put("serving", serving)
                        .put("terminating", pod.isDeleting())
                        .build();
        JsonObject target =
                JsonObject.builder()
                        .put("kind", "Pod")
                        .put("namespace", pod.namespace())
                        .put("name", pod.name())
                        .put("uid", pod.uid())
                        .build();
        KubeObject node = view.get(Kinds.NODE, ObjectKey.of("", Pods.node(pod)));
        String zone = node == null ? "" : node.label(ZONE);
        JsonObject endpoint =
                JsonObject.builder()
                        .put("addresses", JsonArray.ofStrings(addresses.subList(0, 1)))
                        .put("conditions", conditions)
                        .putUnlessEmpty("hostname", hostname(service, pod))
                        .putUnlessEmpty("nodeName", Pods.node(pod))
                        .putUnlessEmpty("zone", zone)
                        .put("targetRef", target)
                        .build();
        JsonObject hints =
                conditions.bool("ready") ? hints(service, zone, Pods.node(pod)) : JsonObject.EMPTY;
        return hints.isEmpty() ? endpoint : endpoint.with("hints", hints);
    }

    /// For whom the endpoint is meant first.
    ///
    /// **Source:** `endpointslice/trafficdist`.
    private static JsonObject hints(KubeObject service, String zone, String node) {
        String wish =
                ZoneHints.areWanted(service) ? "" : service.spec().string("trafficDistribution");
        boolean close = wish.equals("PreferClose") || wish.equals("PreferSameZone");
        boolean sameNode = wish.equals("PreferSameNode");
        JsonObject.Builder hints = JsonObject.builder();
        if ((close || sameNode) && !zone.isEmpty()) {
            hints.put("forZones", JsonArray.of(JsonObject.of("name", Json.of(zone))));
        }
        if (sameNode && !node.isEmpty()) {
            hints.put("forNodes", JsonArray.of(JsonObject.of("name", Json.of(node))));
        }
        return hints.build();
    }

    private static boolean isLeaving(KubeObject service, KubeObject pod) {
        return pod.isDeleting() && !service.spec().bool("publishNotReadyAddresses");
    }

    /// A pod that names its host within the Service's subdomain can be found by that name.
    static String hostname(KubeObject service, KubeObject pod) {
        boolean same = pod.spec().string("subdomain").equals(service.name());
        return same ? pod.spec().string("hostname") : "";
    }
}
