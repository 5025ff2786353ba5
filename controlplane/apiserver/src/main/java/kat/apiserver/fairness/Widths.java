package kat.apiserver.fairness;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/// Counts requests by how many seats they need.
///
/// **Threads:** any.
final class Widths {

    /// The bounds that Kubernetes' metric has.
    private static final int[] BOUNDS = {1, 2, 4, 8, 16, 32, 64, 100};

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder sum = new LongAdder();

    void add(int seats) {
        int at = 0;
        while (at < BOUNDS.length && seats > BOUNDS[at]) {
            at++;
        }
        counts.incrementAndGet(at);
        sum.add(seats);
    }

    /// The lines of a histogram.
    ///
    /// @param name of the metric
    /// @param labels of every line
    void tell(StringBuilder text, String name, String labels) {
        long all = 0;
        for (int i = 0; i <= BOUNDS.length; i++) {
            all += counts.get(i);
            String bound = i < BOUNDS.length ? Integer.toString(BOUNDS[i]) : "+Inf";
            line(text, name + "_bucket", labels + ",le=\"" + bound + "\"", all);
        }
        line(text, name + "_sum", labels, sum.sum());
        line(text, name + "_count", labels, all);
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }
}
