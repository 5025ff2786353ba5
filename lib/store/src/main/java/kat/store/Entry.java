package kat.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What one revision wrote at a key. The bytes are finished: a stamp is in place.
///
/// **Threads:** immutable but for its memos, which any thread may fill.
public final class Entry {

    private final String key;
    private final Value value;
    private final long createRevision;
    private final long modRevision;
    private final long version;
    private final Cause cause;
    private final Memos memos = new Memos();
    private volatile @Nullable Object source;

    private Entry(String key, Value value, Origin origin, Cause cause, @Nullable Object source) {
        this.key = key;
        this.value = value;
        this.createRevision = origin.createRevision();
        this.modRevision = origin.modRevision();
        this.version = origin.version();
        this.cause = cause;
        this.source = source;
    }

    /// Where an entry stands in the history of its key.
    record Origin(long createRevision, long modRevision, long version) {}

    /// An entry that another process may have written, told by the log they share.
    static Entry told(String key, Value value, Origin origin, Cause cause) {
        Value finished = value.stamped(origin.modRevision());
        return new Entry(key, finished, origin, cause, value.source());
    }

    /// An entry read back from disk; its value is finished.
    static Entry restored(String key, Value value, Origin origin, Cause cause) {
        return new Entry(key, value, origin, cause, value.source());
    }

    /// The first entry at a key.
    static Entry created(String key, Value value, long revision, Cause cause) {
        Origin origin = new Origin(revision, revision, 1);
        return new Entry(key, value.stamped(revision), origin, cause, value.source());
    }

    /// The entry that takes this one's place.
    Entry replaced(Value by, long revision, Cause why) {
        Origin origin = new Origin(createRevision, revision, version + 1);
        return new Entry(key, by.stamped(revision), origin, why, by.source());
    }

    /// What watchers see of a delete: this entry's bytes, stamped by the revision that removed it.
    Entry removed(long revision, Cause why) {
        Origin origin = new Origin(createRevision, revision, 0);
        return new Entry(key, value.stamped(revision), origin, why, source);
    }

    public String key() {
        return key;
    }

    /// The bytes themselves, shared by all readers: never change them.
    public byte[] bytes() {
        return value.bytes();
    }

    Value value() {
        return value;
    }

    /// The revision that created the key (since it was last absent).
    public long createRevision() {
        return createRevision;
    }

    /// The revision that wrote this entry.
    public long modRevision() {
        return modRevision;
    }

    /// How many times the key was written since it was created, from 1; 0 after a delete.
    public long version() {
        return version;
    }

    /// Why it was written.
    public Cause cause() {
        return cause;
    }

    /// What the writer made the bytes from ([Value#stampedAt]); null when that is not known or not
    /// kept any more. It lacks the stamp.
    public @Nullable Object source() {
        return source;
    }

    /// Gives up what was computed from this entry; who asks again computes it again.
    void forgetViews() {
        memos.clear();
        source = null;
    }

    /// Gives up the source when nobody computed anything from it so far.
    void forgetUnusedSource() {
        if (memos.isEmpty()) {
            source = null;
        }
    }

    /// What `compute` makes of this entry, computed at most once per type and shared by all who
    /// ask with the same `type`, so they should all give the same function. It must not ask for
    /// another memo of the same entry with another lock held.
    public <T> T view(Class<T> type, Function<? super Entry, ? extends T> compute) {
        return memos.get(type, this, compute);
    }

    @Override
    public String toString() {
        return key + "@" + modRevision;
    }
}
