package kat.store;

import java.util.List;

/// A cursor over the store's one history of changes. It holds a position and no queue: a slow
/// watcher costs nothing, and ends with [FellBehind] when compaction overtakes it.
///
/// The way to use it: poll until [Events#events] comes back empty, then [#onReady] with a callback
/// that makes one's thread poll again.
///
/// **Threads:** [#poll], [#revision] and [#onReady] belong to one consumer at a time; [#close] may
/// be called from any thread.
public interface Watch extends AutoCloseable {

    /// What a poll gave.
    sealed interface Polled {}

    /// Changes in order of their revision; those of one transaction in its own order.
    ///
    /// @param events empty when there are none for now
    /// @param revision as [Watch#revision] after these
    record Events(List<Event> events, long revision) implements Polled {}

    /// Changes this watch had not seen were compacted. It gives no more; read the range again and
    /// watch from there.
    ///
    /// @param compactedRevision the oldest revision that can be watched from
    record FellBehind(long compactedRevision) implements Polled {}

    /// The watch or the store was closed.
    record Ended() implements Polled {}

    /// The next changes; never blocks.
    ///
    /// @param max how many at most, 1 or more. A transaction's changes may be parted by it
    default Polled poll(int max) {
        return poll(max, Long.MAX_VALUE);
    }

    /// As [#poll(int)], for one who keeps what was given: nothing follows a change with which the
    /// values come to `maxBytes`.
    ///
    /// @param maxBytes 1 or more; the last value may reach beyond it
    Polled poll(int max, long maxBytes);

    /// Calls `callback` once when a poll may give something new, at once and in this thread when
    /// it already may. A second call replaces a callback that has not yet run. It may come without
    /// need, never too seldom: no change, end or fall is missed by one who polls after each call.
    ///
    /// The callback runs on the thread that commits: it must be short and never block (unpark a
    /// thread, enqueue a task), and it may not commit.
    void onReady(Runnable callback);

    /// The revision up to which this watch has given every change of its keys. It also grows while
    /// other keys are written, so it may be told to a client as progress.
    long revision();

    /// Ends the watch; a callback that waits is called a last time. Harmless when repeated.
    @Override
    void close();
}
