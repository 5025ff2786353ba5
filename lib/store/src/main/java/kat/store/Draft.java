package kat.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// What a group of transactions would change, worked out one after the other on top of [Memory],
/// which it leaves alone: the group is one write to the log and becomes visible as a whole.
final class Draft {

    private final Memory memory;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Event> changed = new HashMap<>();
    private long revision;

    Draft(Memory memory) {
        this.memory = memory;
        this.revision = memory.revision();
    }

    /// Adds `transaction` unless a condition does not hold.
    Commit add(Transaction transaction) {
        List<Commit.Failed> failed = failed(transaction.conditions());
        if (!failed.isEmpty()) {
            return new Commit.Conflict(revision, failed);
        }
        int before = events.size();
        long next = revision + 1;
        for (Change change : transaction.changes()) {
            Event event = event(change, next, transaction.cause());
            if (event != null) {
                events.add(event);
                changed.put(event.key(), event);
            }
        }
        if (events.size() > before) {
            revision = next;
        }
        return new Commit.Committed(revision, events.subList(before, events.size()));
    }

    private List<Commit.Failed> failed(List<Condition> conditions) {
        List<Commit.Failed> failed = new ArrayList<>(0);
        for (Condition condition : conditions) {
            Entry current = current(condition.key());
            long modRevision = current == null ? 0 : current.modRevision();
            if (modRevision != condition.modRevision()) {
                failed.add(new Commit.Failed(condition, current));
            }
        }
        return failed;
    }

    private @Nullable Event event(Change change, long at, Cause cause) {
        Entry current = current(change.key());
        return switch (change) {
            case Change.Put(String key, Value value) when current == null ->
                    new Event(Event.Type.PUT, Entry.created(key, value, at, cause), null);
            case Change.Put(String _, Value value) ->
                    new Event(Event.Type.PUT, current.replaced(value, at, cause), current);
            case Change.Delete _ when current == null -> null;
            case Change.Delete _ ->
                    new Event(Event.Type.DELETE, current.removed(at, cause), current);
        };
    }

    private @Nullable Entry current(String key) {
        Event event = changed.get(key);
        if (event == null) {
            return memory.newest(key);
        }
        return event.type() == Event.Type.PUT ? event.entry() : null;
    }

    /// What was read back must come to the revision it had.
    void requireRevision(long expected) {
        Check.state(revision == expected, "the log's revisions follow each other");
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /// In order of revision.
    List<Event> events() {
        return events;
    }

    /// The revision the group brings the store to.
    long revision() {
        return revision;
    }
}
