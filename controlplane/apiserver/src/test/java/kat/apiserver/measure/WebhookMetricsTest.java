package kat.apiserver.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.apiserver.measure.WebhookMetrics.Question;
import kat.base.metrics.Metrics;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class WebhookMetricsTest {

    private static final Question QUESTION = new Question("a.example.com", "CREATE", "admit");

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final Metrics metrics = new Metrics();
    private final WebhookMetrics webhooks = new WebhookMetrics(metrics, ticker);

    private List<String> told(String name) {
        return metrics.text().lines().filter(line -> line.startsWith(name)).toList();
    }

    @Test
    void aRefusalCountsWithItsCodeAndItsTime() {
        long since = webhooks.now();
        ticker.advance(Duration.ofMillis(30));

        webhooks.refused(QUESTION, since, 422);

        assertEquals(
                List.of(
                        "apiserver_admission_webhook_rejection_count{error_type=\"no_error\","
                                + "name=\"a.example.com\",operation=\"CREATE\","
                                + "rejection_code=\"422\",type=\"admit\"} 1"),
                told("apiserver_admission_webhook_rejection_count"));
        assertEquals(
                List.of(
                        "apiserver_admission_webhook_admission_duration_seconds_sum{"
                                + "name=\"a.example.com\",operation=\"CREATE\","
                                + "rejected=\"true\",type=\"admit\"} 0.03"),
                told("apiserver_admission_webhook_admission_duration_seconds_sum"));
    }

    @Test
    void aFailureThatIsIgnoredCountsAsFailedOpenAndAsNoRejection() {
        webhooks.failed(QUESTION, webhooks.now(), 503, true);

        assertEquals(
                List.of(
                        "apiserver_admission_webhook_fail_open_count{name=\"a.example.com\","
                                + "type=\"admit\"} 1"),
                told("apiserver_admission_webhook_fail_open_count"));
        assertEquals(List.of(), told("apiserver_admission_webhook_rejection_count"));
        assertEquals(
                List.of(
                        "apiserver_admission_webhook_request_total{code=\"503\","
                                + "name=\"a.example.com\",operation=\"CREATE\","
                                + "rejected=\"false\",type=\"admit\"} 1"),
                told("apiserver_admission_webhook_request_total"));
    }

    @Test
    void codesAreBounded() {
        webhooks.refused(QUESTION, webhooks.now(), 999);

        assertEquals(1, told("apiserver_admission_webhook_request_total{code=\"600\"").size());
    }
}
