package kat.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a store should be, said as plainly as can be: the whole map at every revision.
final class Naive {

    private final NavigableMap<Long, SortedMap<String, Row>> states = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();

    record Row(String text, long created, long modified, long version, Cause cause) {

        static Row of(Entry entry) {
            return new Row(
                    new String(entry.bytes(), UTF_8),
                    entry.createRevision(),
                    entry.modRevision(),
                    entry.version(),
                    entry.cause());
        }
    }

    record Change(String type, String key, Row row) {

        static Change of(Event event) {
            return new Change(event.type().name(), event.key(), Row.of(event.entry()));
        }
    }

    Naive() {
        states.put(Store.EMPTY_REVISION, new TreeMap<>());
    }

    Naive copy() {
        Naive copy = new Naive();
        copy.states.putAll(states);
        copy.changes.addAll(changes);
        return copy;
    }

    long revision() {
        return states.lastKey();
    }

    SortedMap<String, Row> at(long revision) {
        return states.floorEntry(revision).getValue();
    }

    List<Change> changesAfter(long revision) {
        return changes.stream().filter(change -> change.row().modified() > revision).toList();
    }

    /// Whether the conditions held.
    boolean commit(Transaction transaction) {
        SortedMap<String, Row> now = at(revision());
        for (Condition condition : transaction.conditions()) {
            Row row = now.get(condition.key());
            if ((row == null ? 0 : row.modified()) != condition.modRevision()) {
                return false;
            }
        }
        long next = revision() + 1;
        SortedMap<String, Row> state = new TreeMap<>(now);
        int before = changes.size();
        for (kat.store.Change change : transaction.changes()) {
            apply(change, next, transaction.cause(), state);
        }
        if (changes.size() > before) {
            states.put(next, state);
        }
        return true;
    }

    private void apply(
            kat.store.Change change, long at, Cause cause, SortedMap<String, Row> state) {
        String key = change.key();
        Row old = state.get(key);
        switch (change) {
            case kat.store.Change.Put(String _, Value value) -> {
                String text = new String(value.stamped(at).bytes(), UTF_8);
                long created = old == null ? at : old.created();
                Row row = new Row(text, created, at, old == null ? 1 : old.version() + 1, cause);
                state.put(key, row);
                changes.add(new Change("PUT", key, row));
            }
            case kat.store.Change.Delete _ -> {
                if (old != null) {
                    state.remove(key);
                    String text = old.text().replaceAll("@[0-9]+", "@" + at);
                    Row row = new Row(text, old.created(), at, 0, cause);
                    changes.add(new Change("DELETE", key, row));
                }
            }
        }
    }
}
