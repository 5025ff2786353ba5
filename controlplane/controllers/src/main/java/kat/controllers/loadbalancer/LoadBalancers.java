package kat.controllers.loadbalancer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
import org.jspecify.annotations.Nullable;

/// Answers Services of type LoadBalancer with the node's own addresses: what a cloud does
/// elsewhere. Packets to them are the proxy's business.
///
/// Two Services cannot have one port of the same addresses: the later one waits, and an Event says
/// for whom. A Service with a `loadBalancerClass` belongs to someone else, and so does a status
/// that someone else wrote.
///
/// **Source:** `k8s.io/cloud-provider/controllers/service`, for the words of Events.
public final class LoadBalancers implements Controller {

    private static final String NAME = "service-controller";

    /// Older ones first.
    private static final Comparator<KubeObject> AGE =
            Comparator.comparing(
                            (KubeObject service) -> service.metadata().string("creationTimestamp"))
                    .thenComparing(KubeObject::key);

    private final List<String> addresses;

    /// @param addresses of this machine, by which its Services are reached
    public LoadBalancers(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Watched> watches() {
        return List.of(new Watched(Kinds.SERVICE, List.of(), LoadBalancers::changed));
    }

    /// A Service that has a balancer or gives one up may free or take a port of all others.
    private static Collection<ObjectKey> changed(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        Set<ObjectKey> keys = new TreeSet<>();
        if (after != null && isOurs(after)) {
            keys.add(after.key());
        }
        if (before != null && isOurs(before) && !sameClaims(before, after)) {
            for (KubeObject other : view.list(Kinds.SERVICE, "")) {
                if (isOurs(other) && ingress(other).isEmpty()) {
                    keys.add(other.key());
                }
            }
        }
        return keys;
    }

    private static boolean sameClaims(KubeObject before, @Nullable KubeObject after) {
        return after != null && isOurs(after) && ports(before).equals(ports(after));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject service = view.get(Kinds.SERVICE, key);
        if (service == null || !isOurs(service)) {
            return Plan.NOTHING;
        }
        boolean writtenByOthers = !ingress(service).isEmpty() && !isWrittenHere(service);
        JsonArray wanted = wanted(service);
        if (writtenByOthers || isSame(ingress(service), wanted)) {
            return Plan.NOTHING;
        }
        String taken = taken(view, service);
        if (!taken.isEmpty()) {
            return Plan.of(
                    Change.Emit.warning(
                            service,
                            "SyncLoadBalancerFailed",
                            "Error syncing load balancer: failed to ensure load balancer: "
                                    + taken));
        }
        KubeObject answered =
                service.withStatus(status -> status.withAt(wanted, "loadBalancer", "ingress"));
        return Plan.of(
                Change.Emit.normal(service, "EnsuringLoadBalancer", "Ensuring load balancer"),
                Change.Update.status(Kinds.SERVICE, answered),
                Change.Emit.normal(service, "EnsuredLoadBalancer", "Ensured load balancer"));
    }

    /// Which of its ports another Service has; empty when all are free.
    private String taken(ClusterView view, KubeObject service) {
        for (KubeObject other : view.list(Kinds.SERVICE, "")) {
            boolean first = isWrittenHere(other) || AGE.compare(other, service) < 0;
            if (isOurs(other) && !other.key().equals(service.key()) && first) {
                for (String port : ports(service)) {
                    if (ports(other).contains(port)) {
                        return "port "
                                + port
                                + " of "
                                + String.join(", ", addresses)
                                + " is taken by Service "
                                + other.key();
                    }
                }
            }
        }
        return "";
    }

    private static boolean isOurs(KubeObject service) {
        return service.spec().string("type").equals("LoadBalancer")
                && !service.spec().has("loadBalancerClass")
                && !service.isDeleting();
    }

    private static List<String> ports(KubeObject service) {
        return service.spec().array("ports").objects().stream()
                .map(port -> port.string("protocol", "TCP") + "/" + port.integer("port", 0))
                .toList();
    }

    private static List<JsonObject> ingress(KubeObject service) {
        return service.status().at("loadBalancer").array("ingress").objects();
    }

    /// The addresses of the Service's families.
    private JsonArray wanted(KubeObject service) {
        List<String> families = service.spec().array("ipFamilies").strings();
        List<Json> entries = new ArrayList<>();
        for (String address : addresses) {
            if (!families.isEmpty() && !families.contains(family(address))) {
                continue;
            }
            entries.add(JsonObject.of("ip", Json.of(address), "ipMode", Json.of("VIP")));
        }
        return new JsonArray(entries);
    }

    private static String family(String address) {
        return address.indexOf(':') < 0 ? "IPv4" : "IPv6";
    }

    private static boolean isSame(List<JsonObject> present, JsonArray wanted) {
        return present.equals(wanted.objects());
    }

    /// Whether this controller is the last who wrote the addresses.
    private static boolean isWrittenHere(KubeObject service) {
        for (JsonObject entry : service.metadata().array("managedFields").objects()) {
            if (entry.string("manager").equals(NAME)
                    && entry.at("fieldsV1", "f:status", "f:loadBalancer").has("f:ingress")) {
                return true;
            }
        }
        return false;
    }
}
