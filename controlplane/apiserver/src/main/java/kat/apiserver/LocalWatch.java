package kat.apiserver;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WatchFeed;
import kat.base.Threads;
import kat.client.WatchEvent;
import kat.client.WatchStream;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// A watch by a component in the server's process.
///
/// **Threads:** as [WatchStream].
final class LocalWatch implements WatchStream {

    private final WatchFeed feed;
    private final Queue<WatchEvent> ready = new ArrayDeque<>();
    private final Threads.Permits woken;
    private volatile boolean over;

    LocalWatch(WatchFeed feed, Reader.@Nullable Page existing, Threads threads) {
        this.woken = threads.permits(0);
        this.feed = feed;
        if (existing != null) {
            for (Entry entry : existing.entries()) {
                ready.add(new WatchEvent.Added(feed.resource().object(entry)));
            }
            ready.add(new WatchEvent.Bookmark(existing.revision()));
        }
    }

    @Override
    public @Nullable WatchEvent next(Duration timeout) throws InterruptedException {
        boolean waited = false;
        while (!over || !ready.isEmpty()) {
            WatchEvent event = ready.poll();
            if (event != null) {
                return event;
            }
            if (fill()) {
                continue;
            }
            if (waited) {
                return null;
            }
            feed.onReady(woken::release);
            waited = !woken.tryAcquire(timeout);
            woken.drain();
        }
        return null;
    }

    /// Whether there is something to give or the stream has ended.
    private boolean fill() {
        WatchFeed.Batch batch = feed.poll();
        Resource resource = feed.resource();
        for (WatchFeed.Item item : batch.items()) {
            ready.add(event(resource, item));
        }
        if (batch.failure() != null) {
            ready.add(new WatchEvent.Failed(batch.failure()));
            over = true;
        }
        return !batch.caughtUp() || over;
    }

    private static WatchEvent event(Resource resource, WatchFeed.Item item) {
        return switch (item.type()) {
            case ADDED -> new WatchEvent.Added(resource.object(item.entry()));
            case MODIFIED -> new WatchEvent.Modified(resource.object(item.entry()));
            case DELETED -> new WatchEvent.Deleted(resource.object(item.entry()));
        };
    }

    @Override
    public boolean isOver() {
        return over && ready.isEmpty();
    }

    @Override
    public void close() {
        over = true;
        feed.close();
        woken.release();
    }
}
