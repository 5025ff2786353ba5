package kat.apiserver.registry;

import java.util.List;
import kat.api.Kind;
import kat.api.json.JsonObject;
import kat.store.Value;

/// Gives out what only one object may have: addresses and ports of Services.
///
/// **Threads:** any.
public interface Reservations {

    /// What was reserved for one write.
    interface Reservation {

        /// The object with what it was given.
        JsonObject object();

        /// What the store must not have changed meanwhile, and writes with the object, so that two
        /// servers cannot give the same to two objects; none where this server alone gives out.
        default List<Guard> guards() {
            return List.of();
        }

        /// The write is in the store: what the object no longer uses becomes free.
        void commit();

        /// The write failed: what was reserved becomes free.
        void undo();
    }

    /// A key that is written together with an object, on condition that it stands at `revision`.
    record Guard(String key, long revision, Value value) {}

    /// Reserves what `next` asks for or lacks.
    ///
    /// @param live what is stored; empty for a creation
    /// @throws kat.api.StatusException when it cannot be had
    Reservation reserve(Kind kind, JsonObject live, JsonObject next, boolean dryRun);

    /// The object is gone: what it had becomes free.
    void release(Kind kind, JsonObject object);
}
