package kat.ingress.proxy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import kat.ingress.route.Route;

/// Counts requests, under the names that ingress-nginx uses, in Prometheus' text form.
///
/// **Threads:** any.
///
/// **Source:** ingress-nginx, "Prometheus and Grafana".
public final class Metrics {

    private static final String PREFIX = "nginx_ingress_controller_";
    private static final double[] BUCKETS = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
    private static final int STATUSES = 600;

    private final Map<String, Counters> byRoute = new ConcurrentSkipListMap<>();

    /// The counters of a route; those of its predecessor in the table before, so that a new table
    /// forgets nothing.
    Counters counters(Route route) {
        return byRoute.computeIfAbsent(labels(route), Counters::new);
    }

    /// Forgets routes that no table has any more.
    void keepOnly(List<Route> routes) {
        Set<String> kept = new HashSet<>();
        routes.forEach(route -> kept.add(labels(route)));
        byRoute.keySet().retainAll(kept);
    }

    private static String labels(Route route) {
        return "ingress=\"%s\",namespace=\"%s\",service=\"%s\",host=\"%s\",path=\"%s\""
                .formatted(
                        route.ingress().name(),
                        route.ingress().namespace(),
                        route.upstream().service(),
                        escaped(route.host()),
                        escaped(route.path().text()));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /// Everything counted so far.
    public String write() {
        StringBuilder to = new StringBuilder();
        head(to, "requests", "counter", "The total number of client requests");
        byRoute.values().forEach(counters -> counters.writeRequests(to));
        head(to, "request_duration_seconds", "histogram", "Time spent on requests");
        byRoute.values().forEach(counters -> counters.writeDurations(to));
        head(to, "response_size_bytes_sum", "counter", "Bytes of answers");
        byRoute.values().forEach(counters -> counters.writeBytes(to));
        return to.toString();
    }

    private static void head(StringBuilder to, String name, String type, String help) {
        to.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
        to.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
    }

    /// What is counted of one route.
    static final class Counters {

        private final String labels;
        private final Map<String, LongAdder[]> requests = new ConcurrentHashMap<>(); // by method
        private final LongAdder[] buckets = new LongAdder[BUCKETS.length + 1];
        private final LongAdder nanos = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        Counters(String labels) {
            this.labels = labels;
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        /// @param method one of HTTP's own; others are counted together
        void done(String method, int status, long nanosTaken, long bytesSent) {
            LongAdder[] byStatus = requests.get(method);
            if (byStatus == null) {
                byStatus = requests.computeIfAbsent(method, _ -> newRow());
            }
            byStatus[Math.clamp(status, 0, STATUSES - 1)].increment();
            double seconds = nanosTaken / (double) TimeUnit.SECONDS.toNanos(1);
            int bucket = 0;
            while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
            nanos.add(nanosTaken);
            bytes.add(bytesSent);
        }

        private static LongAdder[] newRow() {
            LongAdder[] row = new LongAdder[STATUSES];
            for (int i = 0; i < STATUSES; i++) {
                row[i] = new LongAdder();
            }
            return row;
        }

        private void writeRequests(StringBuilder to) {
            requests.forEach(
                    (method, row) -> {
                        for (int status = 0; status < STATUSES; status++) {
                            long count = row[status].sum();
                            if (count > 0) {
                                to.append(PREFIX).append("requests{").append(labels);
                                to.append(",method=\"").append(method);
                                to.append("\",status=\"").append(status).append("\"} ");
                                to.append(count).append('\n');
                            }
                        }
                    });
        }

        private void writeDurations(StringBuilder to) {
            String name = PREFIX + "request_duration_seconds";
            long sum = 0;
            for (int i = 0; i < buckets.length; i++) {
                sum += buckets[i].sum();
                String bound = i < BUCKETS.length ? Double.toString(BUCKETS[i]) : "+Inf";
                to.append(name).append("_bucket{").append(labels);
                to.append(",le=\"").append(bound).append("\"} ").append(sum).append('\n');
            }
            double seconds = nanos.sum() / (double) TimeUnit.SECONDS.toNanos(1);
            to.append(name).append("_sum{").append(labels).append("} ");
            to.append(String.format(Locale.ROOT, "%.6f", seconds)).append('\n');
            to.append(name).append("_count{").append(labels).append("} ").append(sum).append('\n');
        }

        private void writeBytes(StringBuilder to) {
            to.append(PREFIX).append("response_size_bytes_sum{").append(labels).append("} ");
            to.append(bytes.sum()).append('\n');
        }
    }
}
