package kat.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.store.Cause;
import kat.store.Mirror;
import kat.store.Seal;
import kat.store.SealException;
import kat.store.StoreException;
import org.jspecify.annotations.Nullable;

/// Keeps the mirror at etcd's heels: reads all there is, then follows etcd's watch, for good.
///
/// ```
/// load → watch after the mirror's revision ⟲ on any failure, with a pause
///              └ etcd compacted what was missed → load anew → watch
/// ```
///
/// **Threads:** [#start] and [#close] by the owner; watches call one after the other.
final class Feed {

    private static final Logger LOG = System.getLogger(Feed.class.getName());
    private static final int PAGE = 500; // keys
    private static final Duration PAUSE = Duration.ofMillis(200); // before a watch is opened anew

    private final EtcdConfig config;
    private final Seal seal;
    private final Endpoints endpoints;
    private final Calls calls;
    private final Ticker ticker;
    private final Mirror mirror;
    private final Sent sent = new Sent();
    private final Recent recent = new Recent();
    private final Waiters waiters;
    private final Object lock = new Object();
    private @Nullable WatchStream stream; // guarded by lock
    private boolean isClosed; // guarded by lock
    private boolean isHalted; // guarded by lock
    private volatile boolean isCutOff;

    Feed(EtcdConfig config, Seal seal, Endpoints endpoints, Calls calls, Ticker ticker) {
        this.seal = seal;
        this.config = config;
        this.endpoints = endpoints;
        this.calls = calls;
        this.ticker = ticker;
        this.mirror = new Mirror(config.mirror());
        this.waiters = new Waiters(ticker);
    }

    Mirror mirror() {
        return mirror;
    }

    Sent sent() {
        return sent;
    }

    /// @throws kat.store.StoreUnavailableException when etcd does not answer in time
    /// @throws SealException when a value cannot be opened
    void start() throws SealException {
        Loaded loaded = load(Deadline.in(config.timing().start(), ticker));
        mirror.load(loaded.rows(), loaded.revision());
        waiters.reach(loaded.revision());
        open();
    }

    /// Waits until the mirror has come to `revision`.
    ///
    /// @return whether it did in time
    boolean await(long revision, Deadline deadline) {
        return waiters.await(revision, deadline);
    }

    /// What `revision` changed, once the mirror has come to it.
    List<kat.store.Event> eventsOf(long revision) {
        List<kat.store.Event> known = recent.of(revision);
        return known == null ? Histories.eventsOf(mirror, revision) : known;
    }

    private record Loaded(List<Mirror.Written> rows, long revision) {}

    private Loaded load(Deadline deadline) throws SealException {
        List<Mirror.Written> rows = new ArrayList<>();
        ByteString from = config.keys().from();
        long revision = 0;
        while (true) {
            RangeRequest request =
                    RangeRequest.newBuilder()
                            .setKey(from)
                            .setRangeEnd(config.keys().to())
                            .setLimit(PAGE)
                            .setRevision(revision)
                            .build();
            RangeResponse page = calls.ask(KVGrpc.getRangeMethod(), request, deadline);
            if (revision == 0) {
                revision = page.getHeader().getRevision();
            }
            for (KeyValue row : page.getKvsList()) {
                Mirror.Written written = written(row);
                if (written != null) {
                    rows.add(written);
                }
            }
            if (!page.getMore()) {
                return new Loaded(rows, revision);
            }
            from =
                    page.getKvs(page.getKvsCount() - 1)
                            .getKey()
                            .concat(ByteString.copyFrom(new byte[1]));
        }
    }

    /// Null for what is kept beside the store's keys.
    private Mirror.@Nullable Written written(KeyValue row) throws SealException {
        String key = config.keys().toStore(row.getKey());
        if (key == null) {
            return null;
        }
        StoredValue stored = sent.value(key, row.getValue(), seal);
        return new Mirror.Written(
                key,
                stored.value(),
                row.getCreateRevision(),
                row.getModRevision(),
                row.getVersion(),
                stored.cause());
    }

    private void open() {
        synchronized (lock) {
            if (isClosed || isHalted) {
                return;
            }
            Endpoints.Choice choice = endpoints.choose();
            stream =
                    WatchStream.open(
                            choice, config.keys(), mirror.revision() + 1, new Listener(choice));
        }
    }

    /// Starts again after a pause.
    private void again(Runnable what) {
        ticker.schedule(PAUSE, () -> Thread.ofVirtual().name("kat-etcd-feed").start(what));
    }

    private void rebuild() {
        try {
            Loaded loaded = load(Deadline.in(config.timing().request(), ticker));
            mirror.replace(loaded.rows(), loaded.revision());
            waiters.reach(loaded.revision());
            LOG.log(
                    Level.WARNING,
                    "etcd compacted changes that were missed, all were read again revision={0}",
                    Long.toString(loaded.revision()));
        } catch (StoreException | SealException e) {
            LOG.log(Level.WARNING, "etcd cannot be read reason={0}", e.getMessage());
            again(this::rebuild);
            return;
        }
        open();
    }

    /// Tells the mirror what a watch told.
    private void tell(List<Event> events) throws SealException {
        if (events.isEmpty()) {
            return;
        }
        Map<Long, Cause> causes = causesOfDeletes(events);
        List<Mirror.Fact> facts = new ArrayList<>(events.size());
        for (Event event : events) {
            Mirror.Fact fact = fact(event, causes);
            if (fact != null) {
                facts.add(fact);
            }
        }
        long revision = events.getLast().getKv().getModRevision();
        remember(mirror.tell(facts, revision));
        waiters.reach(revision);
    }

    private void remember(List<kat.store.Event> made) {
        int from = 0;
        for (int i = 1; i <= made.size(); i++) {
            long revision = made.get(from).revision();
            if (i == made.size() || made.get(i).revision() != revision) {
                recent.add(revision, List.copyOf(made.subList(from, i)));
                from = i;
            }
        }
    }

    private Map<Long, Cause> causesOfDeletes(List<Event> events) {
        Map<Long, Cause> causes = new HashMap<>();
        ByteString place = config.keys().kept(Commits.CAUSE);
        for (Event event : events) {
            KeyValue row = event.getKv();
            if (row.getKey().equals(place) && event.getType() == Event.EventType.PUT) {
                causes.put(row.getModRevision(), StoredValue.decodeCause(row.getValue()));
            }
        }
        return causes;
    }

    private Mirror.@Nullable Fact fact(Event event, Map<Long, Cause> causes) throws SealException {
        KeyValue row = event.getKv();
        if (event.getType() != Event.EventType.DELETE) {
            return written(row);
        }
        String key = config.keys().toStore(row.getKey());
        long revision = row.getModRevision();
        Cause cause = causes.getOrDefault(revision, Cause.by("etcd"));
        return key == null ? null : new Mirror.Removed(key, revision, cause);
    }

    /// What a watch tells, from its opening to its end.
    private final class Listener implements WatchStream.Listener {

        private final Endpoints.Choice choice;

        Listener(Endpoints.Choice choice) {
            this.choice = choice;
        }

        /// What cannot be opened is asked for again and again until its key is known, since
        /// readers may not be told that it is not there.
        @Override
        public void told(WatchResponse response) {
            if (isCutOff) {
                isCutOff = false;
                LOG.log(Level.INFO, "etcd is watched again endpoint={0}", choice.address());
            }
            try {
                tell(response.getEventsList());
            } catch (SealException e) {
                LOG.log(
                        Level.ERROR,
                        "a value from etcd cannot be opened, reads wait reason={0}",
                        e.getMessage());
                interrupt();
                again(Feed.this::resume);
            }
        }

        @Override
        public void compacted() {
            again(Feed.this::rebuild);
        }

        @Override
        public void ended(Status status) {
            synchronized (lock) {
                if (isClosed) {
                    return;
                }
            }
            if (!isCutOff) {
                isCutOff = true;
                LOG.log(
                        Level.WARNING,
                        "etcd is not watched any more, trying again endpoint={0} reason={1}",
                        choice.address(),
                        Failures.words(status));
            }
            endpoints.failed(choice);
            again(Feed.this::open);
        }
    }

    /// Stops watching until [#resume], as when the network is cut.
    void interrupt() {
        synchronized (lock) {
            isHalted = true;
            if (stream != null) {
                stream.close();
            }
        }
    }

    void resume() {
        synchronized (lock) {
            isHalted = false;
        }
        open();
    }

    void close() {
        synchronized (lock) {
            isClosed = true;
            if (stream != null) {
                stream.close();
            }
        }
        mirror.close();
        waiters.close();
    }
}
