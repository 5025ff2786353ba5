package kat.store;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// What readers see of a store whose log lies elsewhere and is written by several processes: told
/// by the log what was written, in order, it answers reads and watches from memory as the stores
/// here do.
///
/// ```
/// load(all, 7) → tell([a@8], 8) → tell([b@9, c removed@9], 9) → …    in order of revision
///                replace(all, 50)                                   when some were missed
/// ```
///
/// **Threads:** reads from any thread, never blocking; what tells the mirror takes a lock.
public final class Mirror {

    private final Object lock = new Object(); // orders the changes
    private final StoreConfig config;
    private volatile Memory memory;

    /// One thing the log tells.
    public sealed interface Fact {}

    /// A key was written.
    ///
    /// @param value without its stamp, which is `modRevision`
    /// @param version how many times the key was written since it was created
    public record Written(
            String key,
            Value value,
            long createRevision,
            long modRevision,
            long version,
            Cause cause)
            implements Fact {

        Entry entry() {
            Entry.Origin origin = new Entry.Origin(createRevision, modRevision, version);
            return Entry.told(key, value, origin, cause);
        }
    }

    /// A key was deleted.
    public record Removed(String key, long revision, Cause cause) implements Fact {}

    /// @param config of which topics and the history's size count
    public Mirror(StoreConfig config) {
        this.config = config;
        this.memory = new Memory(config, Store.EMPTY_REVISION, 0);
    }

    /// Starts with all that there is at `revision`, before anyone reads. Nothing older can be read.
    public void load(List<Written> all, long revision) {
        synchronized (lock) {
            long compacted = revision == Store.EMPTY_REVISION ? 0 : revision;
            Memory made = new Memory(config, revision, compacted);
            for (Written each : all) {
                made.restore(each.entry());
            }
            memory = made;
        }
    }

    /// Makes `all` what there is at `revision` when it is not known what happened in between: all
    /// watches that stand before it fall behind.
    public void replace(List<Written> all, long revision) {
        SortedMap<String, Entry> now = new TreeMap<>();
        for (Written each : all) {
            now.put(each.key(), each.entry());
        }
        synchronized (lock) {
            Check.state(revision >= memory.revision(), "the revision of a log never goes down");
            memory.replace(now, revision);
        }
    }

    /// Adds what was written up to `revision`, and calls watchers back.
    ///
    /// @param facts in order of their revision, all of each revision at once
    /// @return the events this made
    public List<Event> tell(List<? extends Fact> facts, long revision) {
        List<Event> events = new ArrayList<>(facts.size());
        synchronized (lock) {
            Told told = new Told(memory);
            for (Fact fact : facts) {
                Event event = told.event(fact);
                if (event != null) {
                    events.add(event);
                }
            }
            memory.publish(events, Math.max(revision, memory.revision()));
            forget(memory.excess(config.history()));
        }
        memory.wake(events);
        return events;
    }

    /// Forgets what was superseded at or before `revision`.
    public void compact(long revision) {
        synchronized (lock) {
            memory.requireReached(revision);
            forget(revision);
        }
    }

    private void forget(long upTo) {
        memory.raiseCompacted(upTo);
        memory.forget(upTo, Integer.MAX_VALUE);
    }

    /// As [Store#revision].
    public long revision() {
        return memory.revision();
    }

    /// As [Store#compactedRevision].
    public long compactedRevision() {
        return memory.compactedRevision();
    }

    /// As [Store#get].
    public @Nullable Entry get(String key) {
        return memory.get(key);
    }

    /// The entry of `key` as it stood at `revision`, which lies within the history; null when there
    /// was none.
    public @Nullable Entry get(String key, long revision) {
        List<Entry> found = range(RangeQuery.latest(KeyRange.key(key)).at(revision)).entries();
        return found.isEmpty() ? null : found.getFirst();
    }

    /// As [Store#range].
    public Range range(RangeQuery query) {
        return memory.range(query);
    }

    public Range peek(KeyRange keys, int most) {
        return memory.peek(keys, most);
    }

    /// As [Store#watch].
    public Watch watch(WatchQuery query) {
        return memory.watch(query);
    }

    /// Whether [#close] was called.
    public boolean isClosed() {
        return memory.isClosed();
    }

    /// Ends all watches. Harmless when repeated.
    public void close() {
        memory.close();
    }
}
