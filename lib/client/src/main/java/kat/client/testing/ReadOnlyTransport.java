package kat.client.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.ObjectList;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WatchEvent;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.client.Written;
import org.jspecify.annotations.Nullable;

/// An API whose objects a test puts and removes, for components that only list and watch. Selectors
/// are not looked at; every write through the role fails.
///
/// **Threads:** any.
public final class ReadOnlyTransport implements Transport {

    private final Map<Kind, TreeMap<ObjectKey, KubeObject>> objects = new HashMap<>(); // by this
    private final List<Change> history = new ArrayList<>(); // guarded by this
    private final List<OpenWatch> watches = new CopyOnWriteArrayList<>();

    private record Change(Kind kind, long revision, WatchEvent event) {}

    /// Puts an object with the next revision as its resourceVersion and tells the watches.
    public synchronized KubeObject put(Kind kind, KubeObject object) {
        long revision = history.size() + 1L;
        KubeObject stored =
                object.withMetadata(
                        metadata -> metadata.with("resourceVersion", Json.of("" + revision)));
        Map<ObjectKey, KubeObject> all = of(kind);
        boolean isNew = all.put(stored.key(), stored) == null;
        publish(
                new Change(
                        kind,
                        revision,
                        isNew ? new WatchEvent.Added(stored) : new WatchEvent.Modified(stored)));
        return stored;
    }

    /// Removes an object that is there and tells the watches; gives the revision of that.
    public synchronized long remove(Kind kind, ObjectKey key) {
        KubeObject last = Objects.requireNonNull(of(kind).remove(key), key.toString());
        long revision = history.size() + 1L;
        KubeObject gone =
                last.withMetadata(
                        metadata -> metadata.with("resourceVersion", Json.of("" + revision)));
        publish(new Change(kind, revision, new WatchEvent.Deleted(gone)));
        return revision;
    }

    @Override
    public synchronized KubeObject get(Kind kind, ObjectKey key) {
        return Objects.requireNonNull(of(kind).get(key), key.toString());
    }

    @Override
    public synchronized ObjectList list(Kind kind, ListQuery query) {
        return new ObjectList(List.copyOf(of(kind).values()), history.size(), "");
    }

    @Override
    public synchronized WatchStream watch(Kind kind, WatchQuery query) {
        OpenWatch watch = new OpenWatch(kind);
        for (Change change : history) {
            if (change.revision() > query.afterRevision()) {
                watch.offer(change);
            }
        }
        watches.add(watch);
        return watch;
    }

    @Override
    public Written create(Kind kind, KubeObject object, WriteOptions options) {
        throw readOnly();
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        throw readOnly();
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        throw readOnly();
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("this API is only read");
    }

    private Map<ObjectKey, KubeObject> of(Kind kind) {
        return objects.computeIfAbsent(kind, _ -> new TreeMap<>());
    }

    private void publish(Change change) {
        history.add(change);
        watches.forEach(watch -> watch.offer(change));
    }

    private final class OpenWatch implements WatchStream {

        private final Kind kind;
        private final LinkedBlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        private volatile boolean closed;

        OpenWatch(Kind kind) {
            this.kind = kind;
        }

        void offer(Change change) {
            if (change.kind().equals(kind)) {
                events.add(change.event());
            }
        }

        @Override
        public @Nullable WatchEvent next(Duration timeout) throws InterruptedException {
            return closed ? null : events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public boolean isOver() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            watches.remove(this);
        }
    }
}
