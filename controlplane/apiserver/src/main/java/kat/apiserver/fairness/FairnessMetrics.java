package kat.apiserver.fairness;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import kat.base.Histogram;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;

/// The counts of fairness under the names and labels that Kubernetes gives them.
///
/// **Source:** `apiserver/pkg/util/flowcontrol/metrics/metrics.go`.
final class FairnessMetrics {

    private static final String PREFIX = "apiserver_flowcontrol_";
    private static final String SCHEMA = "flow_schema";
    private static final String LEVEL = "priority_level";
    private static final double[] SECONDS = {
        0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30
    };

    static final Metric WIDTHS =
            histogram(
                    "work_estimated_seats",
                    "Seats that requests were taken to need.",
                    1,
                    2,
                    4,
                    8,
                    16,
                    32,
                    64,
                    100);
    static final Metric LENGTHS =
            histogram(
                    "request_queue_length_after_enqueue",
                    "Requests in a queue when one has come, with that one.",
                    0,
                    10,
                    25,
                    50,
                    100,
                    250,
                    500,
                    1000);
    static final Metric WATCHES =
            histogram(
                    "watch_count_samples",
                    "Watches that are told of a write.",
                    0,
                    1,
                    10,
                    100,
                    1000,
                    10_000);
    static final Metric WAITED =
            Metric.histogram(
                    PREFIX + "request_wait_duration_seconds",
                    "Seconds that requests were in queues.",
                    SECONDS,
                    "execute",
                    SCHEMA,
                    LEVEL);
    static final Metric WORKED =
            Metric.histogram(
                    PREFIX + "request_execution_seconds",
                    "Seconds of work on requests, of watches until they go on by themselves.",
                    SECONDS,
                    SCHEMA,
                    LEVEL,
                    "type");
    private static final Metric NOMINAL =
            limit("nominal_limit_seats", "Seats that a level has of its own.");
    private static final Metric LEAST =
            limit("lower_limit_seats", "Seats of its own that a level does not lend.");
    private static final Metric MOST =
            limit("upper_limit_seats", "Seats that a level may use with those it borrows.");
    private static final Metric DISPATCHED =
            Metric.counter(
                    PREFIX + "dispatched_requests_total",
                    "Requests that were worked on.",
                    SCHEMA,
                    LEVEL);
    private static final Metric EXECUTING =
            gauge("current_executing_requests", "Requests that are worked on.");
    private static final Metric WAITING = gauge("current_inqueue_requests", "Requests that wait.");
    private static final Metric EXECUTING_SEATS =
            gauge("current_executing_seats", "Seats that are taken.");
    private static final Metric WAITING_SEATS =
            gauge("current_inqueue_seats", "Seats that are waited for.");
    private static final Metric REFUSED =
            Metric.counter(
                    PREFIX + "rejected_requests_total",
                    "Requests that were not worked on.",
                    SCHEMA,
                    LEVEL,
                    "reason");

    private FairnessMetrics() {}

    private static Metric histogram(String name, String help, double... bounds) {
        return Metric.histogram(PREFIX + name, help, bounds, SCHEMA, LEVEL);
    }

    private static Metric gauge(String name, String help) {
        return Metric.gauge(PREFIX + name, help, SCHEMA, LEVEL);
    }

    private static Metric limit(String name, String help) {
        return Metric.gauge(PREFIX + name, help, LEVEL);
    }

    /// @param limits of each level
    static void tell(
            SequencedMap<String, Seats.Limits> limits,
            SortedMap<Tally.Of, Tally> tallies,
            Exposition to) {
        limits.forEach(
                (level, each) -> {
                    to.value(NOMINAL, each.nominal(), level);
                    to.value(LEAST, each.least(), level);
                    to.value(MOST, each.most(), level);
                });
        tallies.forEach((of, tally) -> tell(of, tally, to));
    }

    private static void tell(Tally.Of of, Tally tally, Exposition to) {
        List<String> values = of.values();
        to.value(DISPATCHED, tally.dispatched.sum(), values);
        to.value(EXECUTING, tally.executing.sum(), values);
        to.value(WAITING, tally.waiting.sum(), values);
        to.value(EXECUTING_SEATS, tally.executingSeats.sum(), values);
        to.value(WAITING_SEATS, tally.waitingSeats.sum(), values);
        some(WIDTHS, tally.widths, values, to);
        some(LENGTHS, tally.lengths, values, to);
        some(WATCHES, tally.watches, values, to);
        for (boolean letIn : List.of(true, false)) {
            List<String> all = new ArrayList<>(List.of(Boolean.toString(letIn)));
            all.addAll(values);
            some(WAITED, tally.waited(letIn), all, to);
        }
        some(WORKED, tally.worked(false), with(values, "regular"), to);
        some(WORKED, tally.worked(true), with(values, "watch"), to);
        for (Flow.Refusal why : Flow.Refusal.values()) {
            long count = tally.refused(why).sum();
            if (count > 0) {
                to.value(REFUSED, count, with(values, why.label()));
            }
        }
    }

    private static List<String> with(List<String> values, String last) {
        List<String> all = new ArrayList<>(values);
        all.add(last);
        return all;
    }

    /// What never happened is not told.
    private static void some(Metric metric, Histogram seen, List<String> values, Exposition to) {
        if (seen.count() > 0) {
            to.histogram(metric, seen, values);
        }
    }
}
