package kat.apiserver.trace;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;
import kat.base.trace.SpanData;

/// Keeps spans that have ended and sends them, many at once, to a collector.
///
/// Who ends a span never waits: where too many are kept, it is dropped and counted. What a
/// collector does not take is tried once more and then given up.
///
/// **Limits:** [#MOST_WAITING] spans wait, [#MOST_SENT] go in one call.
///
/// **Threads:** any; one of its own sends.
public final class SpanExporter implements Consumer<SpanData>, AutoCloseable {

    /// Spans that wait at most, as OpenTelemetry's batches have it.
    static final int MOST_WAITING = 2_048;

    /// Spans of one call at most.
    static final int MOST_SENT = 512;

    private static final int TRIES = 2;
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final System.Logger LOG = System.getLogger(SpanExporter.class.getName());

    private final BlockingQueue<SpanData> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<String, String> resource;
    private final Ticker ticker;
    private final Duration period;
    private final GrpcCaller caller;
    private final LongAdder exported;
    private final LongAdder failed;
    private final LongAdder dropped;
    private final Thread thread =
            Thread.ofPlatform().name("kat-traces").daemon(true).unstarted(this::run);
    private volatile boolean isClosing;
    private boolean isIdle; // guarded by this: whether the thread waits for spans
    private boolean isFailing; // of the exporting thread: what was logged last

    /// @param resource what is told of the process
    public SpanExporter(
            TracingConfig config, Map<String, String> resource, Metrics metrics, Ticker ticker) {
        this(config, resource, metrics, ticker, PERIOD);
    }

    /// @param period how long spans wait for others at most
    SpanExporter(
            TracingConfig config,
            Map<String, String> resource,
            Metrics metrics,
            Ticker ticker,
            Duration period) {
        this.resource = new TreeMap<>(resource);
        this.ticker = ticker;
        this.period = period;
        this.caller = new GrpcCaller(GrpcCaller.Target.of(config.endpoint()), ticker);
        Series<LongAdder> spans =
                metrics.adders(
                        Metric.counter(
                                "kat_trace_spans_total",
                                "Spans of kept traces, by what became of them.",
                                "result"));
        this.exported = spans.of("exported");
        this.failed = spans.of("failed");
        this.dropped = spans.of("dropped");
    }

    /// Begins to send.
    public void start() {
        thread.start();
    }

    @Override
    public void accept(SpanData span) {
        if (!waiting.offer(span)) {
            dropped.increment();
        }
    }

    private void run() {
        try {
            while (!isClosing) {
                send(next());
            }
            for (List<SpanData> rest = rest(); !rest.isEmpty(); rest = rest()) {
                if (!send(rest)) {
                    failed.add(waiting.size());
                    return;
                }
            }
        } catch (InterruptedException closedTwice) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for some; none when it is told to end before there are any.
    private List<SpanData> next() {
        List<SpanData> batch = new ArrayList<>();
        try {
            idle(true);
            batch.add(waiting.take());
            long end = ticker.nanos() + period.toNanos();
            while (batch.size() < MOST_SENT) {
                SpanData more = waiting.poll(end - ticker.nanos(), TimeUnit.NANOSECONDS);
                if (more == null) {
                    break;
                }
                batch.add(more);
            }
        } catch (InterruptedException closed) {
            LOG.log(Level.DEBUG, "traces end");
        }
        idle(false);
        return batch;
    }

    /// Behind it an interrupt of [#close] reaches no call: what was sent would be sent again.
    private synchronized void idle(boolean is) {
        isIdle = is && !isClosing;
        if (isClosing) {
            if (is) {
                thread.interrupt();
            } else {
                boolean unused = Thread.interrupted();
            }
        }
    }

    private List<SpanData> rest() {
        List<SpanData> rest = new ArrayList<>();
        waiting.drainTo(rest, MOST_SENT);
        return rest;
    }

    /// Whether the collector took them.
    private boolean send(List<SpanData> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            return true;
        }
        byte[] request = OtlpSpans.request(resource, batch);
        IOException last = null;
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                byte[] answer =
                        caller.call(OtlpSpans.METHOD, request, isClosing ? FAREWELL : TIMEOUT);
                long refused = Math.min(batch.size(), OtlpSpans.refused(answer));
                exported.add(batch.size() - refused);
                failed.add(refused);
                isFailing = false;
                return true;
            } catch (IOException e) {
                last = e;
                if (isClosing) {
                    break;
                }
            }
        }
        failed.add(batch.size());
        // Once for each time that it begins to fail: a collector may be away for long.
        LOG.log(isFailing ? Level.DEBUG : Level.WARNING, "traces not sent", last);
        isFailing = true;
        return false;
    }

    /// Sends what waits, for two seconds at most, and ends.
    @Override
    public void close() {
        synchronized (this) {
            isClosing = true;
            if (isIdle) {
                thread.interrupt();
            }
        }
        try {
            if (thread.isAlive()) { // also one that was never started can be closed
                thread.join(FAREWELL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        caller.close();
    }
}
