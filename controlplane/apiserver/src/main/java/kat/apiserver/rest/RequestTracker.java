package kat.apiserver.rest;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.apiserver.config.GoDuration;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Outflow;
import kat.base.Ticker;

/// Follows requests from their first byte to their answer: ends those that take too long, and
/// counts all.
///
/// A timer runs only while something is worked on. A request that runs long by nature (a watch, a
/// log, a command) has no deadline.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/server/filters/timeout.go`, `endpoints/filters/request_deadline.go`.
final class RequestTracker {

    /// How long a request may take when it asks for nothing else, and at most.
    static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Duration SWEEP_PERIOD = Duration.ofSeconds(5);
    private static final Set<String> LONG_RUNNING =
            Set.of("attach", "exec", "proxy", "log", "portforward");

    private final Ticker ticker;
    private final RequestMetrics metrics;
    private final RequestLog log;
    private final Set<Tracked> working = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean sweeping = new AtomicBoolean();

    RequestTracker(Ticker ticker, RequestMetrics metrics, RequestLog log) {
        this.ticker = ticker;
        this.metrics = metrics;
        this.log = log;
    }

    Tracked begin(Exchange exchange) {
        Tracked tracked = new Tracked(exchange, this, ticker.nanos());
        log.begin(tracked);
        return tracked;
    }

    static boolean isLongRunning(RequestInfo info) {
        return info.isResource()
                && (info.verb().equals("watch") || LONG_RUNNING.contains(info.subresource()));
    }

    /// Checks and keeps the deadline that a request asks for.
    ///
    /// @throws kat.api.StatusException when it is no duration
    void deadline(Tracked tracked, RequestInfo info, Query query) {
        String text = query.get("timeout");
        if (text.isEmpty() || isLongRunning(info)) {
            return;
        }
        GoDuration asked = GoDuration.parse(text);
        if (!asked.fault().isEmpty()) {
            throw Status.badRequest(
                            "invalid timeout specified in the request URL - " + asked.fault())
                    .asException();
        }
        Duration span = asked.value();
        if (span.isPositive() && span.compareTo(LONGEST) < 0) {
            tracked.endsBy(ticker.schedule(span, () -> timeOut(tracked)));
        }
    }

    /// Runs the work of a request on this thread.
    void work(Tracked tracked, Runnable task) {
        working.add(tracked);
        RequestInfo info = tracked.info();
        if (info != null) {
            metrics.working(info, 1);
        }
        tracked.workedOnBy(Thread.currentThread());
        sweepLater();
        try {
            task.run();
        } finally {
            tracked.workedOnBy(null);
            working.remove(tracked);
            if (info != null) {
                metrics.working(info, -1);
            }
        }
    }

    /// A request begins or ends to wait for its turn.
    ///
    /// @param more 1 or -1
    void queued(RequestInfo info, int more) {
        metrics.queued(info, more);
    }

    private void sweepLater() {
        if (!sweeping.get() && sweeping.compareAndSet(false, true)) {
            Ticker.Scheduled unused = ticker.schedule(SWEEP_PERIOD, this::sweep);
        }
    }

    private void sweep() {
        sweeping.set(false);
        long oldest = ticker.nanos() - LONGEST.toNanos();
        for (Tracked tracked : working) {
            RequestInfo info = tracked.info();
            if (tracked.startNanos() - oldest < 0 && info != null && !isLongRunning(info)) {
                timeOut(tracked);
            }
        }
        if (!working.isEmpty()) {
            sweepLater();
        }
    }

    private static void timeOut(Tracked tracked) {
        Status status =
                Status.timeout("Timeout: request did not complete within the allotted timeout");
        tracked.timedOut(
                Rendering.of(
                        status.code(),
                        status.toJson().with("details", JsonObject.EMPTY).toBytes(),
                        Answers.formOfRefusals(tracked.request())));
    }

    void answered(Tracked tracked, int code, int bytes) {
        answered(tracked, code, bytes, false);
    }

    /// @param isEnded whether the server gave the request up to protect itself
    void answered(Tracked tracked, int code, int bytes, boolean isEnded) {
        RequestInfo info = tracked.info();
        long nanos = ticker.nanos() - tracked.startNanos();
        if (info != null) {
            metrics.answered(info, tracked, new RequestMetrics.Result(code, bytes, nanos, isEnded));
        }
        log.answered(tracked, code, nanos);
        RequestSpans.end(tracked, code, bytes);
    }

    void streaming(Tracked tracked, Outflow out) {
        RequestInfo info = tracked.info();
        if (info != null) {
            metrics.opened(info, tracked);
            out.onClosed(
                    () -> {
                        metrics.closed(info, tracked);
                        answered(tracked, Answer.OK, 0);
                    });
        }
    }
}
