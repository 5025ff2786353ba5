package kat.scheduler;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Kept;
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

    /// Turns from which on pods are told as one.
    private static final int MANY_TURNS = 15;
    private static final Metric PENDING =
            Metric.gauge("scheduler_pending_pods", "Pods that wait for a node.", "queue");

    private final Series<LongAdder> attempts;
    private final Series<Histogram> attemptSeconds;
    private final Histogram algorithmSeconds;
    private final Histogram tries;
    private final LongAdder preemptions;
    private final Histogram victims;
    private final Ticker ticker;
    private final Kept<Integer, Histogram> waits;
    private final Kept<Run, Histogram> runs;
    private final Queue active;
    private final Queue backingOff;
    private final Queue unschedulable;

    /// Stages of decisions that ended alike.
    private record Run(Stages.Stage stage, String profile, Stages.Outcome outcome) {}

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
        this.waits = waits(metrics);
        this.runs = runs(metrics);
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

    private static Kept<Integer, Histogram> waits(Metrics metrics) {
        Series<Histogram> waits =
                metrics.histograms(
                        Metric.histogram(
                                "scheduler_pod_scheduling_sli_duration_seconds",
                                "Seconds from when a pod could first be tried until it was bound.",
                                Histogram.exponential(0.01, 2, 20),
                                "attempts"));
        return new Kept<>(turns -> waits.of(turns < MANY_TURNS ? turns.toString() : turns + "+"));
    }

    private static Kept<Run, Histogram> runs(Metrics metrics) {
        Series<Histogram> runs =
                metrics.histograms(
                        Metric.histogram(
                                "scheduler_framework_extension_point_duration_seconds",
                                "Seconds of one stage of a decision, all plug-ins together.",
                                Histogram.exponential(0.0001, 2, 12),
                                "extension_point",
                                "profile",
                                "status"));
        return new Kept<>(
                run -> runs.of(run.stage().label(), run.profile(), run.outcome().label()));
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
    /// @param queued before this turn
    void bound(String profile, QueuedPod queued, long since) {
        ended(profile, "scheduled", since);
        int count = queued.attempts() + 1;
        tries.add(count);
        waits.of(Math.min(count, MANY_TURNS))
                .add((ticker.nanos() - queued.sinceNanos()) / NANOS_PER_SECOND);
    }

    /// The API server was told of a pod's node, or did not take it.
    void binding(String profile, boolean isTaken, long since) {
        Stages.Outcome outcome = isTaken ? Stages.Outcome.SUCCESS : Stages.Outcome.ERROR;
        stages(profile).ran(Stages.Stage.BIND, outcome, since);
    }

    /// Takes the times of decisions about pods of one scheduler's name.
    Stages stages(String profile) {
        return new Stages() {
            @Override
            public long now() {
                return ticker.nanos();
            }

            @Override
            public void ran(Stage stage, Outcome outcome, long since) {
                runs.of(new Run(stage, profile, outcome))
                        .add((ticker.nanos() - since) / NANOS_PER_SECOND);
            }
        };
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
