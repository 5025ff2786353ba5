package kat.controllers.podautoscaler;

/// A metric cannot be had, or says nothing; the message is shown to people.
public final class MetricFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final String text;

    public MetricFault(String message) {
        super(message, null, false, false);
        this.text = message;
    }

    /// The message.
    String text() {
        return text;
    }

    static MetricFault noCustomMetrics() {
        return new MetricFault(
                "unable to fetch metrics from custom metrics API: no custom metrics API"
                        + " (custom.metrics.k8s.io) registered");
    }

    /// The same with what was wanted before it.
    MetricFault when(String wanted) {
        return new MetricFault(wanted + ": " + text);
    }
}
