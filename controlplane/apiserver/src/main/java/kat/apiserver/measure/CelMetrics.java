package kat.apiserver.measure;

import kat.api.custom.RuleTimes;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;

/// How long rules of custom resources take; Kubernetes measures no others under these names.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/cel/metrics/metrics.go`.
public final class CelMetrics implements RuleTimes {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] SECONDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private final Histogram compilations;
    private final Histogram evaluations;
    private final Ticker ticker;

    public CelMetrics(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        this.compilations =
                metrics.histograms(
                                Metric.histogram(
                                        "apiserver_cel_compilation_duration_seconds",
                                        "Seconds of compiling the rules of a custom resource.",
                                        SECONDS))
                        .of();
        this.evaluations =
                metrics.histograms(
                                Metric.histogram(
                                        "apiserver_cel_evaluation_duration_seconds",
                                        "Seconds of evaluating them about one object.",
                                        SECONDS))
                        .of();
    }

    @Override
    public long now() {
        return ticker.nanos();
    }

    @Override
    public void compiled(long since) {
        compilations.add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }

    @Override
    public void evaluated(long since) {
        evaluations.add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }
}
