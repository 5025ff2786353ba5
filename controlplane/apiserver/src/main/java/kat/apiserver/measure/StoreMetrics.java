package kat.apiserver.measure;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// What the store was asked, under the names that Kubernetes has for its store, whichever that is
/// here.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/storage/etcd3/metrics/metrics.go`.
public final class StoreMetrics {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] SECONDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20,
        30, 45, 60
    };
    private static final String[] OPERATION = {"group", "operation", "resource"};

    private final Series<Histogram> seconds;
    private final Series<LongAdder> requests;
    private final Series<LongAdder> errors;
    private final Series<LongAdder> lists;
    private final Series<LongAdder> listed;
    private final Ticker ticker;

    public StoreMetrics(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        this.seconds =
                metrics.histograms(
                        Metric.histogram(
                                "etcd_request_duration_seconds",
                                "Seconds of one operation of the store.",
                                SECONDS,
                                OPERATION));
        this.requests =
                metrics.adders(
                        Metric.counter(
                                "etcd_requests_total", "Operations of the store.", OPERATION));
        this.errors =
                metrics.adders(
                        Metric.counter(
                                "etcd_request_errors_total",
                                "Operations that the store did not acknowledge.",
                                OPERATION));
        this.lists =
                metrics.adders(
                        Metric.counter(
                                "apiserver_storage_list_total",
                                "Lists that the store was asked for.",
                                "group",
                                "resource"));
        this.listed =
                metrics.adders(
                        Metric.counter(
                                "apiserver_storage_list_returned_objects_total",
                                "Objects of those lists that were wanted.",
                                "group",
                                "resource"));
    }

    /// One that nobody looks at.
    public static StoreMetrics unseen() {
        return new StoreMetrics(new Metrics(), new SystemTicker());
    }

    public long now() {
        return ticker.nanos();
    }

    /// @param operation `get`, `list`, `create`, `update` or `delete`
    /// @param since when it began
    public void done(String operation, String group, String resource, long since) {
        requests.of(group, operation, resource).increment();
        seconds.of(group, operation, resource).add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }

    /// As [#done], of an operation that failed.
    public void failed(String operation, String group, String resource, long since) {
        done(operation, group, resource, since);
        errors.of(group, operation, resource).increment();
    }

    /// One list gave so many objects.
    public void listed(String group, String resource, int objects) {
        lists.of(group, resource).increment();
        listed.of(group, resource).add(objects);
    }
}
