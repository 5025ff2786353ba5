package kat.apiserver.fairness;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
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
    final Histogram widths = new Histogram(1, 2, 4, 8, 16, 32, 64, 100);
    private final Map<Flow.Refusal, LongAdder> refused = new EnumMap<>(Flow.Refusal.class);

    Tally() {
        for (Flow.Refusal why : Flow.Refusal.values()) {
            refused.put(why, new LongAdder());
        }
    }

    LongAdder refused(Flow.Refusal why) {
        LongAdder count = refused.get(why);
        return count == null ? new LongAdder() : count;
    }
}
