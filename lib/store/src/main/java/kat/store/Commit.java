package kat.store;

import java.util.List;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// How a transaction ended.
public sealed interface Commit {

    /// Every condition held and the changes are forced to disk.
    ///
    /// @param revision the revision the changes made; the newest one when nothing changed
    /// @param events in the order of the changes; a delete of an absent key has none
    record Committed(long revision, List<Event> events) implements Commit {
        public Committed {
            events = List.copyOf(events);
        }

        /// What the only change wrote; for a delete, what it removed, stamped with the revision
        /// that removed it.
        public Entry entry() {
            Check.state(events.size() == 1, "the transaction made exactly one event");
            return events.getFirst().entry();
        }
    }

    /// At least one condition did not hold; nothing was changed.
    ///
    /// @param revision the newest revision when the conditions were compared
    /// @param failed in the order of the conditions, at least one
    record Conflict(long revision, List<Failed> failed) implements Commit {
        public Conflict {
            failed = List.copyOf(failed);
        }
    }

    /// A condition that did not hold.
    ///
    /// @param current the newest entry of its key; null when there is none
    record Failed(Condition condition, @Nullable Entry current) {}
}
