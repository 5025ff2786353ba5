package kat.base.metrics;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import kat.base.Check;

/// What was counted of one metric, one adder for each combination of values of its labels.
///
/// Where an event comes often and its labels are known before, keep what [#of] gave.
///
/// **Limits:** [#MOST] combinations; what comes later is counted as one, whose values are all
/// `other`, so that made-up names cost no memory.
///
/// **Threads:** any.
///
/// @param <T> what adds: a LongAdder, a DoubleAdder, a Histogram
public final class Series<T> {

    /// How many combinations are told apart.
    public static final int MOST = 2_000;

    private static final String OTHER = "other";

    private final Metric metric;
    private final Supplier<T> fresh;
    private final Map<List<String>, T> byValues = new ConcurrentHashMap<>();

    Series(Metric metric, Supplier<T> fresh) {
        this.metric = metric;
        this.fresh = fresh;
        if (metric.labels().isEmpty()) {
            byValues.put(List.of(), fresh.get());
        }
    }

    /// What adds for these values.
    ///
    /// @param values one for each label, in their order
    public T of(String... values) {
        List<String> key = List.of(values);
        T known = byValues.get(key);
        return known == null ? make(key) : known;
    }

    private T make(List<String> values) {
        Check.argument(values.size() == metric.labels().size(), "one value a label");
        boolean isFull = byValues.size() >= MOST;
        List<String> kept = isFull ? Collections.nCopies(values.size(), OTHER) : values;
        return byValues.computeIfAbsent(List.copyOf(kept), _ -> fresh.get());
    }

    void forEach(BiConsumer<List<String>, T> consumer) {
        byValues.forEach(consumer);
    }
}
