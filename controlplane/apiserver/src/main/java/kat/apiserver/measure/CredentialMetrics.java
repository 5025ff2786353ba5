package kat.apiserver.measure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;

/// What credentials were like that were shown, and who decided about those who showed them.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/authentication/request/x509/x509.go`,
/// `pkg/serviceaccount/metrics.go`, `apiserver/pkg/authorization/metrics/metrics.go`.
public final class CredentialMetrics {

    private static final double[] LEFT = {
        0,
        1_800,
        3_600,
        7_200,
        21_600,
        43_200,
        86_400,
        172_800,
        345_600,
        604_800,
        2_592_000,
        7_776_000,
        15_552_000,
        31_104_000
    };
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final String ACCOUNT = "serviceaccount_";

    private final Metrics metrics;
    private final Histogram left;
    private final LongAdder valid;
    private final LongAdder stale;
    private final LongAdder legacy;
    private final LongAdder manual;
    private final LongAdder generated;
    private final LongAdder invalid;

    public CredentialMetrics(Metrics metrics) {
        this.metrics = metrics;
        this.left =
                metrics.histograms(
                                Metric.histogram(
                                        "apiserver_client_certificate_expiration_seconds",
                                        "Seconds for which certificates that were shown are valid.",
                                        LEFT))
                        .of();
        this.valid = counter("valid_tokens_total", "Tokens that pods had read in time.");
        this.stale = counter("stale_tokens_total", "Tokens that pods should have read again.");
        this.legacy = counter("legacy_tokens_total", "Tokens of Secrets that were shown.");
        this.manual =
                counter("legacy_manual_token_uses_total", "Those of Secrets that people made.");
        this.generated = counter("legacy_auto_token_uses_total", "Those of generated Secrets.");
        this.invalid =
                counter(
                        "invalid_legacy_auto_token_uses_total",
                        "Those of generated Secrets that are marked as invalid.");
    }

    private LongAdder counter(String name, String help) {
        return metrics.adders(Metric.counter(ACCOUNT + name, help)).of();
    }

    /// A client's certificate was shown.
    public void certificate(Duration remaining) {
        left.add(remaining.toMillis() / MILLIS_PER_SECOND);
    }

    /// A pod showed the token of its account.
    ///
    /// @param isStale whether it should have read it again
    public void bound(boolean isStale) {
        (isStale ? stale : valid).increment();
    }

    /// A token of a Secret was accepted.
    ///
    /// @param isGenerated whether nobody made the Secret by hand
    public void ofSecret(boolean isGenerated) {
        legacy.increment();
        (isGenerated ? generated : manual).increment();
    }

    /// A token of a Secret was refused for its mark.
    public void markedInvalid() {
        invalid.increment();
    }

    /// Counts those decisions of one who decides that end the question.
    ///
    /// @param allowed how often it allowed
    /// @param denied how often it forbade that others allow
    public record Decisions(LongAdder allowed, LongAdder denied) {}

    /// @param type as an AuthorizationConfiguration names it
    /// @param name the name that it has there
    public Decisions decisions(String type, String name) {
        Metric metric =
                Metric.counter(
                        "apiserver_authorization_decisions_total",
                        "Decisions that ended the question, by who made them.",
                        "decision",
                        "name",
                        "type");
        List<LongAdder> both =
                List.of(
                        metrics.adders(metric).of("allowed", name, type),
                        metrics.adders(metric).of("denied", name, type));
        return new Decisions(both.getFirst(), both.getLast());
    }
}
