package kat.controllers.servicecidr;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

/// Keeps an IPAddress for each cluster address of each Service.
///
/// **Source:** `pkg/registry/core/service/ipallocator`, `repairip.go`.
public final class ServiceAddresses implements Controller {

    static final String MANAGED = "ipaddress.kubernetes.io/managed-by";
    static final String BY = "ipallocator.k8s.io";
    private static final String FAMILY = "ipaddress.kubernetes.io/ip-family";

    @Override
    public String name() {
        return "service-addresses";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.SERVICE),
                Watched.secondary(Kinds.IP_ADDRESS, ServiceAddresses::owner));
    }

    private static List<ObjectKey> owner(KubeObject address) {
        JsonObject parent = address.spec().object("parentRef");
        return isManaged(address)
                ? List.of(ObjectKey.of(parent.string("namespace"), parent.string("name")))
                : List.of();
    }

    private static boolean isManaged(KubeObject address) {
        return address.label(MANAGED).equals(BY)
                && address.spec().object("parentRef").string("resource").equals("services");
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject service = view.get(Kinds.SERVICE, key);
        List<String> wanted = service == null ? List.of() : addresses(service);
        List<Change> changes = new ArrayList<>();
        if (wanted.isEmpty()) {
            for (KubeObject address : view.list(Kinds.IP_ADDRESS, "")) {
                if (owner(address).contains(key)) {
                    changes.add(deletion(address));
                }
            }
        }
        for (String text : wanted) {
            KubeObject known = view.get(Kinds.IP_ADDRESS, ObjectKey.of("", text));
            if (known == null) {
                changes.add(new Change.Create(Kinds.IP_ADDRESS, address(text, key)));
            } else if (isManaged(known) && !owner(known).contains(key)) {
                changes.add(deletion(known));
            }
        }
        return Plan.builder().addAll(changes).build();
    }

    private static Change deletion(KubeObject address) {
        return new Change.Delete(Kinds.IP_ADDRESS, address.key(), DeleteOptions.of(address.uid()));
    }

    private static List<String> addresses(KubeObject service) {
        List<String> found = new ArrayList<>(service.spec().array("clusterIPs").strings());
        found.removeIf(text -> text.isEmpty() || text.equals("None"));
        return found;
    }

    private static KubeObject address(String text, ObjectKey service) {
        JsonObject labels =
                JsonObject.of(
                        FAMILY,
                        Json.of(text.indexOf(':') < 0 ? "IPv4" : "IPv6"),
                        MANAGED,
                        Json.of(BY));
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
