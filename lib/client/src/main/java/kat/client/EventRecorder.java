package kat.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.base.Threads;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Writes Events without holding up who records them; an Event that was written before is counted
/// up, and one source tells no more of an object than [EventCorrelator] lets it. Events are
/// advice for people: when too many wait, further ones are dropped, and the log says so.
///
/// **Threads:** any.
///
/// **Source:** client-go `tools/record` and `tools/events`.
public final class EventRecorder implements AutoCloseable {

    private static final int MOST_WAITING = 8192;
    private static final int MOST_REMEMBERED = 4096;

    /// Half of the time after which the server forgets an Event.
    private static final Duration REFRESH = Duration.ofMinutes(30);

    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final Logger LOG = System.getLogger("kat.client.events");

    private final Transport transport;
    private final Ticker ticker;
    private final EventForm form;
    private final String component;
    private final Queue<Pending> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Threads.Permits takable; // one for each that waits
    private final Map<Change.Emit, Known> known = new LinkedHashMap<>(); // the writer's alone
    private final EventCorrelator correlator = new EventCorrelator(); // the writer's alone
    private Threads.@Nullable Running writer; // guarded by this
    private long lastStamp; // the writer's alone
    private Instant refreshed; // the writer's alone
    private Instant looked; // the writer's alone
    private boolean owes; // counts that are to be told later; the writer's alone

    private record Pending(Change.Emit emit, Instant when) {

        /// The same, told for all that are like it.
        Pending combined() {
            String message = EventCorrelator.COMBINED + emit.message();
            return new Pending(
                    new Change.Emit(emit.regarding(), emit.type(), emit.reason(), message), when);
        }
    }

    /// @param count how often it happened, of which the server knows `told`
    private record Known(ObjectKey key, long count, long told, Instant last) {

        Known again(Instant when) {
            return new Known(key, count + 1, told, when);
        }

        Known toldOf() {
            return new Known(key, count, count, last);
        }

        boolean isTold() {
            return told == count;
        }
    }

    /// @param component the Event's source, for example `deployment-controller`
    /// @param host the node that it comes from; empty for none
    public EventRecorder(Transport transport, Ticker ticker, String component, String host) {
        this(transport, ticker, component, new EventForm.Counted(component, host));
    }

    private EventRecorder(Transport transport, Ticker ticker, String component, EventForm form) {
        this.transport = transport;
        this.ticker = ticker;
        this.takable = ticker.threads().permits(0);
        this.component = component;
        this.form = form;
        this.refreshed = ticker.now();
        this.looked = refreshed;
    }

    /// A recorder whose Events have the form of `events.k8s.io`.
    ///
    /// @param component for example `default-scheduler`
    /// @param instance of it, which differs between machines
    public static EventRecorder ofSeries(
            Transport transport, Ticker ticker, String component, String instance) {
        EventForm form = new EventForm.Series(component, instance);
        return new EventRecorder(transport, ticker, component, form);
    }

    public synchronized void start() {
        if (writer == null) {
            writer = ticker.threads().start("events of " + component, this::run);
        }
    }

    /// Takes an Event to be written soon.
    public void record(Change.Emit emit) {
        if (waiting.offer(new Pending(emit, ticker.now()))) {
            takable.release();
        } else {
            LOG.log(
                    Level.WARNING,
                    "event dropped reason={0} waiting={1}",
                    emit.reason(),
                    MOST_WAITING);
        }
    }

    @Override
    public void close() {
        Threads.Running running;
        synchronized (this) {
            running = writer;
        }
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                if (owes) {
                    boolean unused = takable.tryAcquire(LOOK);
                } else {
                    takable.acquire();
                }
                writeNext();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Writes the one that waited longest, and counts that are due; the writer's alone.
    void writeNext() {
        Pending next = waiting.poll();
        if (next != null) {
            write(next);
        }
        tellCounts();
    }

    private void write(Pending recorded) {
        Change.Emit emit = recorded.emit();
        boolean isCombined = form.isLimited() && correlator.combines(emit, recorded.when());
        Change.Emit same = isCombined ? EventCorrelator.group(emit) : form.likeness(emit);
        Pending pending = isCombined ? recorded.combined() : recorded;
        Known before = known.get(same);
        if (form.isLimited() && !correlator.admits(emit, recorded.when())) {
            if (before != null) {
                remember(same, before.again(recorded.when()));
            }
            return;
        }
        boolean goesOn = before != null && form.goesOn(before.last(), pending.when());
        if (before != null && !goesOn) {
            boolean unused = tellCount(same, before);
        }
        Known again = before == null || !goesOn ? null : before.again(pending.when());
        if (again != null && !form.isToldAtOnce(again.count())) {
            remember(same, again);
            return;
        }
        try {
            if (again != null && countUp(pending.emit(), again)) {
                remember(same, again.toldOf());
                return;
            }
            KubeObject event = event(pending);
            transport.create(form.kind(), event, WriteOptions.by(component));
            remember(same, new Known(event.key(), 1, 1, pending.when()));
        } catch (StatusException e) {
            log(pending.emit(), e);
        }
    }

    private static void log(Change.Emit emit, StatusException failure) {
        boolean expected = failure.is("NotFound") || failure.is("Forbidden");
        LOG.log(
                expected ? Level.DEBUG : Level.WARNING,
                "event not written reason={0} error={1}",
                emit.reason(),
                failure.getMessage());
    }

    /// Tells counts of series that ended, and of others often enough to be kept by the server.
    private void tellCounts() {
        Instant now = ticker.now();
        if (!owes || now.isBefore(looked.plus(LOOK))) {
            return;
        }
        looked = now;
        boolean refreshes = !now.isBefore(refreshed.plus(REFRESH));
        if (refreshes) {
            refreshed = now;
        }
        owes = false;
        for (Map.Entry<Change.Emit, Known> each : List.copyOf(known.entrySet())) {
            Known event = each.getValue();
            boolean isDue = refreshes || !form.goesOn(event.last(), now);
            if (!event.isTold() && isDue) {
                if (tellCount(each.getKey(), event)) {
                    known.replace(each.getKey(), event.toldOf());
                } else {
                    known.remove(each.getKey());
                }
            }
            owes |= !event.isTold() && !isDue;
        }
    }

    /// @return whether the Event is still there, as far as is known
    private boolean tellCount(Change.Emit emit, Known event) {
        try {
            return event.isTold() || countUp(emit, event);
        } catch (StatusException e) {
            log(emit, e);
            return true;
        }
    }

    /// @return whether it goes on with an Event that was still there
    private boolean countUp(Change.Emit emit, Known event) {
        Patch patch = Patch.merge(form.again(emit, event.count(), event.last()));
        try {
            transport.patch(form.kind(), event.key(), patch, WriteOptions.by(component));
            return true;
        } catch (StatusException e) {
            if (e.is("NotFound")) {
                return false;
            }
            throw e;
        }
    }

    private void remember(Change.Emit emit, Known event) {
        known.remove(emit);
        known.put(emit, event);
        owes |= !form.isLimited() && !event.isTold();
        if (known.size() > MOST_REMEMBERED) {
            known.remove(known.keySet().iterator().next());
        }
    }

    private KubeObject event(Pending pending) {
        Change.Emit emit = pending.emit();
        ObjectKey about = emit.regarding().key();
        String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
        lastStamp =
                Math.max(lastStamp + 1, ChronoUnit.NANOS.between(Instant.EPOCH, pending.when()));
        String name = about.name() + "." + Long.toHexString(lastStamp);
        JsonObject metadata =
                JsonObject.builder().put("name", name).put("namespace", namespace).build();
        return new KubeObject(
                form.first(emit, pending.when())
                        .with("apiVersion", form.kind().apiVersion())
                        .with("kind", form.kind().kind())
                        .with("metadata", metadata));
    }
}
