package kat.apiserver.fairness;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Check;
import kat.base.Histogram;

/// What became of the requests of one flow schema.
///
/// **Threads:** any.
final class Tally {

    final LongAdder dispatched = new LongAdder();
    final LongAdder executing = new LongAdder();
    final LongAdder waiting = new LongAdder();
    final LongAdder executingSeats = new LongAdder();
    final LongAdder waitingSeats = new LongAdder();
    final Histogram widths = FairnessMetrics.WIDTHS.newHistogram();
    final Histogram lengths = FairnessMetrics.LENGTHS.newHistogram();
    final Histogram watches = FairnessMetrics.WATCHES.newHistogram();
    private final Histogram waited = FairnessMetrics.WAITED.newHistogram();
    private final Histogram waitedInVain = FairnessMetrics.WAITED.newHistogram();
    private final Histogram worked = FairnessMetrics.WORKED.newHistogram();
    private final Histogram begunWatches = FairnessMetrics.WORKED.newHistogram();
    private final Map<Flow.Refusal, LongAdder> refused = new EnumMap<>(Flow.Refusal.class);

    /// Of whom this is told.
    record Of(String schema, String level) implements Comparable<Of> {

        List<String> values() {
            return List.of(schema, level);
        }

        @Override
        public int compareTo(Of other) {
            int bySchema = schema.compareTo(other.schema);
            return bySchema == 0 ? level.compareTo(other.level) : bySchema;
        }
    }

    Tally() {
        for (Flow.Refusal why : Flow.Refusal.values()) {
            refused.put(why, new LongAdder());
        }
    }

    LongAdder refused(Flow.Refusal why) {
        return Check.notNull(refused.get(why), "every refusal has a counter");
    }

    /// Seconds in a queue, of those that were let in or not.
    Histogram waited(boolean letIn) {
        return letIn ? waited : waitedInVain;
    }

    /// Seconds of work; of a watch, until it goes on by itself.
    Histogram worked(boolean isWatch) {
        return isWatch ? begunWatches : worked;
    }
}
