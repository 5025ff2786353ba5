package kat.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
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
/// up. Events are advice for people: when too many wait, further ones are dropped, and the log says
/// so.
///
/// **Threads:** any.
///
/// **Source:** client-go `tools/record` and `tools/events`.
public final class EventRecorder implements AutoCloseable {

    private static final int MOST_WAITING = 8192;
    private static final int MOST_REMEMBERED = 4096;
    private static final Logger LOG = System.getLogger("kat.client.events");

    private final Transport transport;
    private final Ticker ticker;
    private final EventForm form;
    private final String component;
    private final Queue<Pending> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Threads.Permits takable; // one for each that waits
    private final Map<Change.Emit, Known> known = new LinkedHashMap<>(); // the writer's alone
    private Threads.@Nullable Running writer; // guarded by this
    private long lastStamp; // the writer's alone

    private record Pending(Change.Emit emit, Instant when) {}

    private record Known(ObjectKey key, long count, Instant last) {}

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
                takable.acquire();
                writeNext();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Writes the one that waited longest; the writer's alone.
    void writeNext() {
        Pending next = waiting.poll();
        if (next != null) {
            write(next);
        }
    }

    private void write(Pending pending) {
        Change.Emit same = form.likeness(pending.emit());
        Known before = known.get(same);
        try {
            if (before == null || !countUp(before, pending)) {
                KubeObject event = event(pending);
                transport.create(form.kind(), event, WriteOptions.by(component));
                remember(same, new Known(event.key(), 1, pending.when()));
            } else {
                remember(same, new Known(before.key(), before.count() + 1, pending.when()));
            }
        } catch (StatusException e) {
            boolean expected = e.is("NotFound") || e.is("Forbidden");
            LOG.log(
                    expected ? Level.DEBUG : Level.WARNING,
                    "event not written reason={0} error={1}",
                    pending.emit().reason(),
                    e.getMessage());
        }
    }

    /// @return whether it goes on with an Event that was still there
    private boolean countUp(Known before, Pending pending) {
        if (!form.goesOn(before.last(), pending.when())) {
            return false;
        }
        Patch patch = Patch.merge(form.again(before.count() + 1, pending.when()));
        try {
            transport.patch(form.kind(), before.key(), patch, WriteOptions.by(component));
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
