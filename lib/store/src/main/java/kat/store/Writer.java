package kat.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// All that changes a store, one group of requests after the other: draft, write and force,
/// publish, answer, wake the watchers; then compact what is over the limits and forget a little.
///
/// **Threads:** one at a time, the writer's.
final class Writer {

    private static final Logger LOG = System.getLogger(Writer.class.getName());
    private static final int FORGET_AT_ONCE = 1024; // events

    private final Memory memory;
    private final Journal journal;
    private final Snapshots snapshots;
    private final StoreConfig config;
    private final Ages ages;
    private final Consumer<Request.Task> later;
    private boolean wantsReseal;
    private boolean hasMoreToForget;
    private boolean isRefusing;

    /// @param later puts a task into the queue of what is to be processed
    Writer(
            Journal.Opened opened,
            Snapshots snapshots,
            StoreConfig config,
            Ages ages,
            Consumer<Request.Task> later) {
        this.memory = opened.memory();
        this.journal = opened.journal();
        this.snapshots = snapshots;
        this.config = config;
        this.ages = ages;
        this.later = later;
    }

    /// Does and answers every request of `group`.
    void process(List<Request> group) {
        List<Request> writes = new ArrayList<>(group.size());
        Draft draft = new Draft(memory);
        for (Request request : group) {
            if (request.task() instanceof Request.Task.Write(Transaction transaction)) {
                request.keep(draft.add(transaction));
                writes.add(request);
            }
        }
        write(draft, writes);
        for (Request request : group) {
            switch (request.task()) {
                case Request.Task.Write _ -> {}
                case Request.Task.Compact(long revision) -> compact(revision, request);
                case Request.Task.Tick _ -> {
                    raiseCompacted(ages.tick(memory));
                    request.done();
                }
                case Request.Task.Reseal _ -> {
                    wantsReseal = true;
                    request.done();
                }
                case Request.Task.SnapshotEnded(boolean isWritten) -> {
                    endSnapshot(isWritten);
                    request.done();
                }
            }
        }
        if (!hasMoreToForget) {
            raiseCompacted(memory.excess(config.history()));
        }
        if (wantsReseal && !snapshots.isPending()) {
            reseal();
        }
        snapshotWhenWorthWhile();
    }

    private void write(Draft draft, List<Request> writes) {
        List<Event> events = draft.events();
        if (!events.isEmpty()) {
            try {
                journal.write(events);
                acceptAgain();
            } catch (IOException e) {
                StoreException failure = refuse(e);
                writes.forEach(request -> request.fail(failure));
                return;
            }
            memory.publish(events, draft.revision());
            ages.written();
        }
        writes.forEach(Request::done);
        memory.wake(events);
    }

    private void compact(long revision, Request request) {
        if (revision > memory.compactedRevision()) {
            try {
                journal.writeCompaction(revision, memory.revision());
                acceptAgain();
            } catch (IOException e) {
                request.fail(refuse(e));
                return;
            }
            memory.raiseCompacted(revision);
            hasMoreToForget = true;
            tidy();
        }
        request.done();
    }

    private StoreException refuse(IOException e) {
        if (!isRefusing) {
            LOG.log(
                    Level.ERROR,
                    "the log cannot be written, commits fail until it can reason={0}",
                    e.getMessage());
        }
        isRefusing = true;
        return new WriteFailedException(
                ("the write was not acknowledged, the store's log cannot be written: %s;"
                                + " make room or mend the disk, then try again")
                        .formatted(e.getMessage()),
                e);
    }

    private void acceptAgain() {
        isRefusing = false;
    }

    /// Without forcing it: the mark goes into the next frame.
    private void raiseCompacted(long revision) {
        if (revision > memory.compactedRevision()) {
            memory.raiseCompacted(revision);
            journal.markCompaction(revision);
            hasMoreToForget = true;
        }
    }

    private void snapshotWhenWorthWhile() {
        long at = memory.compactedRevision();
        if (snapshots.isPending() || at <= snapshots.lastRevision()) {
            return;
        }
        if (journal.superseded(at) >= Math.max(config.log().snapshotBytes(), memory.bytes())) {
            snapshot(at);
        }
    }

    /// Writes every value again, in a snapshot of the newest revision, and gives up the past: it
    /// lies in files that hold values as they were sealed before.
    private void reseal() {
        long newest = memory.revision();
        try {
            journal.roll(newest);
            journal.writeCompaction(newest, newest);
            acceptAgain();
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "values could not be sealed again, this is tried later reason={0}",
                    e.getMessage());
            return;
        }
        wantsReseal = false;
        memory.raiseCompacted(newest);
        hasMoreToForget = true;
        snapshot(newest);
    }

    private void snapshot(long at) {
        snapshots.start(
                at,
                journal.start(at),
                isWritten -> later.accept(new Request.Task.SnapshotEnded(isWritten)));
    }

    private void endSnapshot(boolean isWritten) {
        if (isWritten) {
            journal.dropBefore(snapshots.lastRevision());
        }
        snapshots.ended();
    }

    /// Forgets a little of what is compacted.
    ///
    /// @return whether there is more to forget
    boolean tidy() {
        if (hasMoreToForget) {
            long upTo = Math.min(memory.compactedRevision(), snapshots.pinned());
            hasMoreToForget = memory.forget(upTo, FORGET_AT_ONCE);
            if (!hasMoreToForget && upTo < memory.compactedRevision()) {
                hasMoreToForget = true; // once the snapshot has ended
                return false;
            }
        }
        return hasMoreToForget;
    }
}
