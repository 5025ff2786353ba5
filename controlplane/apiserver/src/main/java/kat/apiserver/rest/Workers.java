package kat.apiserver.rest;

import java.util.concurrent.Semaphore;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.audit.AuditRecord;
import kat.apiserver.auth.User;
import kat.apiserver.fairness.Asked;
import kat.apiserver.fairness.Fairness;
import kat.apiserver.fairness.Flow;
import kat.apiserver.fairness.Work;
import kat.apiserver.pace.Pace;
import kat.apiserver.pace.Turn;
import kat.base.Ticker;
import kat.base.trace.Span;

/// Runs the work of requests on threads of their own, each when its turn has come.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/server/filters/priority-and-fairness.go`.
final class Workers {

    /// Commands, logs and their like, which have no turn; what they need is no work for long.
    private static final int MOST_LONG_RUNNING = 2_000;

    private static final System.Logger LOG = System.getLogger(Workers.class.getName());

    private final Fairness fairness;
    private final RequestTracker tracker;
    private final Pace pace;
    private final Ticker ticker;
    private final Semaphore longRunning = new Semaphore(MOST_LONG_RUNNING);

    Workers(Fairness fairness, Pace pace, RequestTracker tracker, Ticker ticker) {
        this.ticker = ticker;
        this.pace = pace;
        this.fairness = fairness;
        this.tracker = tracker;
    }

    /// Finds out to which flow a request belongs.
    void classify(Tracked exchange, RequestInfo info, User user) {
        if (RequestTracker.isLongRunning(info) && !info.verb().equals("watch")) {
            return;
        }
        exchange.belongsTo(
                fairness.classify(
                        new Asked(
                                user,
                                info.verb(),
                                info.isResource(),
                                info.group(),
                                info.fullResource(),
                                info.namespace(),
                                info.path())));
    }

    /// Does at once, on this thread, what only reads memory. It takes its turn like other requests
    /// only where its level has no seat left.
    void quick(Call call, Runnable task) {
        Flow asked = call.exchange().flow();
        if (asked != null && fairness.isFull(asked)) {
            work(call, task);
            return;
        }
        long began = ticker.nanos();
        try {
            RequestSpans.traced(call, task).run();
        } catch (StatusException e) {
            call.fail(e.status());
        } finally {
            Flow flow = call.exchange().flow();
            if (flow != null) {
                flow.passed();
                worked(call, flow, began);
            }
        }
    }

    private void worked(Call call, Flow flow, long began) {
        flow.worked(ticker.nanos() - began, call.info().verb().equals("watch"));
    }

    void work(Call call, Runnable task) {
        work(call, false, task);
    }

    /// @param takesLong whether it is known to
    void work(Call call, boolean takesLong, Runnable task) {
        work(call, Work.ONE, takesLong, task);
    }

    /// @param cost what it is likely to
    /// @param takesLong whether it is known to
    void work(Call call, Work cost, boolean takesLong, Runnable task) {
        Flow flow = call.exchange().flow();
        if (flow == null) {
            if (longRunning.tryAcquire()) {
                start(call, task, longRunning::release);
            } else {
                refuse(call, 1);
            }
            return;
        }
        Span waiting = call.exchange().span().child("priorityandfairness");
        tracker.queued(call.info(), 1);
        fairness.enter(
                flow,
                cost,
                new Flow.Guest() {
                    @Override
                    public void enter(Flow.Seat seat) {
                        tracker.queued(call.info(), -1);
                        pace.enter(flow.hash(), takesLong, turn -> begin(turn, seat));
                    }

                    private void begin(Turn turn, Flow.Seat seat) {
                        long began = ticker.nanos();
                        waiting.close();
                        start(
                                call,
                                () -> turn.during(task),
                                () -> {
                                    worked(call, flow, began);
                                    turn.end();
                                    seat.leave();
                                });
                    }

                    @Override
                    public void refused(Flow.Refusal why) {
                        tracker.queued(call.info(), -1);
                        waiting.close();
                        refuse(call, fairness.retryAfter(flow));
                    }
                });
    }

    private static void refuse(Call call, int seconds) {
        call.exchange()
                .turnAway(
                        Answers.text(429, "Too many requests, please try again later.\n")
                                .with("x-content-type-options", "nosniff")
                                .with("retry-after", Integer.toString(seconds)));
    }

    private void start(Call call, Runnable task, Runnable done) {
        Thread.ofVirtual()
                .name("kat-api")
                .start(
                        () -> {
                            try {
                                tracker.work(call.exchange(), RequestSpans.traced(call, task));
                            } catch (StatusException e) {
                                call.fail(e.status());
                            } catch (StackOverflowError tooDeep) {
                                tooDeep(call);
                            } catch (RuntimeException | Error e) {
                                // Also out of memory: whoever asked must not wait for ever.
                                failed(call.exchange(), e);
                            } finally {
                                done.run();
                            }
                        });
    }

    /// What was sent nests deeper than can be followed. The limits of the decoders lie far
    /// before; this keeps a client from waiting where they do not hold.
    private static void tooDeep(Call call) {
        LOG.log(
                System.Logger.Level.ERROR,
                "request nests too deeply path={0}",
                call.exchange().request().path());
        call.fail(Status.badRequest("the request nests too deeply"));
    }

    static void failed(Tracked exchange, Throwable e) {
        LOG.log(
                System.Logger.Level.ERROR,
                "request failed method="
                        + exchange.request().method()
                        + " path="
                        + exchange.request().path(),
                e);
        AuditRecord record = exchange.audit();
        if (record != null) {
            record.failed(e.toString());
        }
        Status status = Status.internalError(String.valueOf(e.getMessage()));
        exchange.send(Answers.status(status, exchange.request()));
    }
}
