package kat.apiserver.fairness;

import java.util.SequencedMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// The counts of fairness as text, under the names and labels that Kubernetes gives them.
///
/// **Source:** `apiserver/pkg/util/flowcontrol/metrics/metrics.go`.
final class FairnessMetrics {

    private static final String PREFIX = "apiserver_flowcontrol_";

    private FairnessMetrics() {}

    /// @param nominal seats by level
    /// @param tallies by their labels
    static String text(SequencedMap<String, Integer> nominal, SequencedMap<String, Tally> tallies) {
        StringBuilder text = new StringBuilder();
        head(text, "nominal_limit_seats", "gauge");
        nominal.forEach(
                (level, seats) ->
                        line(
                                text,
                                "nominal_limit_seats",
                                "priority_level=\"" + level + "\"",
                                seats));
        column(text, "dispatched_requests_total counter", tallies, tally -> tally.dispatched);
        column(text, "current_executing_requests gauge", tallies, tally -> tally.executing);
        column(text, "current_inqueue_requests gauge", tallies, tally -> tally.waiting);
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
