package kat.apiserver.aggregation;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import kat.apiserver.aggregation.LocalServices.Condition;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// Which APIServices can be reached, as metrics.
///
/// **Threads:** written by one, told to any.
///
/// **Source:** `kube-aggregator/pkg/controllers/status/metrics/metrics.go`.
final class AvailabilityFigures {

    private static final Metric NOW =
            Metric.gauge(
                    "aggregator_unavailable_apiservice",
                    "1 for an APIService that cannot be reached, 0 for others.",
                    "name");

    private final Map<String, Boolean> available = new ConcurrentHashMap<>();
    private final Series<LongAdder> losses;

    AvailabilityFigures(Metrics metrics) {
        this.losses =
                metrics.adders(
                        Metric.counter(
                                "aggregator_unavailable_apiservice_total",
                                "How often an APIService could be reached no more, and why.",
                                "name",
                                "reason"));
        AutoCloseable unused =
                metrics.add(
                        to ->
                                available.forEach(
                                        (name, isThere) -> to.value(NOW, isThere ? 0 : 1, name)));
    }

    /// It was looked at. One that was never available is no loss.
    void found(String name, Condition condition) {
        Boolean before = available.put(name, condition.isTrue());
        if (before != null && before && !condition.isTrue()) {
            losses.of(name, condition.reason()).increment();
        }
    }

    /// Forgets those that are gone.
    void keep(Set<String> names) {
        available.keySet().retainAll(names);
    }
}
