package kat.apiserver.measure;

import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// What admission policies decided, and how long that took.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/admission/plugin/policy/validating/metrics`, `…/mutating/metrics`.
public final class PolicyMetrics {

    private static final String NO_ERROR = "no_error";
    private static final String INVALID = "invalid_error";

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] SECONDS = {0.0000005, 0.001, 0.01, 0.1, 1};
    private static final String[] DECISION = {
        "enforcement_action", "error_type", "policy", "policy_binding"
    };
    private static final String[] CHANGE = {"error_type", "policy", "policy_binding"};

    private final Series<LongAdder> checks;
    private final Series<Histogram> seconds;
    private final Series<LongAdder> changes;
    private final Series<Histogram> changeSeconds;
    private final Ticker ticker;

    public PolicyMetrics(Metrics metrics, Ticker ticker) {
        this.ticker = ticker;
        String validating = "apiserver_validating_admission_policy_";
        this.checks =
                metrics.adders(
                        Metric.counter(
                                validating + "check_total",
                                "Decisions of validating policies that did more than allow, and"
                                        + " failures that were ignored.",
                                DECISION));
        this.seconds =
                metrics.histograms(
                        Metric.histogram(
                                validating + "check_duration_seconds",
                                "Seconds of a validating policy until such a decision.",
                                SECONDS,
                                DECISION));
        String mutating = "apiserver_mutating_admission_policy_";
        this.changes =
                metrics.adders(
                        Metric.counter(
                                mutating + "check_total",
                                "Mutations of mutating policies.",
                                CHANGE));
        this.changeSeconds =
                metrics.histograms(
                        Metric.histogram(
                                mutating + "check_duration_seconds",
                                "Seconds of one mutation of a mutating policy.",
                                SECONDS,
                                CHANGE));
    }

    public long now() {
        return ticker.nanos();
    }

    /// A validating policy decided. Kubernetes tells no kinds of errors apart here.
    ///
    /// @param action `allow`, `deny`, `warn` or `audit`
    public void decided(String policy, String binding, String action, long nanos) {
        checks.of(action, INVALID, policy, binding).increment();
        seconds.of(action, INVALID, policy, binding).add(nanos / NANOS_PER_SECOND);
    }

    /// A mutating policy made one change, or failed to.
    public void changed(String policy, String binding, boolean failed, long since) {
        String error = failed ? INVALID : NO_ERROR;
        changes.of(error, policy, binding).increment();
        changeSeconds.of(error, policy, binding).add((ticker.nanos() - since) / NANOS_PER_SECOND);
    }
}
