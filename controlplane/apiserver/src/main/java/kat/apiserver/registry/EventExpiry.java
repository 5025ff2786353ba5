package kat.apiserver.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.Threads;
import kat.base.Ticker;
import kat.store.Cause;
import kat.store.Commit;
import kat.store.Entry;
import kat.store.Event;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Store;
import kat.store.StoreException;
import kat.store.Transaction;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;

/// Removes Events an hour after they were last written, as the lease on them does in etcd.
///
/// It sleeps until the oldest Event is due, and looks for new ones at most once a minute.
///
/// **Threads:** one virtual thread of its own between [#start] and [#close].
///
/// **Source:** kube-apiserver's `--event-ttl`, 1h.
public final class EventExpiry implements AutoCloseable {

    static final Duration LIFETIME = Duration.ofHours(1);

    private static final Duration LOOK_PERIOD = Duration.ofMinutes(1);
    private static final Duration RETRY_PERIOD = Duration.ofSeconds(10);
    private static final int PER_POLL = 512;
    private static final System.Logger LOG = System.getLogger(EventExpiry.class.getName());
    private static final Cause CAUSE = Cause.by("system:apiserver");

    private final Store store;
    private final Resource events;
    private final Ticker ticker;
    private final Threads.Permits signal;
    private final SequencedMap<String, Due> due = new LinkedHashMap<>(); // soonest first
    private @Nullable Watch watch;
    private Ticker.@Nullable Scheduled timer;
    private volatile Threads.@Nullable Running thread;

    /// @param events the kind Event in the form in which it is stored
    public EventExpiry(Store store, Resource events, Ticker ticker) {
        this.store = store;
        this.events = events;
        this.ticker = ticker;
        this.signal = ticker.threads().permits(0);
    }

    private record Due(long modRevision, Instant at) {}

    public void start() {
        thread = ticker.threads().start("kat-event-expiry", this::run);
    }

    private void run() {
        try {
            while (true) {
                turn();
                signal.acquire();
                signal.drain();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            Watch open = watch;
            if (open != null) {
                open.close();
            }
        }
    }

    /// Takes in what is new, and removes what is due.
    void turn() {
        try {
            Watch open = watch;
            if (open == null || !follow(open)) {
                open = begin();
                watch = open;
            }
            expire();
            open.onReady(() -> wakeIn(LOOK_PERIOD));
            if (!due.isEmpty()) {
                Duration wait = Duration.between(ticker.now(), due.firstEntry().getValue().at());
                Ticker.Scheduled before = timer;
                if (before != null) {
                    before.cancel();
                }
                timer = ticker.schedule(wait.isPositive() ? wait : Duration.ZERO, signal::release);
            }
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.WARNING, "events are not expired for now", e);
            wakeIn(RETRY_PERIOD);
        }
    }

    private void wakeIn(Duration wait) {
        Ticker.Scheduled unused = ticker.schedule(wait, signal::release);
    }

    /// Reads what there is, the oldest first.
    private Watch begin() {
        due.clear();
        Range range = store.range(RangeQuery.latest(events.keys("")));
        record Found(Entry entry, Instant written) {}
        List<Found> found = new ArrayList<>();
        for (Entry entry : range.entries()) {
            found.add(new Found(entry, lastWritten(events.object(entry))));
        }
        found.sort(Comparator.comparing(Found::written));
        for (Found one : found) {
            due.put(
                    one.entry().key(),
                    new Due(one.entry().modRevision(), one.written().plus(LIFETIME)));
        }
        return store.watch(new WatchQuery(events.keys(""), range.revision()));
    }

    /// The latest time that an Event tells.
    private Instant lastWritten(KubeObject event) {
        Instant created = event.creationTimestamp();
        Instant latest = created == null ? ticker.now() : created;
        for (JsonObject entry : event.metadata().array("managedFields").objects()) {
            Instant time = time(entry.string("time"), latest);
            latest = time.isAfter(latest) ? time : latest;
        }
        return latest;
    }

    private static Instant time(String text, Instant absent) {
        try {
            return text.isEmpty() ? absent : Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            return absent;
        }
    }

    /// Takes in what was written since.
    ///
    /// @return false when the watch has fallen behind
    private boolean follow(Watch open) {
        Instant at = ticker.now().plus(LIFETIME);
        while (true) {
            switch (open.poll(PER_POLL)) {
                case Watch.Events(List<Event> changes, long _) -> {
                    if (changes.isEmpty()) {
                        return true;
                    }
                    changes.forEach(change -> written(change, at));
                }
                case Watch.FellBehind _, Watch.Ended _ -> {
                    open.close();
                    return false;
                }
            }
        }
    }

    private void written(Event change, Instant at) {
        Entry entry = change.entry();
        due.remove(entry.key());
        if (change.type() != Event.Type.DELETE) {
            due.put(entry.key(), new Due(entry.modRevision(), at));
        }
    }

    private void expire() {
        Instant now = ticker.now();
        while (!due.isEmpty()) {
            Map.Entry<String, Due> oldest = due.firstEntry();
            if (oldest.getValue().at().isAfter(now)) {
                return;
            }
            long revision = oldest.getValue().modRevision();
            Commit unused = store.commit(Transaction.delete(oldest.getKey(), revision, CAUSE));
            due.remove(oldest.getKey());
        }
    }

    @Override
    public void close() {
        Threads.Running running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
