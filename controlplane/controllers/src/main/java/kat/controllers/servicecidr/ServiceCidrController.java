package kat.controllers.servicecidr;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
import org.jspecify.annotations.Nullable;

/// Tells of each range of cluster addresses that it is ready, and lets it go only when no address
/// would be left without a range.
///
/// **Source:** kube-controller-manager `servicecidrs`.
public final class ServiceCidrController implements Controller {

    static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";

    @Override
    public String name() {
        return "service-cidr-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                new Watched(
                        Kinds.SERVICE_CIDR,
                        List.of(),
                        (view, before, after) -> keys(view, before == null ? after : before)),
                new Watched(
                        Kinds.IP_ADDRESS, List.of(), (view, before, after) -> keys(view, null)));
    }

    /// Any range may hold another's addresses, so those that are leaving are looked at again.
    private static List<ObjectKey> keys(ClusterView view, @Nullable KubeObject changed) {
        List<ObjectKey> keys = new ArrayList<>();
        for (KubeObject range : view.list(Kinds.SERVICE_CIDR, "")) {
            boolean itself = changed != null && changed.name().equals(range.name());
            if (itself || range.isDeleting()) {
                keys.add(range.key());
            }
        }
        return keys;
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject range = view.get(Kinds.SERVICE_CIDR, key);
        if (range == null) {
            return Plan.NOTHING;
        }
        boolean guarded = range.finalizers().contains(FINALIZER);
        if (range.isDeleting()) {
            if (!guarded) {
                return Plan.NOTHING;
            }
            return canGo(view, range)
                    ? Plan.of(Change.Update.object(Kinds.SERVICE_CIDR, unguarded(range)))
                    : told(range, condition("False", "Terminating", HELD, now));
        }
        return guarded
                ? told(range, condition("True", "", READY, now))
                : Plan.of(Change.Update.object(Kinds.SERVICE_CIDR, guarded(range)));
    }

    private static final String READY = "Kubernetes Service CIDR is ready";
    private static final String HELD =
            "There are still IPAddresses referencing the ServiceCIDR, please remove them or create"
                    + " a new ServiceCIDR";

    private static KubeObject guarded(KubeObject range) {
        JsonArray finalizers = range.metadata().array("finalizers");
        return range.withMetadata(m -> m.with("finalizers", finalizers.with(Json.of(FINALIZER))));
    }

    private static KubeObject unguarded(KubeObject range) {
        List<String> rest = new ArrayList<>(range.finalizers());
        rest.remove(FINALIZER);
        return range.withMetadata(m -> m.with("finalizers", JsonArray.ofStrings(rest)));
    }

    private static JsonObject condition(String status, String reason, String message, Instant now) {
        return JsonObject.builder()
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("message", message)
                .put("reason", reason)
                .put("status", status)
                .put("type", "Ready")
                .build();
    }

    private static Plan told(KubeObject range, JsonObject condition) {
        JsonArray others = JsonArray.EMPTY;
        for (JsonObject known : range.status().array("conditions").objects()) {
            if (!known.string("type").equals("Ready")) {
                others = others.with(known);
            } else if (known.without("lastTransitionTime")
                    .equals(condition.without("lastTransitionTime"))) {
                return Plan.NOTHING;
            }
        }
        JsonArray conditions = others.with(condition);
        return Plan.of(
                Change.Update.status(
                        Kinds.SERVICE_CIDR,
                        range.withStatus(status -> status.with("conditions", conditions))));
    }

    private static boolean canGo(ClusterView view, KubeObject range) {
        List<Prefix> others = new ArrayList<>();
        for (KubeObject other : view.list(Kinds.SERVICE_CIDR, "")) {
            if (!other.name().equals(range.name()) && !other.isDeleting()) {
                others.addAll(prefixes(other));
            }
        }
        List<Prefix> own = prefixes(range);
        if (own.stream().allMatch(each -> others.stream().anyMatch(o -> o.contains(each)))) {
            return true;
        }
        for (KubeObject address : view.list(Kinds.IP_ADDRESS, "")) {
            boolean managed = address.label(ServiceAddresses.MANAGED).equals(ServiceAddresses.BY);
            boolean inside = own.stream().anyMatch(each -> each.contains(address.name()));
            if (managed
                    && inside
                    && others.stream().noneMatch(each -> each.contains(address.name()))) {
                return false;
            }
        }
        return true;
    }

    private static List<Prefix> prefixes(KubeObject range) {
        List<Prefix> found = new ArrayList<>();
        for (String text : range.spec().array("cidrs").strings()) {
            Prefix prefix = Prefix.parse(text);
            if (prefix != null) {
                found.add(prefix);
            }
        }
        return found;
    }
}
