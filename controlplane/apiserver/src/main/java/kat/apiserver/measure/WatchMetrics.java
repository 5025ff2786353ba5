package kat.apiserver.measure;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// What watches were told.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/endpoints/metrics/metrics.go`; `…/storage/cacher/metrics`.
public final class WatchMetrics {

    private static final String[] KIND = {"group", "resource", "version"};

    private final Series<LongAdder> events;
    private final Series<Histogram> sizes;
    private final Series<LongAdder> existing;

    public WatchMetrics(Metrics metrics) {
        this.events =
                metrics.adders(
                        Metric.counter(
                                "apiserver_watch_events_total",
                                "Events that were sent to watches.",
                                KIND));
        this.sizes =
                metrics.histograms(
                        Metric.histogram(
                                "apiserver_watch_events_sizes",
                                "Bytes of the objects of such events, as JSON.",
                                Histogram.exponential(1024, 2, 8),
                                KIND));
        this.existing =
                metrics.adders(
                        Metric.counter(
                                "apiserver_init_events_total",
                                "Events that told watches what there was when they began.",
                                "group",
                                "resource"));
    }

    /// What watches of one kind were told.
    public record Told(LongAdder events, Histogram sizes, LongAdder existing) {

        /// @param bytes of the object
        public void sent(int bytes) {
            events.increment();
            sizes.add(bytes);
        }

        /// @param objects that there were when a watch began
        public void existed(int objects) {
            existing.add(objects);
        }
    }

    public Told of(String group, String version, String resource) {
        return new Told(
                events.of(group, resource, version),
                sizes.of(group, resource, version),
                existing.of(group, resource));
    }
}
