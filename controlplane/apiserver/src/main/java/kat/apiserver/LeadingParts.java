package kat.apiserver;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.rest.ComponentHealth;
import kat.base.Ticker;
import kat.store.Entry;

/// Tells whether controllers and scheduler run somewhere, by the Leases of their leaders. A
/// server that runs them without an election tells of them itself.
///
/// **Threads:** any.
final class LeadingParts {

    private static final Kind LEASE = Kinds.builtIn().require("coordination.k8s.io/v1", "Lease");

    private final Reader reader;
    private final Resources resources;
    private final Ticker ticker;

    LeadingParts(Reader reader, Resources resources, Ticker ticker) {
        this.reader = reader;
        this.resources = resources;
        this.ticker = ticker;
    }

    void tell(ComponentHealth components) {
        components.tell("controller-manager", () -> fault("kube-controller-manager"));
        components.tell("scheduler", () -> fault("kube-scheduler"));
    }

    /// Empty while somebody leads.
    private String fault(String lease) {
        Resource leases = resources.require(LEASE);
        Entry entry = reader.find(leases, new ObjectKey("kube-system", lease));
        if (entry == null) {
            return "it does not run: nobody holds the lease " + lease;
        }
        JsonObject spec = leases.object(entry).spec();
        String renewed = spec.string("renewTime");
        Instant until = time(renewed).plusSeconds(spec.integer("leaseDurationSeconds", 0));
        if (spec.string("holderIdentity").isEmpty() || until.isBefore(ticker.now())) {
            return "nobody holds the lease " + lease + ", which was renewed last at " + renewed;
        }
        return "";
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException noTime) {
            return Instant.EPOCH;
        }
    }
}
