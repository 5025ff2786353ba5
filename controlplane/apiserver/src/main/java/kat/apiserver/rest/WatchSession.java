package kat.apiserver.rest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.protobuf.ProtobufObjects;
import kat.apiserver.http.Outflow;
import kat.apiserver.measure.WatchMetrics;
import kat.apiserver.registry.ProtobufForm;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WatchFeed;
import kat.apiserver.registry.WireForm;
import kat.base.Ticker;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// One open watch: takes from the feed while the client keeps up, waits for either otherwise.
///
/// | state | woken by |
/// |---|---|
/// | caught up | the store, through the feed |
/// | client behind | the connection, when it is writable again |
///
/// **Threads:** [#pump] runs on the connection's thread only.
final class WatchSession {

    private static final Duration BOOKMARK_PERIOD = Duration.ofMinutes(1);

    /// So long before a watch ends it is told how far it is, for the next one to begin there.
    private static final Duration BEFORE_END = Duration.ofSeconds(2);

    /// How often a client that takes slowly what existed is looked at.
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Call call;
    private final WatchFeed feed;
    private final Outflow out;
    private final Shapes shapes;
    private final Pacing pacing;
    private volatile long lastWrite; // nanoseconds of the ticker
    private volatile Ticker.@Nullable Scheduled end;
    private volatile Ticker.@Nullable Scheduled bookmark;
    private volatile Ticker.@Nullable Scheduled look;
    private volatile boolean closed;
    private WatchMetrics.@Nullable Told counted;
    private @Nullable Backlog backlog;
    private boolean first = true;
    private boolean waiting;
    private boolean preparing;
    private long told;

    /// How often a session may write.
    ///
    /// @param watchers how many sessions there are
    record Pacing(WatchPace pace, IntSupplier watchers) {}

    WatchSession(Call call, WatchFeed feed, Outflow out, Shapes shapes, Pacing pacing) {
        this.call = call;
        this.feed = feed;
        this.out = out;
        this.shapes = shapes;
        this.pacing = pacing;
        this.lastWrite = pacing.pace().now() - Long.MAX_VALUE / 2;
        this.told = feed.revision();
    }

    /// Sends what exists, then what changes.
    ///
    /// @param counts what is sent
    /// @param markEnd whether a bookmark tells where what exists ends
    /// @param past which of it can still be followed
    void begin(
            WatchMetrics.Told counts, Reader.@Nullable Page existing, boolean markEnd, Past past) {
        counted = counts;
        call.exchange()
                .later(
                        () -> {
                            if (existing != null) {
                                backlog = new Backlog(existing, markEnd);
                            }
                            out.onWritable(this::pump);
                            pump();
                            letGo(past);
                        });
    }

    /// How far back changes can be told.
    ///
    /// @param compacted the oldest revision that can be followed
    record Past(LongSupplier compacted, Ticker ticker) {}

    /// Gives up what existed, while a client takes it slowly, once the changes since are forgotten:
    /// it would keep objects in memory that nobody could follow further. The client is told that
    /// the watch has expired when it reads on.
    private void letGo(Past past) {
        Backlog existing = backlog;
        if (closed || existing == null) {
            return;
        }
        if (past.compacted().getAsLong() > existing.page.revision()) {
            backlog = null;
            return;
        }
        look = past.ticker().schedule(LOOK, () -> call.exchange().later(() -> letGo(past)));
    }

    /// What existed when the watch began, as far as it is not sent yet.
    private static final class Backlog {

        private static final int PER_WRITE = 256;

        private final Reader.Page page;
        private final boolean markEnd;
        private int next;

        Backlog(Reader.Page page, boolean markEnd) {
            this.page = page;
            this.markEnd = markEnd;
        }

        List<WatchFeed.Item> take() {
            List<Entry> entries = page.entries();
            int end = Math.min(entries.size(), next + PER_WRITE);
            List<WatchFeed.Item> items = new ArrayList<>(end - next);
            long bytes = 0;
            while (next < end && bytes < WatchFeed.MOST_BYTES) {
                Entry entry = entries.get(next++);
                items.add(new WatchFeed.Item(WatchFeed.Type.ADDED, entry));
                bytes += entry.bytes().length;
            }
            return items;
        }

        boolean isSent() {
            return next == page.entries().size();
        }
    }

    private void sendExisting(Backlog existing) {
        List<WatchFeed.Item> items = existing.take();
        if (counted != null) {
            counted.existed(items.size());
        }
        send(items);
        if (existing.isSent()) {
            backlog = null;
            if (existing.markEnd) {
                tellBookmark(existing.page.revision(), true);
            }
        }
    }

    private void pump() {
        waiting = false;
        while (!closed && out.isWritable()) {
            Backlog existing = backlog;
            if (existing != null) {
                sendExisting(existing);
                continue;
            }
            if (feed.resource().readsBlock()) {
                prepare();
                return;
            }
            if (!take(feed.poll())) {
                return;
            }
        }
        waiting = true;
    }

    /// Sends what a poll gave; whether to poll again at once.
    private boolean take(WatchFeed.Batch batch) {
        send(batch.items());
        Status failure = batch.failure();
        if (failure != null) {
            if (failure != WatchFeed.RETIRED) {
                out.write(frame(call, "ERROR", Answers.statusJson(failure).toBytes()));
            }
            end();
            return false;
        }
        if (batch.caughtUp()) {
            feed.onReady(this::ready);
            return false;
        }
        return true;
    }

    /// Converts what is new on a thread that may wait, then goes on with the connection's.
    private void prepare() {
        if (closed || preparing || !out.isWritable()) {
            waiting = !preparing;
            return;
        }
        preparing = true;
        Thread.ofVirtual()
                .name("kat-watch")
                .start(
                        () -> {
                            WatchFeed.Batch batch = converted(feed.poll());
                            call.exchange()
                                    .later(
                                            () -> {
                                                preparing = false;
                                                if (take(batch)) {
                                                    prepare();
                                                }
                                            });
                        });
    }

    private WatchFeed.Batch converted(WatchFeed.Batch batch) {
        try {
            feed.resource().prepare(batch.items().stream().map(WatchFeed.Item::entry).toList());
            return batch;
        } catch (StatusException e) {
            return new WatchFeed.Batch(List.of(), e.status(), true);
        }
    }

    private void ready() {
        pacing.pace().ready(this, pacing.watchers().getAsInt());
    }

    /// When something was written the last time.
    long lastWrite() {
        return lastWrite;
    }

    /// Has what is new written by the connection's thread.
    void pumpSoon() {
        call.exchange().later(this::pump);
    }

    private void send(List<WatchFeed.Item> items) {
        if (items.isEmpty()) {
            return;
        }
        lastWrite = pacing.pace().now();
        told = feed.revision();
        WatchMetrics.Told counts = counted;
        if (counts != null) {
            items.forEach(item -> counts.sent(item.entry().bytes().length));
        }
        if (call.type().as().isEmpty()) {
            ProtobufForm protobuf = call.type().isProtobuf() ? feed.resource().protobuf() : null;
            out.write(
                    protobuf == null
                            ? WireForm.frames(feed.resource(), items)
                            : protobuf.frames(items));
            return;
        }
        Resource resource = feed.resource();
        for (WatchFeed.Item item : items) {
            KubeObject object = resource.object(item.entry());
            byte[] shaped = shapes.event(call, resource, object, first);
            first = false;
            out.write(frame(call, item.type().name(), shaped));
        }
    }

    void endAfter(Ticker.Scheduled timer) {
        end = timer;
        if (closed) {
            timer.cancel();
        }
    }

    /// Tells every minute how far the watch is, and once more before it ends.
    ///
    /// @param end in nanoseconds of the ticker
    void bookmarkUntil(long end, Ticker ticker) {
        long left = end - BEFORE_END.toNanos() - ticker.nanos();
        if (closed || left <= 0) {
            return;
        }
        bookmark =
                ticker.schedule(
                        Duration.ofNanos(Math.min(left, BOOKMARK_PERIOD.toNanos())),
                        () -> {
                            call.exchange().later(this::tellProgress);
                            bookmarkUntil(end, ticker);
                        });
    }

    private void tellProgress() {
        long revision = feed.revision();
        if (!waiting && !closed && revision > told) {
            told = revision;
            tellBookmark(revision, false);
        }
    }

    private void tellBookmark(long revision, boolean initialEventsEnd) {
        byte[] object = WatchEndpoint.bookmark(feed.resource(), revision, initialEventsEnd);
        if (!call.type().as().isEmpty()) {
            object = shapes.event(call, feed.resource(), KubeObject.parse(object), first);
        }
        out.write(frame(call, "BOOKMARK", object));
    }

    /// A frame in the form that the call wants.
    static byte[] frame(Call call, String type, byte[] object) {
        byte[] protobuf = call.type().isProtobuf() ? ProtobufObjects.encode(object) : null;
        return protobuf == null ? WireForm.frame(type, object) : ProtobufForm.frame(type, protobuf);
    }

    /// Ends the stream in good order; the client opens it again.
    void end() {
        closed = true;
        out.end();
    }

    void close() {
        closed = true;
        feed.close();
        cancel(end);
        cancel(bookmark);
        cancel(look);
    }

    private static void cancel(Ticker.@Nullable Scheduled timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
