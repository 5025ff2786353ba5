package kat.kubelet.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;
import kat.cri.ContainerRuntimeException;

/// Calls of a container runtime, by operation.
///
/// **Threads:** any.
final class Operations {

    static final double NANOS_PER_SECOND = 1e9;

    private static final String LABEL = "operation_type";
    private static final double FIRST_RANGE = 0.005;
    private static final double FACTOR = 2.5;
    private static final int RANGES = 14;

    private final Series<LongAdder> calls;
    private final Series<LongAdder> errors;
    private final Series<Histogram> seconds;
    private final Ticker ticker;

    Operations(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        this.calls =
                metrics.adders(
                        Metric.counter(
                                "kubelet_runtime_operations_total",
                                "Calls of the container runtime.",
                                LABEL));
        this.errors =
                metrics.adders(
                        Metric.counter(
                                "kubelet_runtime_operations_errors_total",
                                "Calls of the container runtime that failed.",
                                LABEL));
        this.seconds =
                metrics.histograms(
                        Metric.histogram(
                                "kubelet_runtime_operations_duration_seconds",
                                "Seconds of calls of the container runtime.",
                                Histogram.exponential(FIRST_RANGE, FACTOR, RANGES),
                                LABEL));
    }

    void run(String operation, Runnable call) {
        var unused =
                get(
                        operation,
                        () -> {
                            call.run();
                            return operation;
                        });
    }

    <T> T get(String operation, Supplier<T> call) {
        long since = ticker.nanos();
        calls.of(operation).increment();
        try {
            return call.get();
        } catch (ContainerRuntimeException e) {
            errors.of(operation).increment();
            throw e;
        } finally {
            seconds.of(operation).add((ticker.nanos() - since) / NANOS_PER_SECOND);
        }
    }
}
