package kat.controllers.servicecidr;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;
import org.jspecify.annotations.Nullable;

/// Removes each IPAddress that says to be a Service's and is none: one that names no Service,
/// one whose Service is not there a minute after it was made, and one whose Service has another
/// address. Those that others made and labelled are left alone.
///
/// **Source:** `syncIPAddress` in
/// `pkg/registry/core/service/ipallocator/controller/repairip.go`.
public final class LeakedAddresses implements Controller {

    /// How long a request that makes a Service may take.
    private static final Duration GRACE = Duration.ofSeconds(60);

    /// How long an address may be seen here before its Service's new version is.
    private static final Duration ARRIVAL = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "ipallocator-leak-controller";
    }

    @Override
    public String account() {
        return "ipallocator-repair-controller";
    }

    @Override
    public String component() {
        return account();
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.IP_ADDRESS),
                new Watched(
                        Kinds.SERVICE, List.of(), (view, before, after) -> lost(before, after)));
    }

    /// The addresses that a Service had and has no longer. They go with that write, unless
    /// something holds them; which of the two is not told by what is seen of them by then.
    private static List<ObjectKey> lost(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (before == null) {
            return List.of();
        }
        List<String> lost = ServiceAddresses.addresses(before);
        if (after != null) {
            lost.removeAll(ServiceAddresses.addresses(after));
        }
        return lost.stream().map(text -> ObjectKey.of("", text)).toList();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject address = view.get(Kinds.IP_ADDRESS, key);
        if (address == null || address.isDeleting() || !ServiceAddresses.isManaged(address)) {
            return Plan.NOTHING;
        }
        if (!ServiceAddresses.namesService(address)) {
            String why =
                    "IPAddress %s appears to have been modified, not referencing a Service: cleaning up";
            return removal(address, "IPAddressNotAllocated", why.formatted(address.name()));
        }
        ObjectKey parent = ServiceAddresses.parent(address);
        KubeObject service = view.get(Kinds.SERVICE, parent);
        Duration age = ServiceAddresses.age(address, now);
        if (service == null) {
            String why = "IPAddress: %s for Service %s appears to have leaked: cleaning up";
            return age.compareTo(GRACE) < 0
                    ? Plan.after(GRACE.minus(age))
                    : removal(
                            address,
                            "IPAddressNotAllocated",
                            why.formatted(address.name(), parent));
        }
        if (ServiceAddresses.addresses(service).contains(address.name())) {
            return Plan.NOTHING;
        }
        boolean mayGetIt = service.spec().string("type").equals("ExternalName");
        Duration patience = mayGetIt ? GRACE : ARRIVAL;
        if (age.compareTo(patience) < 0) {
            return Plan.after(patience.minus(age));
        }
        String why = "IPAddress: %s for Service %s has a wrong reference; cleaning up";
        return removal(address, "IPAddressWrongReference", why.formatted(address.name(), parent));
    }

    /// Told only of an address that was still there.
    private static Plan removal(KubeObject address, String reason, String told) {
        Change.Emit emit = Change.Emit.warning(address, reason, told);
        return Plan.of(ServiceAddresses.deletion(address, _ -> List.of(emit)));
    }
}
