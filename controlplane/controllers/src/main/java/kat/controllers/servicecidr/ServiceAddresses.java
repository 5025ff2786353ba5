package kat.controllers.servicecidr;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.DeleteOptions;
import kat.client.Plan;

/// Sees to it that each cluster address of each Service has its IPAddress. The API server
/// writes both together; what is missing here was taken away, or comes from a time before there
/// were such objects.
///
/// | IPAddress of a Service's address | what happens |
/// |---|---|
/// | missing | made, unless the Service has changed meanwhile; for a new one after a while |
/// | names no Service, or one that is gone or has another address | made anew |
/// | lacks the labels | made anew |
/// | names another Service that has the address too | told on the Service |
///
/// **Source:** `syncService` in `pkg/registry/core/service/ipallocator/controller/repairip.go`.
public final class ServiceAddresses implements Controller {

    static final String MANAGED = "ipaddress.kubernetes.io/managed-by";
    static final String BY = "ipallocator.k8s.io";
    private static final String FAMILY = "ipaddress.kubernetes.io/ip-family";

    /// How long the two objects of one write may take to be seen here.
    private static final Duration ARRIVAL = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "ipallocator-repair-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.SERVICE),
                Watched.secondary(Kinds.IP_ADDRESS, address -> List.of(parent(address))));
    }

    /// The Service that an address names; meaningless unless [#namesService].
    static ObjectKey parent(KubeObject address) {
        JsonObject parent = address.spec().object("parentRef");
        return ObjectKey.of(parent.string("namespace"), parent.string("name"));
    }

    static boolean namesService(KubeObject address) {
        JsonObject parent = address.spec().object("parentRef");
        return parent.string("group").isEmpty() && parent.string("resource").equals("services");
    }

    static Duration age(KubeObject object, Instant now) {
        Instant made = object.creationTimestamp();
        return Duration.between(made == null ? Instant.EPOCH : made, now);
    }

    static boolean isManaged(KubeObject address) {
        return address.label(MANAGED).equals(BY);
    }

    private static Change deletion(KubeObject address) {
        return deletion(address, _ -> List.of());
    }

    /// @param deleted what to do once it is done, unless the address is gone already
    static Change deletion(KubeObject address, Function<KubeObject, List<Change>> deleted) {
        DeleteOptions options = DeleteOptions.of(address.uid());
        return new Change.Delete(Kinds.IP_ADDRESS, address.key(), options, deleted);
    }

    static List<String> addresses(KubeObject service) {
        List<String> found = new ArrayList<>(service.spec().array("clusterIPs").strings());
        found.removeIf(text -> text.isEmpty() || text.equals("None"));
        return found;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject service = view.get(Kinds.SERVICE, key);
        if (service == null || service.isDeleting()) {
            return Plan.NOTHING;
        }
        Plan.Builder plan = Plan.builder();
        for (String text : addresses(service)) {
            KubeObject known = view.get(Kinds.IP_ADDRESS, ObjectKey.of("", text));
            if (known == null) {
                missing(service, text, now, plan);
            } else if (!isOf(known, service) && isUsed(view, known)) {
                String why =
                        "Cluster IP [%s]:%s was assigned to multiple services; please recreate service";
                String told = why.formatted(family(text), text);
                plan.add(Change.Emit.warning(service, "ClusterIPAlreadyAllocated", told));
            } else if (!isOf(known, service)) {
                String why =
                        "the ClusterIP [%s]: %s for Service %s has a wrong reference; repairing";
                String told = why.formatted(family(text), text, key);
                plan.add(Change.Emit.warning(service, "ClusterIPNotAllocated", told));
                plan.add(deletion(known)).add(creation(service, text));
            } else if (!isManaged(known) || !known.label(FAMILY).equals(family(text))) {
                plan.add(deletion(known)).add(creation(service, text));
            }
        }
        return plan.build();
    }

    private static void missing(KubeObject service, String text, Instant now, Plan.Builder plan) {
        Duration age = age(service, now);
        if (age.compareTo(ARRIVAL) < 0) {
            plan.requeueAfter(ARRIVAL.minus(age));
            return;
        }
        String why = "Cluster IP [%s]: %s is not allocated; repairing";
        String told = why.formatted(family(text), text);
        Change.Emit emit = Change.Emit.warning(service, "ClusterIPNotAllocated", told);
        // An address goes with its Service, and may be seen to go first: an update that changes
        // nothing is refused then, and the plan ends.
        plan.add(Change.Update.object(Kinds.SERVICE, service));
        plan.add(
                new Change.Create(
                        Kinds.IP_ADDRESS,
                        address(text, service.key()),
                        _ -> List.of(emit),
                        _ -> List.of()));
    }

    private static boolean isOf(KubeObject address, KubeObject service) {
        return namesService(address) && parent(address).equals(service.key());
    }

    /// Whether the Service that an address names has it.
    private static boolean isUsed(ClusterView view, KubeObject address) {
        KubeObject named = namesService(address) ? view.get(Kinds.SERVICE, parent(address)) : null;
        return named != null && addresses(named).contains(address.name());
    }

    private static String family(String address) {
        return address.indexOf(':') < 0 ? "IPv4" : "IPv6";
    }

    private static Change creation(KubeObject service, String text) {
        return new Change.Create(Kinds.IP_ADDRESS, address(text, service.key()));
    }

    private static KubeObject address(String text, ObjectKey service) {
        JsonObject labels = JsonObject.of(FAMILY, Json.of(family(text)), MANAGED, Json.of(BY));
        JsonObject parent =
                JsonObject.builder()
                        .put("name", service.name())
                        .put("namespace", service.namespace())
                        .put("resource", "services")
                        .build();
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "networking.k8s.io/v1")
                        .put("kind", "IPAddress")
                        .put("metadata", JsonObject.of("labels", labels, "name", Json.of(text)))
                        .put("spec", JsonObject.of("parentRef", parent))
                        .build());
    }
}
