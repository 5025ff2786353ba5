package kat.apiserver.registry;

import kat.api.Kind;
import kat.api.json.JsonObject;

/// Gives out what only one object may have: addresses and ports of Services.
///
/// **Threads:** any.
public interface Reservations {

    /// What was reserved for one write.
    interface Reservation {

        /// The object with what it was given.
        JsonObject object();

        /// The write is in the store: what the object no longer uses becomes free.
        void commit();

        /// The write failed: what was reserved becomes free.
        void undo();
    }

    /// Reserves what `next` asks for or lacks.
    ///
    /// @param live what is stored; empty for a creation
    /// @throws kat.api.StatusException when it cannot be had
    Reservation reserve(Kind kind, JsonObject live, JsonObject next, boolean dryRun);

    /// The object is gone: what it had becomes free.
    void release(Kind kind, JsonObject object);
}
