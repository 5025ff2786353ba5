package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.IntStream;
import kat.base.Histogram;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.base.metrics.Source;

/// Counts requests under the names, labels and buckets that dashboards of Kubernetes know.
///
/// **Limits:** paths that are no resources are told apart for a fixed few, and no label holds what
/// a client chose but names of kinds that were asked for.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/endpoints/metrics/metrics.go`.
final class RequestMetrics implements Source {

    /// Series beyond this many are counted as one, so that made-up kinds cost no memory.
    private static final int MOST_SERIES = 5_000;

    private static final double[] RANGES = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20,
        30, 45, 60
    };

    /// How many of the ranges the times by which service is judged do not have.
    private static final int NOT_JUDGED = 2;

    private static final double FIRST_BODY_RANGE = 50_000;
    private static final double BODY_RANGE = 100_000;
    private static final int BODY_RANGES = 31;
    private static final double[] BYTES = {1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    private static final String[] LABELS = {
        "component", "group", "resource", "scope", "subresource", "verb", "version"
    };
    private static final String[] LABELS_OF_RUN = {
        "component", "dry_run", "group", "resource", "scope", "subresource", "verb", "version"
    };
    private static final Metric TOTAL =
            Metric.counter(
                    "apiserver_request_total",
                    "Requests by verb, kind and code.",
                    "code",
                    "component",
                    "dry_run",
                    "group",
                    "resource",
                    "scope",
                    "subresource",
                    "verb",
                    "version");
    private static final Metric SECONDS =
            Metric.histogram(
                    "apiserver_request_duration_seconds",
                    "Seconds from a request to its answer.",
                    RANGES,
                    LABELS_OF_RUN);
    private static final Metric JUDGED =
            Metric.histogram(
                    "apiserver_request_sli_duration_seconds",
                    "Seconds from a request to its answer, with those in queues and webhooks.",
                    Arrays.copyOfRange(RANGES, NOT_JUDGED, RANGES.length),
                    LABELS);
    private static final Metric SIZES =
            Metric.histogram("apiserver_response_sizes", "Bytes of answers.", BYTES, LABELS);
    private static final Metric OPEN =
            Metric.gauge(
                    "apiserver_longrunning_requests", "Open watches, logs and commands.", LABELS);
    private static final Metric BODIES =
            Metric.histogram(
                    "apiserver_request_body_size_bytes",
                    "Bytes that writes carry.",
                    IntStream.range(0, BODY_RANGES)
                            .mapToDouble(i -> FIRST_BODY_RANGE + i * BODY_RANGE)
                            .toArray(),
                    "group",
                    "resource",
                    "verb");
    private static final Metric ENDED =
            Metric.counter(
                    "apiserver_request_terminations_total",
                    "Requests that the server gave up to protect itself.",
                    "code",
                    "component",
                    "group",
                    "resource",
                    "scope",
                    "subresource",
                    "verb",
                    "version");
    private static final Metric WORKING =
            Metric.gauge(
                    "apiserver_current_inflight_requests",
                    "Requests that are worked on.",
                    "request_kind");
    private static final Metric QUEUED =
            Metric.gauge(
                    "apiserver_current_inqueue_requests",
                    "Requests that wait for their turn.",
                    "request_kind");
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Set<String> PATHS =
            Set.of("/healthz", "/livez", "/readyz", "/api", "/apis", "/version", "/metrics");
    private static final Set<String> MUTATING =
            Set.of("create", "update", "patch", "delete", "deletecollection");

    private static final Map<String, String> WRITES =
            Map.of(
                    "POST",
                    "create",
                    "PUT",
                    "update",
                    "PATCH",
                    "patch",
                    "APPLY",
                    "patch",
                    "DELETE",
                    "delete",
                    "DELETECOLLECTION",
                    "delete_collection");

    private final Map<Labels, Series> series = new ConcurrentHashMap<>();
    private final Map<Labels, LongAdder> open = new ConcurrentHashMap<>();
    private final LongAdder mutating = new LongAdder();
    private final LongAdder readOnly = new LongAdder();
    private final LongAdder mutatingQueued = new LongAdder();
    private final LongAdder readOnlyQueued = new LongAdder();

    /// How a request ended.
    ///
    /// @param isEnded whether the server gave it up to protect itself
    record Result(int code, int bytes, long nanos, boolean isEnded) {}

    private record Labels(
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String scope,
            boolean dryRun) {

        static final Labels OTHER = new Labels("other", "", "", "", "", "", false);

        /// Values of the labels that most metrics of requests have.
        List<String> values() {
            return List.of("apiserver", group, resource, scope, subresource, verb, version);
        }

        /// The same with what tells dry runs apart.
        List<String> valuesOfRun() {
            return List.of(
                    "apiserver",
                    dryRun ? "All" : "",
                    group,
                    resource,
                    scope,
                    subresource,
                    verb,
                    version);
        }
    }

    private static final class Series {
        final Map<Integer, LongAdder> codes = new ConcurrentHashMap<>();
        final Histogram seconds = SECONDS.newHistogram();
        final Histogram sizes = SIZES.newHistogram();
        final Histogram bodies = BODIES.newHistogram();
        final Map<Integer, LongAdder> ended = new ConcurrentHashMap<>(); // by code
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
        if (MUTATING.contains(info.verb()) && info.isResource()) {
            found.bodies.add(tracked.request().body().length);
        }
        if (result.isEnded()) {
            found.ended.computeIfAbsent(result.code(), _ -> new LongAdder()).increment();
        }
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

    void queued(RequestInfo info, int more) {
        (MUTATING.contains(info.verb()) ? mutatingQueued : readOnlyQueued).add(more);
    }

    private static Labels labels(RequestInfo info, Tracked tracked) {
        String verb = verb(info, tracked);
        if (!info.isResource()) {
            String path = PATHS.contains(info.path()) ? info.path() : "";
            return new Labels(verb, "", "", "", path, "", false);
        }
        return new Labels(
                verb,
                info.group(),
                info.version(),
                info.resource(),
                info.subresource(),
                scope(info),
                tracked.isDryRun());
    }

    /// What the path of a resource is about.
    static String scope(RequestInfo info) {
        if (!info.name().isEmpty()) {
            return "resource";
        }
        return info.namespace().isEmpty() ? "cluster" : "namespace";
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

    @Override
    public void tell(Exposition to) {
        series.forEach(
                (labels, found) -> {
                    List<String> values = labels.valuesOfRun();
                    to.histogram(SECONDS, found.seconds, values);
                    found.codes.forEach(
                            (code, count) -> {
                                to.value(TOTAL, count.sum(), with(code.toString(), values));
                            });
                });
        // Time in queues and in webhooks counts here, too; Kubernetes leaves it out.
        merged(found -> found.seconds)
                .forEach((values, some) -> to.histogram(JUDGED, some, values));
        merged(found -> found.sizes).forEach((values, some) -> to.histogram(SIZES, some, values));
        bodies().forEach((values, some) -> to.histogram(BODIES, some, values));
        series.forEach(
                (labels, found) ->
                        found.ended.forEach(
                                (code, count) ->
                                        to.value(
                                                ENDED,
                                                count.sum(),
                                                with(code.toString(), labels.values()))));
        open.forEach((labels, count) -> to.value(OPEN, count.sum(), labels.values()));
        to.value(WORKING, mutating.sum(), "mutating");
        to.value(WORKING, readOnly.sum(), "readOnly");
        to.value(QUEUED, mutatingQueued.sum(), "mutating");
        to.value(QUEUED, readOnlyQueued.sum(), "readOnly");
    }

    private static List<String> with(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    /// Bodies of the kinds of writes that are told apart.
    private SequencedMap<List<String>, List<Histogram>> bodies() {
        SequencedMap<List<String>, List<Histogram>> merged = new LinkedHashMap<>();
        series.forEach(
                (labels, found) -> {
                    String write = WRITES.getOrDefault(labels.verb(), "");
                    if (!write.isEmpty()) {
                        List<String> of = List.of(labels.group(), labels.resource(), write);
                        merged.computeIfAbsent(of, _ -> new ArrayList<>()).add(found.bodies);
                    }
                });
        return merged;
    }

    /// Series of metrics that do not tell dry runs apart.
    private SequencedMap<List<String>, List<Histogram>> merged(Function<Series, Histogram> which) {
        SequencedMap<List<String>, List<Histogram>> merged = new LinkedHashMap<>();
        series.forEach(
                (labels, found) ->
                        merged.computeIfAbsent(labels.values(), _ -> new ArrayList<>())
                                .add(which.apply(found)));
        return merged;
    }
}
