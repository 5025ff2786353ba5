package kat.apiserver.registry;

import kat.api.Kind;
import kat.api.json.JsonObject;

/// For servers without Services: nothing is reserved.
public final class NoReservations implements Reservations {

    /// Gives the object back as it is.
    public record Nothing(JsonObject object) implements Reservation {
        @Override
        public void commit() {}

        @Override
        public void undo() {}
    }

    @Override
    public Reservation reserve(Kind kind, JsonObject live, JsonObject next, boolean dryRun) {
        return new Nothing(next);
    }

    @Override
    public void release(Kind kind, JsonObject object) {}
}
