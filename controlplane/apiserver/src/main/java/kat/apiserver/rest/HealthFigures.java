package kat.apiserver.rest;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// How often which check of the server's health held, and whether it did when last asked.
///
/// **Threads:** any.
///
/// **Source:** `component-base/metrics/prometheus/slis/metrics.go`.
final class HealthFigures {

    private final Instant started;
    private final Map<Of, Results> results =
            new ConcurrentSkipListMap<>(Comparator.comparing(Of::check).thenComparing(Of::probe));

    /// @param started when the process was
    HealthFigures(Instant started) {
        this.started = started;
    }

    private record Of(String check, String probe) {

        String labels(String status) {
            String middle = status.isEmpty() ? "" : ",status=\"" + status + "\"";
            return "{name=\"" + check + "\"" + middle + ",type=\"" + probe + "\"} ";
        }
    }

    private record Results(boolean last, long held, long failed) {

        Results and(Results later) {
            return new Results(later.last, held + later.held, failed + later.failed);
        }
    }

    /// @param probe `healthz`, `livez` or `readyz`
    void count(String check, String probe, boolean holds) {
        Results one = new Results(holds, holds ? 1 : 0, holds ? 0 : 1);
        results.merge(new Of(check, probe), one, Results::and);
    }

    String text() {
        StringBuilder last = new StringBuilder();
        StringBuilder totals = new StringBuilder();
        results.forEach(
                (of, seen) -> {
                    String value = seen.last() ? "1" : "0";
                    last.append("kubernetes_healthcheck").append(of.labels(""));
                    last.append(value).append('\n');
                    total(totals, of.labels("error"), seen.failed());
                    total(totals, of.labels("success"), seen.held());
                });
        StringBuilder out = new StringBuilder();
        if (!results.isEmpty()) {
            family(out, "kubernetes_healthcheck", "gauge", "the result of a single healthcheck");
            out.append(last);
            family(
                    out,
                    "kubernetes_healthchecks_total",
                    "counter",
                    "the results of all healthcheck");
            out.append(totals);
        }
        out.append("# HELP process_start_time_seconds [ALPHA] Start time of the process since");
        out.append(" unix epoch in seconds.\n# TYPE process_start_time_seconds gauge\n");
        out.append("process_start_time_seconds ").append(started.getEpochSecond()).append('\n');
        return out.toString();
    }

    private static void total(StringBuilder totals, String labels, long count) {
        if (count > 0) {
            totals.append("kubernetes_healthchecks_total").append(labels);
            totals.append(count).append('\n');
        }
    }

    private static void family(StringBuilder out, String name, String type, String what) {
        out.append("# HELP ").append(name).append(" [STABLE] This metric records ").append(what);
        out.append(".\n# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
