package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import kat.base.Histogram;

/// Counts requests under the names, labels and buckets that dashboards of Kubernetes know.
///
/// **Limits:** paths that are no resources are told apart for a fixed few, and no label holds what
/// a client chose but names of kinds that were asked for.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/endpoints/metrics/metrics.go`.
final class RequestMetrics {

    /// Series beyond this many are counted as one, so that made-up kinds cost no memory.
    private static final int MOST_SERIES = 5_000;

    private static final double[] SECONDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20,
        30, 45, 60
    };

    /// Where the ranges of the times by which service is judged begin.
    private static final double LEAST_JUDGED = 0.05;

    private static final double[] BYTES = {1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Set<String> PATHS =
            Set.of("/healthz", "/livez", "/readyz", "/api", "/apis", "/version", "/metrics");
    private static final Set<String> MUTATING =
            Set.of("create", "update", "patch", "delete", "deletecollection");

    private final Map<Labels, Series> series = new ConcurrentHashMap<>();
    private final Map<Labels, LongAdder> open = new ConcurrentHashMap<>();
    private final LongAdder mutating = new LongAdder();
    private final LongAdder readOnly = new LongAdder();

    /// How a request ended.
    record Result(int code, int bytes, long nanos) {}

    private record Labels(
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String scope,
            boolean dryRun) {

        static final Labels OTHER = new Labels("other", "", "", "", "", "", false);

        /// @param withDryRun whether the metric has that label
        String text(boolean withDryRun) {
            return "component=\"apiserver\","
                    + (withDryRun ? "dry_run=\"" + (dryRun ? "All" : "") + "\"," : "")
                    + "group=\""
                    + group
                    + "\",resource=\""
                    + resource
                    + "\",scope=\""
                    + scope
                    + "\",subresource=\""
                    + subresource
                    + "\",verb=\""
                    + verb
                    + "\",version=\""
                    + version
                    + "\"";
        }
    }

    private static final class Series {
        final Map<Integer, LongAdder> codes = new ConcurrentHashMap<>();
        final Histogram seconds = new Histogram(SECONDS);
        final Histogram sizes = new Histogram(BYTES);
    }

    void answered(RequestInfo info, Tracked tracked, Result result) {
        Labels labels = labels(info, tracked);
        Series found = series.get(labels);
        if (found == null) {
            Labels kept = series.size() < MOST_SERIES ? labels : Labels.OTHER;
            found = series.computeIfAbsent(kept, _ -> new Series());
        }
        found.codes.computeIfAbsent(result.code(), _ -> new LongAdder()).increment();
        found.seconds.add(result.nanos() / NANOS_PER_SECOND);
        if (result.bytes() > 0) {
            found.sizes.add(result.bytes());
        }
    }

    void opened(RequestInfo info, Tracked tracked) {
        open.computeIfAbsent(labels(info, tracked), _ -> new LongAdder()).increment();
    }

    void closed(RequestInfo info, Tracked tracked) {
        open.computeIfAbsent(labels(info, tracked), _ -> new LongAdder()).decrement();
    }

    void working(RequestInfo info, int more) {
        (MUTATING.contains(info.verb()) ? mutating : readOnly).add(more);
    }

    private static Labels labels(RequestInfo info, Tracked tracked) {
        String verb = verb(info, tracked);
        if (!info.isResource()) {
            String path = PATHS.contains(info.path()) ? info.path() : "";
            return new Labels(verb, "", "", "", path, "", false);
        }
        String scope =
                !info.name().isEmpty()
                        ? "resource"
                        : info.namespace().isEmpty() ? "cluster" : "namespace";
        return new Labels(
                verb,
                info.group(),
                info.version(),
                info.resource(),
                info.subresource(),
                scope,
                tracked.isDryRun());
    }

    private static String verb(RequestInfo info, Tracked tracked) {
        if (!info.isResource()) {
            return info.verb().toUpperCase(Locale.ROOT);
        }
        return switch (info.verb()) {
            case "create" -> RequestTracker.isLongRunning(info) ? "CONNECT" : "POST";
            case "update" -> "PUT";
            case "patch" -> {
                String type = tracked.request().header("content-type");
                boolean apply = type != null && type.startsWith("application/apply-patch");
                yield apply ? "APPLY" : "PATCH";
            }
            default -> info.verb().toUpperCase(Locale.ROOT);
        };
    }

    /// All of it in the text form of Prometheus.
    String text() {
        StringBuilder out = new StringBuilder();
        List<Map.Entry<Labels, Series>> all = sorted(series, labels -> labels.text(true));
        head("apiserver_request_total", "counter", "Requests by verb, kind and code.", out);
        for (Map.Entry<Labels, Series> entry : all) {
            for (Map.Entry<Integer, LongAdder> code : entry.getValue().codes.entrySet()) {
                out.append("apiserver_request_total{code=\"").append(code.getKey());
                out.append("\",").append(entry.getKey().text(true)).append("} ");
                out.append(code.getValue().sum()).append('\n');
            }
        }
        String seconds = "apiserver_request_duration_seconds";
        head(seconds, "histogram", "Time from a request to its answer.", out);
        all.forEach(
                entry -> entry.getValue().seconds.write(seconds, entry.getKey().text(true), out));
        // Time in queues and in webhooks counts here, too; Kubernetes leaves it out.
        String judged = "apiserver_request_sli_duration_seconds";
        head(judged, "histogram", "Time from a request to its answer.", out);
        merged(all, found -> found.seconds)
                .forEach(
                        (labels, some) -> Histogram.write(judged, labels, some, LEAST_JUDGED, out));
        String sizes = "apiserver_response_sizes";
        head(sizes, "histogram", "Bytes of answers.", out);
        merged(all, found -> found.sizes)
                .forEach((labels, some) -> Histogram.write(sizes, labels, some, 0, out));
        head("apiserver_longrunning_requests", "gauge", "Open watches, logs and commands.", out);
        for (Map.Entry<Labels, LongAdder> entry : sorted(open, labels -> labels.text(false))) {
            out.append("apiserver_longrunning_requests{").append(entry.getKey().text(false));
            out.append("} ").append(entry.getValue().sum()).append('\n');
        }
        head("apiserver_current_inflight_requests", "gauge", "Requests being worked on.", out);
        out.append("apiserver_current_inflight_requests{request_kind=\"mutating\"} ");
        out.append(mutating.sum()).append('\n');
        out.append("apiserver_current_inflight_requests{request_kind=\"readOnly\"} ");
        out.append(readOnly.sum()).append('\n');
        return out.toString();
    }

    /// Series of metrics that do not tell dry runs apart.
    private static SequencedMap<String, List<Histogram>> merged(
            List<Map.Entry<Labels, Series>> all, Function<Series, Histogram> which) {
        SequencedMap<String, List<Histogram>> merged = new LinkedHashMap<>();
        for (Map.Entry<Labels, Series> entry : all) {
            merged.computeIfAbsent(entry.getKey().text(false), _ -> new ArrayList<>())
                    .add(which.apply(entry.getValue()));
        }
        return merged;
    }

    private static <T> List<Map.Entry<Labels, T>> sorted(
            Map<Labels, T> from, Function<Labels, String> by) {
        List<Map.Entry<Labels, T>> all = new ArrayList<>(from.entrySet());
        all.sort(Comparator.comparing(entry -> by.apply(entry.getKey())));
        return all;
    }

    private static void head(String name, String type, String help, StringBuilder out) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
