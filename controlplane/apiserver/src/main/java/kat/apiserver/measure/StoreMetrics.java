package kat.apiserver.measure;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.base.metrics.Kept;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;
import org.jspecify.annotations.Nullable;

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
    private final Series<LongAdder> listRequests;
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
        this.listRequests =
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

    /// What the store can be asked.
    public enum Operation {
        GET,
        LIST,
        CREATE,
        UPDATE,
        DELETE;

        private final String label = name().toLowerCase(Locale.ROOT);
    }

    /// What it was asked about one kind; to be kept, since finding it costs more than counting.
    ///
    /// @param group empty for the core group
    /// @param resource its name in addresses
    public Asked of(String group, String resource) {
        return new Asked(group, resource);
    }

    /// One operation on one kind.
    private record Counts(LongAdder requests, Histogram seconds) {}

    /// Lists of one kind.
    private record Lists(LongAdder requests, LongAdder objects) {}

    /// Counts operations on one kind. What was never asked is not told.
    public final class Asked {

        private final String group;
        private final String resource;
        private final Kept<Operation, Counts> counts = new Kept<>(this::counts);
        private volatile @Nullable Lists lists;

        private Asked(String group, String resource) {
            this.group = group;
            this.resource = resource;
        }

        private Counts counts(Operation operation) {
            return new Counts(
                    requests.of(group, operation.label, resource),
                    seconds.of(group, operation.label, resource));
        }

        /// Whether this is told with those figures.
        public boolean isOf(StoreMetrics metrics) {
            return metrics == StoreMetrics.this;
        }

        /// @param since when it began
        public void done(Operation operation, long since) {
            Counts known = counts.of(operation);
            known.requests().increment();
            known.seconds().add((ticker.nanos() - since) / NANOS_PER_SECOND);
        }

        /// As [#done], of an operation that failed.
        public void failed(Operation operation, long since) {
            done(operation, since);
            errors.of(group, operation.label, resource).increment();
        }

        /// One list gave so many objects.
        public void listed(int objects) {
            Lists known = lists;
            if (known == null) {
                known = new Lists(listRequests.of(group, resource), listed.of(group, resource));
                lists = known;
            }
            known.requests().increment();
            known.objects().add(objects);
        }
    }
}
