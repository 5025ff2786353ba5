package kat.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The store as readers see it: every key's versions, the history, and the two revisions between
/// which it can be read.
///
/// The writer first adds versions and events, which nobody sees yet since they are newer than
/// [#revision], then raises [#revision]: that is the moment at which a whole group of transactions
/// is there. Compaction raises [#compactedRevision] first and forgets afterwards, so a reader who
/// finds its revision still kept after reading has read nothing half forgotten.
///
/// **Threads:** one writer ([#publish], [#raiseCompacted], [#forget], [#restore]), any readers.
final class Memory {

    private final Index index = new Index();
    private final History history;
    private volatile long revision;
    private volatile long compactedRevision;
    private volatile long gap; // the revision before which changes were missed; 0 for none
    private volatile boolean isClosed;
    private long keys; // writer only
    private long bytes; // writer only: of newest entries

    Memory(StoreConfig config, long revision, long compactedRevision) {
        this.history = new History(config);
        this.revision = revision;
        this.compactedRevision = compactedRevision;
    }

    long revision() {
        return revision;
    }

    long compactedRevision() {
        return compactedRevision;
    }

    /// No history tells of the changes before this revision: who stands before it fell behind.
    long gap() {
        return gap;
    }

    boolean isClosed() {
        return isClosed;
    }

    @Nullable Entry get(String key) {
        Index.Slot slot = index.slot(key);
        if (slot == null) {
            return null;
        }
        Version newest = slot.newest();
        long seen = revision;
        while (newest.revision > seen) {
            Version version = slot.at(seen);
            if (version != null) {
                return version.entry;
            }
            if (revision == seen) {
                return null;
            }
            seen = revision; // what stood at the revision seen was forgotten meanwhile
        }
        return newest.entry;
    }

    Range range(RangeQuery query) {
        if (query.revision() != 0) {
            requireReadable(query.revision());
            Range range = read(query, query.revision());
            requireReadable(query.revision());
            return range;
        }
        while (true) {
            long latest = revision;
            Range range = read(query, latest);
            if (compactedRevision <= latest) {
                return range;
            }
        }
    }

    private Range read(RangeQuery query, long at) {
        int limit = query.limit() == 0 ? Integer.MAX_VALUE : query.limit();
        List<Entry> entries = new ArrayList<>();
        long remaining = 0;
        for (Iterator<Index.Slot> slots = index.slots(query.keys()); slots.hasNext(); ) {
            Version version = slots.next().at(at);
            if (version == null || version.entry == null) {
                continue;
            }
            if (entries.size() < limit) {
                entries.add(version.entry);
            } else {
                remaining++;
            }
        }
        return new Range(entries, remaining, at);
    }

    Range peek(KeyRange keys, int most) {
        long at = revision;
        List<Entry> entries = new ArrayList<>();
        Iterator<Index.Slot> slots = index.slots(keys);
        for (int i = 0; i < most && slots.hasNext(); i++) {
            Version version = slots.next().at(at);
            if (version != null && version.entry != null) {
                entries.add(version.entry);
            }
        }
        return new Range(entries, slots.hasNext() ? 1 : 0, at);
    }

    Watch watch(WatchQuery query) {
        requireReadable(query.after());
        Watch watch = new HistoryWatch(this, history.topicOf(query.keys()), query);
        requireReadable(query.after());
        return watch;
    }

    private void requireReadable(long asked) {
        if (asked < compactedRevision) {
            throw new CompactedException(asked, compactedRevision);
        }
        requireReached(asked);
    }

    void requireReached(long asked) {
        long newest = revision;
        if (asked > newest) {
            throw new FutureRevisionException(asked, newest);
        }
    }

    /// The newest entry of `key`, also when readers may not see it yet. For the writer.
    @Nullable Entry newest(String key) {
        Index.Slot slot = index.slot(key);
        return slot == null ? null : slot.newest().entry;
    }

    /// Lets readers see `events`, which bring the store to `newRevision`. For the writer, once they
    /// are forced to disk.
    void publish(List<Event> events, long newRevision) {
        for (Event event : events) {
            boolean isPut = event.type() == Event.Type.PUT;
            Entry entry = event.entry();
            Version version = index.write(event.key(), event.revision(), isPut ? entry : null);
            event.publish(version, history.topicOf(event.key()));
            history.append(event);
            count(event);
        }
        revision = newRevision;
    }

    /// Puts an entry in place that a snapshot kept, before anyone reads. For the writer.
    void restore(Entry entry) {
        index.write(entry.key(), entry.modRevision(), entry);
        keys++;
        bytes += entry.bytes().length;
    }

    /// Makes `now`, sorted by key, all there is at `newRevision`, after changes that nobody told.
    /// Older revisions cannot be read any more, and all watches fall behind. For the writer.
    void replace(SortedMap<String, Entry> now, long newRevision) {
        Map<String, Version> written = new HashMap<>();
        for (Iterator<Index.Slot> slots = slots(); slots.hasNext(); ) {
            Entry entry = slots.next().newest().entry;
            if (entry != null && !now.containsKey(entry.key())) {
                written.put(entry.key(), index.write(entry.key(), newRevision, null));
            }
        }
        for (Entry entry : now.values()) {
            Entry known = newest(entry.key());
            if (known == null || known.modRevision() != entry.modRevision()) {
                Version made = index.write(entry.key(), entry.modRevision(), entry);
                written.put(entry.key(), made);
            }
        }
        gap = newRevision;
        compactedRevision = newRevision;
        revision = newRevision;
        forget(newRevision, Integer.MAX_VALUE);
        written.forEach(index::forgetBefore);
        keys = now.size();
        bytes = now.values().stream().mapToLong(entry -> entry.bytes().length).sum();
        history.wakeAll();
    }

    private void count(Event event) {
        Entry previous = event.previous();
        if (previous != null) {
            keys--;
            bytes -= previous.bytes().length;
        }
        if (event.type() == Event.Type.PUT) {
            keys++;
            bytes += event.entry().bytes().length;
        }
    }

    /// Calls watchers back who wait for any of `events`. For the writer.
    void wake(List<Event> events) {
        history.wake(events);
    }

    /// Up to where to compact when the history is larger than `limit`: its oldest quarter. For the
    /// writer, when nothing compacted is left to forget.
    ///
    /// @return 0 when it is not
    long excess(StoreConfig.Retention limit) {
        boolean isOver = history.size() > limit.maxEvents() || history.bytes() > limit.maxBytes();
        Event first = history.first();
        if (!isOver || first == null) {
            return 0;
        }
        return first.revision() + (revision - first.revision()) / 4;
    }

    /// Refuses reads before `to` from now on. For the writer.
    void raiseCompacted(long to) {
        compactedRevision = Math.max(compactedRevision, to);
    }

    /// Frees up to `most` events not after `upTo`, which is compacted, and what they superseded.
    /// For the writer.
    ///
    /// @return whether there may be more
    boolean forget(long upTo, int most) {
        for (int done = 0; done < most; done++) {
            Event first = history.first();
            if (first == null || first.revision() > upTo) {
                return false;
            }
            history.dropFirst(first);
            index.forgetBefore(first.key(), first.made());
        }
        return true;
    }

    /// Ends all watches.
    void close() {
        isClosed = true;
        history.wakeAll();
    }

    /// Every slot, in order of keys.
    Iterator<Index.Slot> slots() {
        return index.slots(KeyRange.all());
    }

    History history() {
        return history;
    }

    long keys() {
        return keys;
    }

    long bytes() {
        return bytes;
    }
}
