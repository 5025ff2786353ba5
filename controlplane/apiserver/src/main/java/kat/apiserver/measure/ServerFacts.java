package kat.apiserver.measure;

import java.util.List;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.base.metrics.Source;

/// Which version the server is of.
///
/// **Source:** `component-base/metrics/prometheus/compatversion/metrics.go`.
///
/// @param version values of the labels of `version_info`, in their order
public record ServerFacts(List<String> version) implements Source {

    /// Told with what the server counts of its connections.
    public static final Metric HANDSHAKES =
            Metric.counter(
                    "apiserver_tls_handshake_errors_total",
                    "Connections that ended before TLS was agreed on.");

    private static final Metric VERSION =
            Metric.gauge(
                    "version_info",
                    "Always 1; the labels tell with which versions the server gets along.",
                    "binary",
                    "component",
                    "emulation",
                    "min_compat");

    public ServerFacts {
        version = List.copyOf(version);
    }

    @Override
    public void tell(Exposition to) {
        to.value(VERSION, 1, version);
    }
}
