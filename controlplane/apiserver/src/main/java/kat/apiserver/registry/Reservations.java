package kat.apiserver.registry;

import java.util.List;
import kat.api.Kind;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.store.Change;
import kat.store.Condition;
import kat.store.Entry;
import kat.store.Value;

/// Gives out what only one object may have: addresses and ports of Services.
///
/// **Threads:** any.
public interface Reservations {

    /// What was reserved for one write.
    interface Reservation {

        /// The object with what it was given.
        JsonObject object();

        /// What is written with the object on condition that nobody has changed it meanwhile,
        /// so that nothing is given to two objects.
        default List<Guard> guards() {
            return List.of();
        }

        /// The write is in the store: what the object no longer uses becomes free.
        void commit();

        /// The write failed: what was reserved becomes free.
        void undo();
    }

    /// What happens to another key together with the write, on condition that it stands as it
    /// was.
    record Guard(Condition condition, Change change) {

        /// Writes a key that stands at `revision`; 0 for one that is not there.
        public static Guard writing(String key, long revision, Value value) {
            return new Guard(new Condition(key, revision), new Change.Put(key, value));
        }

        /// Makes an object that must not be there.
        public static Guard creating(Resource resource, ObjectKey key, JsonObject object) {
            Value value = StoredForm.encode(resource.toStored(object));
            return writing(resource.key(key), 0, value);
        }

        /// Removes what stands as it was read.
        public static Guard removing(Entry entry) {
            return new Guard(
                    new Condition(entry.key(), entry.modRevision()),
                    new Change.Delete(entry.key()));
        }

        String key() {
            return condition.key();
        }
    }

    /// Reserves what `next` asks for or lacks.
    ///
    /// @param live what is stored; empty for a creation
    /// @throws kat.api.StatusException when it cannot be had
    Reservation reserve(Kind kind, JsonObject live, JsonObject next, boolean dryRun);

    /// What goes together with an object that is removed.
    List<Guard> releasing(Kind kind, JsonObject object);

    /// The object is gone: what it had becomes free.
    void release(Kind kind, JsonObject object);
}
