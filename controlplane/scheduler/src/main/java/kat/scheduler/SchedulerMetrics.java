package kat.scheduler;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// What the scheduler decided, how long that took, and what waits.
///
/// **Threads:** any; [#waiting] by the scheduler's.
///
/// **Source:** `pkg/scheduler/metrics/metrics.go`.
final class SchedulerMetrics {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] SECONDS = Histogram.exponential(0.001, 2, 15);
    private static final Metric PENDING =
            Metric.gauge("scheduler_pending_pods", "Pods that wait for a node.", "queue");

    private final Series<LongAdder> attempts;
    private final Series<Histogram> attemptSeconds;
    private final Histogram algorithmSeconds;
    private final Histogram tries;
    private final LongAdder preemptions;
    private final Histogram victims;
    private final Ticker ticker;
    private final Queue active;
    private final Queue backingOff;
    private final Queue unschedulable;

    /// A place where pods wait.
    private static final class Queue {
        private final LongAdder told;
        private int last; // of the scheduler's thread

        Queue(LongAdder told) {
            this.told = told;
        }

        void has(int pods) {
            told.add(pods - last);
            last = pods;
        }
    }

    SchedulerMetrics(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        Series<LongAdder> pending = metrics.adders(PENDING);
        this.active = new Queue(pending.of("active"));
        this.backingOff = new Queue(pending.of("backoff"));
        this.unschedulable = new Queue(pending.of("unschedulable"));
        this.attempts =
                metrics.adders(
                        Metric.counter(
                                "scheduler_schedule_attempts_total",
                                "Turns of pods.",
                                "profile",
                                "result"));
        this.attemptSeconds =
                metrics.histograms(
                        Metric.histogram(
                                "scheduler_scheduling_attempt_duration_seconds",
                                "Seconds from a pod's turn until it was bound, or none was found.",
                                SECONDS,
                                "profile",
                                "result"));
        this.algorithmSeconds =
                metrics.histograms(
                                Metric.histogram(
                                        "scheduler_scheduling_algorithm_duration_seconds",
                                        "Seconds of the decision alone.",
                                        SECONDS))
                        .of();
        this.tries =
                metrics.histograms(
                                Metric.histogram(
                                        "scheduler_pod_scheduling_attempts",
                                        "Turns that pods took until they were bound.",
                                        Histogram.exponential(1, 2, 5)))
                        .of();
        this.preemptions =
                metrics.adders(
                                Metric.counter(
                                        "scheduler_preemption_attempts_total",
                                        "Decisions to have other pods make room."))
                        .of();
        this.victims =
                metrics.histograms(
                                Metric.histogram(
                                        "scheduler_preemption_victims",
                                        "Pods that have to make room for one.",
                                        Histogram.exponential(1, 2, 7)))
                        .of();
    }

    long now() {
        return ticker.nanos();
    }

    void decided(long since) {
        algorithmSeconds.add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }

    /// A pod's turn ended without a node.
    ///
    /// @param since when its turn came
    void unschedulable(String profile, long since) {
        ended(profile, "unschedulable", since);
    }

    /// As [#unschedulable], and others are to make room for it.
    void preempts(String profile, int pods, long since) {
        unschedulable(profile, since);
        preemptions.increment();
        victims.add(pods);
    }

    /// A pod was bound.
    ///
    /// @param count of its turns
    void bound(String profile, int count, long since) {
        ended(profile, "scheduled", since);
        tries.add(count);
    }

    /// A pod could not be bound to the node that was found.
    void failed(String profile, long since) {
        ended(profile, "error", since);
    }

    private void ended(String profile, String result, long since) {
        attempts.of(profile, result).increment();
        attemptSeconds.of(profile, result).add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }

    /// Tells how many pods wait now.
    void waiting(SchedulingQueue queue) {
        active.has(queue.activeCount());
        backingOff.has(queue.backingOffCount());
        unschedulable.has(queue.unschedulableCount());
    }
}
