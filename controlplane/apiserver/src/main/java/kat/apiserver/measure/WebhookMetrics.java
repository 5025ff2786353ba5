package kat.apiserver.measure;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// What became of questions to admission webhooks, and of the conditions before them.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/admission/metrics/metrics.go`.
public final class WebhookMetrics {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final int MOST_CODE = 600;
    private static final int OK = 200;
    private static final String[] CONDITION = {"kind", "name", "operation", "type"};
    private static final String PREFIX = "apiserver_admission_";

    private final Series<Histogram> seconds;
    private final Series<LongAdder> requests;
    private final Series<LongAdder> rejections;
    private final Series<LongAdder> failedOpen;
    private final Series<LongAdder> exclusions;
    private final Series<LongAdder> conditionErrors;
    private final Series<Histogram> conditionSeconds;
    private final Ticker ticker;

    public WebhookMetrics(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        this.seconds =
                metrics.histograms(
                        Metric.histogram(
                                PREFIX + "webhook_admission_duration_seconds",
                                "Seconds until a webhook answered or failed.",
                                new double[] {0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25},
                                "name",
                                "operation",
                                "rejected",
                                "type"));
        this.requests =
                metrics.adders(
                        Metric.counter(
                                PREFIX + "webhook_request_total",
                                "Questions to webhooks, by the code of the answer.",
                                "code",
                                "name",
                                "operation",
                                "rejected",
                                "type"));
        this.rejections =
                metrics.adders(
                        Metric.counter(
                                PREFIX + "webhook_rejection_count",
                                "Writes refused because of a webhook, by why and with what code.",
                                "error_type",
                                "name",
                                "operation",
                                "rejection_code",
                                "type"));
        this.failedOpen =
                metrics.adders(
                        Metric.counter(
                                PREFIX + "webhook_fail_open_count",
                                "Failures of webhooks that were ignored.",
                                "name",
                                "type"));
        this.exclusions =
                metrics.adders(
                        Metric.counter(
                                PREFIX + "match_condition_exclusions_total",
                                "Webhooks left out by their match conditions.",
                                CONDITION));
        this.conditionErrors =
                metrics.adders(
                        Metric.counter(
                                PREFIX + "match_condition_evaluation_errors_total",
                                "Match conditions that had no value.",
                                CONDITION));
        this.conditionSeconds =
                metrics.histograms(
                        Metric.histogram(
                                PREFIX + "match_condition_evaluation_seconds",
                                "Seconds of the match conditions of one webhook.",
                                new double[] {0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25},
                                CONDITION));
    }

    /// One webhook about one write.
    ///
    /// @param type `admit` or `validating`
    public record Question(String name, String operation, String type) {}

    public long now() {
        return ticker.nanos();
    }

    /// It allowed the write.
    public void allowed(Question question, long since) {
        asked(question, since, OK, false);
    }

    /// It refused the write.
    public void refused(Question question, long since, int code) {
        rejected(question, "no_error", code);
        asked(question, since, code, true);
    }

    /// It could not be asked, or gave no answer.
    ///
    /// @param ignored whether the write goes on
    public void failed(Question question, long since, int code, boolean ignored) {
        if (ignored) {
            failedOpen.of(question.name(), question.type()).increment();
        } else {
            rejected(question, "calling_webhook_error", code);
        }
        asked(question, since, code, !ignored);
    }

    private void asked(Question question, long since, int code, boolean rejected) {
        String shown = Boolean.toString(rejected);
        requests.of(code(code), question.name(), question.operation(), shown, question.type())
                .increment();
        seconds.of(question.name(), question.operation(), shown, question.type())
                .add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }

    private void rejected(Question question, String why, int code) {
        rejections
                .of(why, question.name(), question.operation(), code(code), question.type())
                .increment();
    }

    private static String code(int code) {
        return Integer.toString(Math.min(code, MOST_CODE));
    }

    /// Its match conditions were looked at.
    ///
    /// @param holds whether all of them hold
    public void conditions(Question question, long since, boolean holds) {
        time(question, since);
        if (!holds) {
            exclusions
                    .of("webhook", question.name(), question.operation(), question.type())
                    .increment();
        }
    }

    /// Its match conditions have no value.
    public void conditionsFailed(Question question, long since) {
        time(question, since);
        conditionErrors
                .of("webhook", question.name(), question.operation(), question.type())
                .increment();
    }

    private void time(Question question, long since) {
        conditionSeconds
                .of("webhook", question.name(), question.operation(), question.type())
                .add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }
}
