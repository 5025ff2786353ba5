package kat.apiserver.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.apiserver.measure.ConversionMetrics.Step;
import kat.base.metrics.Metrics;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class CredentialMetricsTest {

    private final Metrics metrics = new Metrics();
    private final CredentialMetrics credentials = new CredentialMetrics(metrics);

    private List<String> told(String name) {
        return metrics.text().lines().filter(line -> line.startsWith(name)).toList();
    }

    @Test
    void certificatesCountByTheTimeThatTheyHaveLeft() {
        credentials.certificate(Duration.ofMinutes(59));

        String name = "apiserver_client_certificate_expiration_seconds";
        assertEquals(List.of(name + "_bucket{le=\"1800\"} 0"), told(name + "_bucket{le=\"1800\"}"));
        assertEquals(List.of(name + "_bucket{le=\"3600\"} 1"), told(name + "_bucket{le=\"3600\"}"));
    }

    @Test
    void tokensCountByWhatTheyWereLike() {
        credentials.bound(false);
        credentials.bound(true);
        credentials.ofSecret(true);
        credentials.markedInvalid();

        assertEquals(
                List.of(
                        "serviceaccount_invalid_legacy_auto_token_uses_total 1",
                        "serviceaccount_legacy_auto_token_uses_total 1",
                        "serviceaccount_legacy_manual_token_uses_total 0",
                        "serviceaccount_legacy_tokens_total 1",
                        "serviceaccount_stale_tokens_total 1",
                        "serviceaccount_valid_tokens_total 1"),
                told("serviceaccount_"));
    }

    @Test
    void aConversionCountsByHowFarItCame() {
        ConversionMetrics conversions =
                new ConversionMetrics(metrics, new FakeTicker(Instant.EPOCH));
        try (ConversionMetrics.Run run = conversions.begin()) {
            run.at(Step.COUNT);
        }
        try (ConversionMetrics.Run run = conversions.begin()) {
            run.at(Step.DONE);
        }

        assertEquals(
                List.of(
                        "apiserver_conversion_webhook_request_total{failure_type=\"\","
                                + "result=\"success\"} 1",
                        "apiserver_conversion_webhook_request_total{failure_type="
                                + "\"conversion_webhook_partial_response_failure\","
                                + "result=\"failure\"} 1"),
                told("apiserver_conversion_webhook_request_total"));
    }
}
