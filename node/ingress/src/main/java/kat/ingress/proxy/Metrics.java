package kat.ingress.proxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.base.metrics.Source;
import kat.ingress.route.Route;

/// Counts requests, under the names that ingress-nginx uses.
///
/// **Threads:** any.
///
/// **Source:** ingress-nginx, "Prometheus and Grafana".
public final class Metrics implements Source {

    private static final String PREFIX = "nginx_ingress_controller_";
    private static final String[] LABELS = {"ingress", "namespace", "service", "host", "path"};
    private static final Metric REQUESTS =
            Metric.counter(
                    PREFIX + "requests",
                    "The total number of client requests",
                    "ingress",
                    "namespace",
                    "service",
                    "host",
                    "path",
                    "method",
                    "status");
    private static final Metric SECONDS =
            Metric.histogram(
                    PREFIX + "request_duration_seconds",
                    "Time spent on requests",
                    new double[] {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
                    LABELS);
    private static final Metric BYTES =
            Metric.counter(PREFIX + "response_size_bytes_sum", "Bytes of answers", LABELS);
    private static final int STATUSES = 600;

    private final Map<List<String>, Counters> byRoute = new ConcurrentHashMap<>();

    /// The counters of a route; those of its predecessor in the table before, so that a new table
    /// forgets nothing.
    Counters counters(Route route) {
        return byRoute.computeIfAbsent(labels(route), Counters::new);
    }

    /// Forgets routes that no table has any more.
    void keepOnly(List<Route> routes) {
        Set<List<String>> kept = new HashSet<>();
        routes.forEach(route -> kept.add(labels(route)));
        byRoute.keySet().retainAll(kept);
    }

    private static List<String> labels(Route route) {
        return List.of(
                route.ingress().name(),
                route.ingress().namespace(),
                route.upstream().service(),
                route.host(),
                route.path().text());
    }

    @Override
    public void tell(Exposition to) {
        byRoute.values().forEach(counters -> counters.tell(to));
    }

    /// What is counted of one route.
    static final class Counters {

        private final List<String> of; // values of the labels
        private final Map<String, LongAdder[]> requests = new ConcurrentHashMap<>(); // by method
        private final Histogram seconds = SECONDS.newHistogram();
        private final LongAdder bytes = new LongAdder();

        Counters(List<String> of) {
            this.of = of;
        }

        /// @param method one of HTTP's own; others are counted together
        void done(String method, int status, long nanosTaken, long bytesSent) {
            LongAdder[] byStatus = requests.get(method);
            if (byStatus == null) {
                byStatus = requests.computeIfAbsent(method, _ -> newRow());
            }
            byStatus[Math.clamp(status, 0, STATUSES - 1)].increment();
            seconds.add(nanosTaken / (double) TimeUnit.SECONDS.toNanos(1));
            bytes.add(bytesSent);
        }

        private static LongAdder[] newRow() {
            LongAdder[] row = new LongAdder[STATUSES];
            for (int i = 0; i < STATUSES; i++) {
                row[i] = new LongAdder();
            }
            return row;
        }

        private void tell(Exposition to) {
            requests.forEach(
                    (method, row) -> {
                        for (int status = 0; status < STATUSES; status++) {
                            long count = row[status].sum();
                            if (count > 0) {
                                List<String> all = new ArrayList<>(of);
                                all.add(method);
                                all.add(Integer.toString(status));
                                to.value(REQUESTS, count, all);
                            }
                        }
                    });
            to.histogram(SECONDS, seconds, of);
            to.value(BYTES, bytes.sum(), of);
        }
    }
}
