package kat.scheduler;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Claims for devices that are to be written for a pod before it gets its node.
///
/// @param entries claims that are not yet reserved for the pod
/// @param mustWait whether devices must be attached before the pod can go there
public record Reservations(List<Entry> entries, boolean mustWait) {

    public static final Reservations NONE = new Reservations(List.of(), false);

    public Reservations {
        entries = List.copyOf(entries);
    }

    /// @param claim as last seen
    /// @param allocation the devices that it gets; null when it has them
    /// @param mappings for a claim that is yet to be created, which container uses which request
    ///     for which extended resource; empty for others
    public record Entry(
            KubeObject claim, @Nullable JsonObject allocation, List<JsonObject> mappings) {

        public Entry {
            mappings = List.copyOf(mappings);
        }

        public Entry(KubeObject claim, @Nullable JsonObject allocation) {
            this(claim, allocation, List.of());
        }

        boolean isNew() {
            return !mappings.isEmpty();
        }

        /// The claim with its devices.
        KubeObject allotted() {
            return allocation == null
                    ? claim
                    : claim.withStatus(status -> status.with("allocation", allocation));
        }
    }

    public boolean isEmpty() {
        return entries.isEmpty() && !mustWait;
    }
}
