package kat.apiserver.measure;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// What became of questions to webhooks that convert custom resources.
///
/// **Threads:** any.
///
/// **Source:** `pkg/apiserver/conversion/metrics.go` of the apiextensions server.
public final class ConversionMetrics {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] SECONDS = {
        0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60
    };
    private static final String[] RESULT = {"failure_type", "result"};

    private final Series<LongAdder> requests;
    private final Series<Histogram> seconds;
    private final Ticker ticker;

    public ConversionMetrics(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        this.requests =
                metrics.adders(
                        Metric.counter(
                                "apiserver_conversion_webhook_request_total",
                                "Questions to webhooks that convert, by how they ended.",
                                RESULT));
        this.seconds =
                metrics.histograms(
                        Metric.histogram(
                                "apiserver_conversion_webhook_duration_seconds",
                                "Seconds until such a question had ended.",
                                SECONDS,
                                RESULT));
    }

    /// How far a question has come; what fails then.
    public enum Step {
        CALL("conversion_webhook_call_failure"),
        ANSWER("conversion_webhook_malformed_response_failure"),
        COUNT("conversion_webhook_partial_response_failure"),
        OBJECTS("conversion_webhook_invalid_converted_object_failure"),
        DONE("");

        private final String failure;

        Step(String failure) {
            this.failure = failure;
        }
    }

    /// One question. Belongs to one thread.
    public final class Run implements AutoCloseable {
        private final long since = ticker.nanos();
        private Step step = Step.CALL;

        /// It has come so far.
        public void at(Step next) {
            step = next;
        }

        /// It has ended, with success when it had come to [Step#DONE].
        @Override
        public void close() {
            String result = step == Step.DONE ? "success" : "failure";
            requests.of(step.failure, result).increment();
            seconds.of(step.failure, result).add((ticker.nanos() - since) / NANOS_PER_SECOND);
        }
    }

    public Run begin() {
        return new Run();
    }
}
