package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kat.api.KubeObject;
import kat.api.Status;
import kat.store.CompactedException;
import kat.store.Entry;
import kat.store.Event;
import kat.store.FutureRevisionException;
import kat.store.Store;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;

/// One watch of one resource: the store's changes as a client that sees only a part sees them. An
/// object that begins to match the filter is added, one that ceases to is deleted.
///
/// **Threads:** as [Watch].
public final class WatchFeed implements AutoCloseable {

    /// Ends a feed whose resource is no longer served, or differently: the watcher begins again.
    public static final Status RETIRED =
            Status.expired("The definition of the resource has changed.");

    private static final int PER_POLL = 512;

    /// After so many bytes a poll takes no more: they are kept until a slow client has read them.
    public static final int MOST_BYTES = 1 << 20;

    private final Resource resource;
    private final @Nullable Predicate<KubeObject> filter;
    private final Watch watch;
    private volatile boolean retired;
    private volatile Runnable waiting = () -> {};

    /// How a change looks to the watcher.
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }

    /// One change.
    public record Item(Type type, Entry entry) {}

    /// What a poll gave.
    ///
    /// @param failure why the feed has ended; null while it goes on
    /// @param caughtUp whether nothing more is there for now
    public record Batch(List<Item> items, @Nullable Status failure, boolean caughtUp) {}

    private WatchFeed(Resource resource, @Nullable Predicate<KubeObject> filter, Watch watch) {
        this.resource = resource;
        this.filter = filter;
        this.watch = watch;
    }

    /// Begins after a revision.
    ///
    /// @param namespace empty for all
    /// @throws kat.api.StatusException when that revision is too old or not reached
    public static WatchFeed open(
            Store store,
            Resource resource,
            String namespace,
            @Nullable Predicate<KubeObject> filter,
            long after) {
        try {
            Watch watch = store.watch(new WatchQuery(resource.keys(namespace), after));
            WatchFeed feed = new WatchFeed(resource, filter, watch);
            resource.watched(feed);
            return feed;
        } catch (CompactedException e) {
            throw ListFailures.watchExpired(after, e.compactedRevision()).asException();
        } catch (FutureRevisionException e) {
            throw ListFailures.tooLarge(after, e.revision()).asException();
        }
    }

    public Batch poll() {
        return switch (watch.poll(PER_POLL, MOST_BYTES)) {
            case Watch.Events(List<Event> events, long _) -> batch(events);
            case Watch.FellBehind(long oldest) ->
                    new Batch(List.of(), ListFailures.watchExpired(watch.revision(), oldest), true);
            case Watch.Ended() ->
                    new Batch(
                            List.of(),
                            retired ? RETIRED : Status.serviceUnavailable("the server stops"),
                            true);
        };
    }

    private Batch batch(List<Event> events) {
        if (events.isEmpty()) {
            return new Batch(List.of(), retired ? RETIRED : null, true);
        }
        List<Item> items = new ArrayList<>(events.size());
        for (Event event : events) {
            Item item = filter == null ? plain(event) : filtered(event, filter);
            if (item != null) {
                items.add(item);
            }
        }
        return new Batch(items, null, false);
    }

    private static Item plain(Event event) {
        if (event.type() == Event.Type.DELETE) {
            return new Item(Type.DELETED, event.entry());
        }
        return new Item(event.previous() == null ? Type.ADDED : Type.MODIFIED, event.entry());
    }

    private @Nullable Item filtered(Event event, Predicate<KubeObject> wanted) {
        Entry previous = event.previous();
        boolean before = previous != null && wanted.test(resource.object(previous));
        if (event.type() == Event.Type.DELETE) {
            return before ? new Item(Type.DELETED, event.entry()) : null;
        }
        boolean now = wanted.test(resource.object(event.entry()));
        if (now) {
            return new Item(before ? Type.MODIFIED : Type.ADDED, event.entry());
        }
        return before ? new Item(Type.DELETED, event.entry()) : null;
    }

    /// @param toItsEnd whether the watcher is given what changed until now before it ends
    void retire(boolean toItsEnd) {
        retired = true;
        if (toItsEnd) {
            waiting.run();
        } else {
            watch.close();
        }
    }

    /// As [Watch#onReady]; the callback may be called twice.
    public void onReady(Runnable callback) {
        waiting = callback;
        watch.onReady(callback);
        if (retired) {
            callback.run();
        }
    }

    /// The revision up to which everything was given.
    public long revision() {
        return watch.revision();
    }

    public Resource resource() {
        return resource;
    }

    @Override
    public void close() {
        resource.unwatched(this);
        watch.close();
    }
}
