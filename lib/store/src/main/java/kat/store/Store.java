package kat.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A log of revisions over keys and bytes, with etcd's vocabulary: each transaction that changes
/// something raises the one revision by 1, and every entry says which revision made it.
///
/// An empty store stands at revision 1; its first write makes revision 2. The revision never goes
/// down, also across a crash.
///
/// **Threads:** all methods may be called from any thread. Reads and watches never block and
/// never wait for a write. What [#commit] returned is seen by every read that begins afterwards.
///
/// **Source:** the contract is that of etcd's `KV` and `Watch` services (etcd API v3).
public interface Store extends AutoCloseable {

    /// The revision of [#revision] of a store that was never written.
    long EMPTY_REVISION = 1;

    /// The newest revision readers may see; everything up to it is forced to disk.
    long revision();

    /// The oldest revision that can still be read; 0 when nothing was compacted.
    long compactedRevision();

    /// The newest entry of `key`; null when there is none. From memory, never blocks.
    @Nullable Entry get(String key);

    /// The entries of a range of keys, sorted by key, as they stood at one revision.
    ///
    /// @throws CompactedException when the revision asked for was compacted
    /// @throws FutureRevisionException when the revision asked for has not been reached
    Range range(RangeQuery query);

    /// The first entries of a range as they stand now, for a guess at the whole. Looks at few keys,
    /// while [#range] counts what is beyond its limit.
    ///
    /// @param most how many keys are looked at; 1 or more
    /// @return with [Range#remaining] above 0 when there are more keys
    default Range peek(KeyRange keys, int most) {
        return range(new RangeQuery(keys, 0, most));
    }

    /// Does all changes of `transaction` or none, and returns when they are forced to disk.
    /// Waits uninterruptibly, as long as the disk takes; an interrupt is kept for the caller.
    ///
    /// @throws WriteFailedException when the log could not be written: the changes are not seen by
    ///     readers, and only a crash before the next successful commit could still bring them back
    /// @throws StoreUnavailableException when the log could not be asked, or did not answer in
    ///     time ([StoreUnavailableException#isUncertain]: the changes may have been made)
    /// @throws StoreRefusedException when a log that lies elsewhere refuses, as what is too large
    /// @throws StoreClosedException when the store was closed
    /// @throws IllegalArgumentException when the transaction is larger than the store takes
    Commit commit(Transaction transaction);

    /// A cursor over the changes of a range of keys after a revision.
    ///
    /// @throws CompactedException when changes after that revision were compacted
    /// @throws FutureRevisionException when that revision has not been reached
    Watch watch(WatchQuery query);

    /// Has every value written again that would be sealed in another way today, and the past given
    /// up that holds such; does not wait for it.
    default void reseal() {}

    /// Forgets what was superseded at or before `revision`: it becomes the oldest that can be read.
    /// Does nothing when that was compacted before.
    ///
    /// @throws FutureRevisionException when that revision has not been reached
    /// @throws WriteFailedException when the log could not be written
    void compact(long revision);

    /// Waits until readers see everything that was acknowledged to anyone, in whatever process,
    /// before this call. Free for a store with one process, which never waits here.
    ///
    /// @throws StoreUnavailableException when the log cannot be asked
    default void awaitNewest() {
        // Who alone writes sees all that was written.
    }

    /// Whether other processes write to the same log, so that what is read here may be outdated
    /// without [#awaitNewest].
    default boolean isShared() {
        return false;
    }

    /// Asks the log for a sign of life.
    ///
    /// @throws StoreUnavailableException when there is none within `timeout`
    default void probe(Duration timeout) {
        // A log in this process has no other.
    }

    /// Ends all watches and refuses further commits. Harmless when repeated.
    @Override
    void close();
}
