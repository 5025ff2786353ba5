package kat.apiserver.measure;

import java.util.concurrent.atomic.LongAdder;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;

/// How pods and their templates were judged by the levels of Pod Security.
///
/// **Threads:** any.
///
/// **Source:** `pod-security-admission/metrics/metrics.go`.
public final class PodSecurityMetrics {

    private final Series<LongAdder> evaluations;

    public PodSecurityMetrics(Metrics metrics) {
        this.evaluations =
                metrics.adders(
                        Metric.counter(
                                "pod_security_evaluations_total",
                                "Pods and templates that were judged by a level of Pod Security.",
                                "decision",
                                "mode",
                                "policy_level",
                                "policy_version",
                                "request_operation",
                                "resource",
                                "subresource"));
    }

    /// What was judged.
    ///
    /// @param operation in lower case
    /// @param resource `pod` or `controller`
    /// @param subresource empty for none
    public record Subject(String operation, String resource, String subresource) {}

    /// By what it was judged.
    ///
    /// @param mode `enforce`, `audit` or `warn`
    /// @param version `latest`, `future` or such as `v1.30`
    public record Rule(String mode, String level, String version) {}

    public void judged(Subject subject, Rule rule, boolean isAllowed) {
        evaluations
                .of(
                        isAllowed ? "allow" : "deny",
                        rule.mode(),
                        rule.level(),
                        rule.version(),
                        subject.operation(),
                        subject.resource(),
                        subject.subresource())
                .increment();
    }
}
