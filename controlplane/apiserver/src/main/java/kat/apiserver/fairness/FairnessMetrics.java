package kat.apiserver.fairness;

import java.util.SequencedMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// The counts of fairness as text, under the names and labels that Kubernetes gives them.
///
/// **Source:** `apiserver/pkg/util/flowcontrol/metrics/metrics.go`.
final class FairnessMetrics {

    private static final String PREFIX = "apiserver_flowcontrol_";

    private FairnessMetrics() {}

    /// @param limits of each level
    /// @param tallies by their labels
    static String text(
            SequencedMap<String, Seats.Limits> limits, SequencedMap<String, Tally> tallies) {
        StringBuilder text = new StringBuilder();
        limits(text, "nominal_limit_seats", limits, Seats.Limits::nominal);
        limits(text, "lower_limit_seats", limits, Seats.Limits::least);
        limits(text, "upper_limit_seats", limits, Seats.Limits::most);
        column(text, "dispatched_requests_total counter", tallies, tally -> tally.dispatched);
        column(text, "current_executing_requests gauge", tallies, tally -> tally.executing);
        column(text, "current_inqueue_requests gauge", tallies, tally -> tally.waiting);
        column(text, "current_executing_seats gauge", tallies, tally -> tally.executingSeats);
        column(text, "current_inqueue_seats gauge", tallies, tally -> tally.waitingSeats);
        head(text, "work_estimated_seats", "histogram");
        tallies.forEach(
                (labels, tally) ->
                        tally.widths.write(PREFIX + "work_estimated_seats", labels, text));
        head(text, "rejected_requests_total", "counter");
        tallies.forEach(
                (labels, tally) -> {
                    for (Flow.Refusal why : Flow.Refusal.values()) {
                        long count = tally.refused(why).sum();
                        if (count > 0) {
                            String all = labels + ",reason=\"" + why.label() + "\"";
                            line(text, "rejected_requests_total", all, count);
                        }
                    }
                });
        return text.toString();
    }

    private static void limits(
            StringBuilder text,
            String name,
            SequencedMap<String, Seats.Limits> limits,
            ToIntFunction<Seats.Limits> seats) {
        head(text, name, "gauge");
        limits.forEach(
                (level, each) ->
                        line(
                                text,
                                name,
                                "priority_level=\"" + level + "\"",
                                seats.applyAsInt(each)));
    }

    private static void column(
            StringBuilder text,
            String nameAndType,
            SequencedMap<String, Tally> tallies,
            Function<Tally, LongAdder> count) {
        String[] parts = nameAndType.split(" ", 2);
        head(text, parts[0], parts[1]);
        tallies.forEach((labels, tally) -> line(text, parts[0], labels, count.apply(tally).sum()));
    }

    private static void head(StringBuilder text, String name, String type) {
        text.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(PREFIX)
                .append(name)
                .append('{')
                .append(labels)
                .append("} ")
                .append(value)
                .append('\n');
    }
}
