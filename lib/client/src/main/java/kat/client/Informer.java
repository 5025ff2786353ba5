package kat.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.Watermark;
import org.jspecify.annotations.Nullable;

/// Keeps all objects of one kind in memory, as last seen, and tells handlers of each change: lists
/// once, then watches; lists again when the watch fell too far behind.
///
/// Handlers run in the informer's thread, one after another, and must be short: enqueue a key. A
/// handler that is added late is told of all known objects first.
///
/// **Threads:** any.
public final class Informer implements AutoCloseable {

    /// How long one wait for the next message lasts; waking up costs nothing noticeable.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    private static final Logger LOG = System.getLogger("kat.client.informer");

    /// Is told of each change; `before` is null for a new object, `after` for one that is gone.
    @FunctionalInterface
    public interface Handler {
        void changed(@Nullable KubeObject before, @Nullable KubeObject after);
    }

    private final Transport transport;
    private final Kind kind;
    private final ListQuery scope;
    private final Ticker ticker;
    private final ObjectCache cache = new ObjectCache();
    private final List<Handler> handlers = new CopyOnWriteArrayList<>();
    private final Watermark seen; // the revision up to which everything was seen
    private final Object delivery = new Object();
    private Threads.@Nullable Running thread; // guarded by this
    private volatile @Nullable WatchStream stream;
    private volatile boolean closed;

    public Informer(Transport transport, Kind kind, Ticker ticker) {
        this(transport, kind, ListQuery.ALL, ticker);
    }

    /// @param scope which objects of the kind; without limit
    public Informer(Transport transport, Kind kind, ListQuery scope, Ticker ticker) {
        this.transport = transport;
        this.kind = kind;
        this.scope = scope;
        this.ticker = ticker;
        this.seen = new Watermark(ticker.threads());
    }

    public Kind kind() {
        return kind;
    }

    /// Starts to list and watch; a second call does nothing.
    public synchronized void start() {
        if (thread == null && !closed) {
            thread = ticker.threads().start("informer " + kind.plural(), this::run);
        }
    }

    /// Adds a handler and tells it of every object known so far.
    public void addHandler(Handler handler) {
        synchronized (delivery) {
            for (KubeObject object : cache.list("")) {
                handler.changed(null, object);
            }
            handlers.add(handler);
        }
    }

    public void addIndexes(List<Index> indexes) {
        synchronized (delivery) {
            cache.addIndexes(indexes);
        }
    }

    public @Nullable KubeObject get(ObjectKey key) {
        return cache.get(key);
    }

    /// @param namespace empty for all
    public List<KubeObject> list(String namespace) {
        return cache.list(namespace);
    }

    /// @throws IllegalStateException when the index was never added
    public Collection<KubeObject> indexed(Index index, String value) {
        return cache.indexed(index, value);
    }

    /// @return whether all objects had been seen before the time was over
    public boolean awaitSynced(Duration timeout) throws InterruptedException {
        return seen.await(0, timeout);
    }

    /// Waits until every change up to `wanted` was seen: a caller reads its own writes.
    ///
    /// @return whether that was so before the time was over
    public boolean awaitRevision(long wanted, Duration timeout) throws InterruptedException {
        return seen.await(wanted, timeout);
    }

    @Override
    public void close() {
        closed = true;
        seen.close();
        WatchStream open = stream;
        if (open != null) {
            open.close();
        }
        Threads.Running running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        Duration backoff = FIRST_BACKOFF;
        while (!closed) {
            try {
                listAndWatch();
                backoff = FIRST_BACKOFF;
            } catch (StatusException e) {
                LOG.log(Level.WARNING, "watch failed resource={0} error={1}", kind, e.getMessage());
                backoff = pause(backoff);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Duration pause(Duration backoff) throws StatusException {
        try {
            ticker.sleep(backoff);
        } catch (InterruptedException e) {
            closed = true;
        }
        Duration doubled = backoff.multipliedBy(2);
        return doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
    }

    private void listAndWatch() throws InterruptedException {
        ObjectList list = transport.list(kind, scope);
        replace(list.items());
        seen.raise(list.revision());
        long from = list.revision();
        while (!closed) {
            try (WatchStream opened = transport.watch(kind, query(from))) {
                stream = opened;
                from = follow(opened, from);
            }
            if (from < 0) {
                return;
            }
        }
    }

    private WatchQuery query(long after) {
        return new WatchQuery(
                scope.namespace(), scope.labelSelector(), scope.fieldSelector(), after);
    }

    /// Reads a stream to its end and gives back where to go on; negative when a new list is needed.
    private long follow(WatchStream opened, long start) throws InterruptedException {
        long from = start;
        while (!closed) {
            WatchEvent event = opened.next(PATIENCE);
            if (event == null) {
                if (opened.isOver()) {
                    return from;
                }
                continue;
            }
            switch (event) {
                case WatchEvent.Added(KubeObject object) -> from = put(object);
                case WatchEvent.Modified(KubeObject object) -> from = put(object);
                case WatchEvent.Deleted(KubeObject object) -> from = remove(object);
                case WatchEvent.Bookmark(long reached) -> from = reached;
                case WatchEvent.Failed(var status) -> {
                    if (status.code() == 410) {
                        return -1;
                    }
                    throw status.asException();
                }
            }
            seen.raise(from);
        }
        return from;
    }

    private long put(KubeObject object) {
        synchronized (delivery) {
            KubeObject before = cache.put(object);
            tell(before, object);
        }
        return object.revision();
    }

    private long remove(KubeObject object) {
        synchronized (delivery) {
            KubeObject before = cache.remove(object.key());
            tell(before == null ? object : before, null);
        }
        return object.revision();
    }

    private void replace(List<KubeObject> items) {
        synchronized (delivery) {
            Set<ObjectKey> kept = new HashSet<>();
            for (KubeObject object : items) {
                kept.add(object.key());
                KubeObject before = cache.put(object);
                if (before == null || before.revision() != object.revision()) {
                    tell(before, object);
                }
            }
            for (KubeObject known : new ArrayList<>(cache.list(""))) {
                if (!kept.contains(known.key())) {
                    cache.remove(known.key());
                    tell(known, null);
                }
            }
        }
    }

    /// An object in the place of another of its name is told as what it is: one went, one came.
    private void tell(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (before != null && after != null && !before.uid().equals(after.uid())) {
            tell(before, null);
            tell(null, after);
            return;
        }
        for (Handler handler : handlers) {
            handler.changed(before, after);
        }
    }
}
