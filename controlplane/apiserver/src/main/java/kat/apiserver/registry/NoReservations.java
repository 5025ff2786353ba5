package kat.apiserver.registry;

import java.util.List;
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
    public List<Guard> releasing(Kind kind, JsonObject object) {
        return List.of();
    }

    @Override
    public void release(Kind kind, JsonObject object) {}
}
