package kat.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A cursor over one topic, skipping the keys outside its range.
final class HistoryWatch implements Watch {

    private final Memory memory;
    private final Topic topic;
    private final KeyRange keys;
    private final EventLog.Cursor cursor; // consumer only
    private long revision; // consumer only
    private volatile boolean isClosed;

    HistoryWatch(Memory memory, Topic topic, WatchQuery query) {
        this.memory = memory;
        this.topic = topic;
        this.keys = query.keys();
        this.cursor = topic.log().cursorAfter(query.after());
        this.revision = query.after();
    }

    @Override
    public Polled poll(int max, long maxBytes) {
        if (isClosed || memory.isClosed()) {
            return new Ended();
        }
        long visible = memory.revision();
        if (isBeforeGap()) {
            return new FellBehind(memory.compactedRevision());
        }
        List<Event> events = new ArrayList<>();
        long bytes = 0;
        Event next = next(visible);
        while (next != null && events.size() < max && bytes < maxBytes) {
            if (keys.contains(next.key())) {
                events.add(next);
                bytes += next.entry().bytes().length;
            }
            cursor.advance();
            revision = next.revision() - 1; // until it shows that it has no further event
            next = next(visible);
        }
        if (cursor.isBehind() && events.isEmpty()) {
            return new FellBehind(memory.compactedRevision());
        }
        if (!cursor.isBehind()) {
            revision = Math.max(revision, next == null ? visible : next.revision() - 1);
        }
        return new Events(events, revision);
    }

    @Override
    public void onReady(Runnable callback) {
        topic.await(this, callback);
        boolean isOver = isClosed || memory.isClosed() || isBeforeGap();
        if (isOver || next(memory.revision()) != null || cursor.isBehind()) {
            topic.wake(this);
        }
    }

    @Override
    public long revision() {
        long visible = memory.revision();
        if (next(visible) == null && !cursor.isBehind() && !isBeforeGap()) {
            revision = Math.max(revision, visible);
        }
        return revision;
    }

    @Override
    public void close() {
        isClosed = true;
        topic.wake(this);
    }

    /// Whether changes of any key were missed that this watch had not given.
    private boolean isBeforeGap() {
        return revision < memory.gap();
    }

    /// The next event that readers may see.
    private @Nullable Event next(long visible) {
        Event event = cursor.peek();
        return event != null && event.revision() <= visible ? event : null;
    }
}
