package kat.base.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import kat.base.Check;
import kat.base.Histogram;

/// Everything that a process counts and measures.
///
/// Asking twice for the series of one metric gives the same ones, so that parts which come and go
/// count on where they were.
///
/// **Threads:** any.
public final class Metrics {

    private final Map<String, Metric> kept = new ConcurrentHashMap<>();
    private final Map<String, Series<LongAdder>> adders = new ConcurrentHashMap<>();
    private final Map<String, Series<Histogram>> histograms = new ConcurrentHashMap<>();
    private final List<Source> sources = new CopyOnWriteArrayList<>();

    /// Counters, or gauges that are raised and lowered where they change.
    ///
    /// @throws IllegalStateException when the name stands for another metric
    public Series<LongAdder> adders(Metric metric) {
        return series(
                adders,
                metric,
                LongAdder::new,
                (series, to) ->
                        series.forEach((values, each) -> to.value(metric, each.sum(), values)));
    }

    /// @throws IllegalStateException when the name stands for another metric
    public Series<Histogram> histograms(Metric metric) {
        return series(
                histograms,
                metric,
                metric::newHistogram,
                (series, to) ->
                        series.forEach((values, each) -> to.histogram(metric, each, values)));
    }

    private <T> Series<T> series(
            Map<String, Series<T>> from,
            Metric metric,
            Supplier<T> fresh,
            BiConsumer<Series<T>, Exposition> told) {
        Metric first = kept.putIfAbsent(metric.name(), metric);
        Check.state(first == null || first.equals(metric), "another metric has the name");
        return from.computeIfAbsent(
                metric.name(),
                _ -> {
                    Series<T> made = new Series<>(metric, fresh);
                    sources.add(to -> told.accept(made, to));
                    return made;
                });
    }

    /// Asks somebody at every look.
    ///
    /// @return ends that
    public AutoCloseable add(Source source) {
        sources.add(source);
        return () -> sources.remove(source);
    }

    /// All of it, in the text form of Prometheus.
    public String text() {
        return Exposition.of(new ArrayList<>(sources));
    }
}
