package kat.controllers.podautoscaler;

import kat.api.Status;

/// A metric cannot be had, or says nothing; the message is shown to people.
public final class MetricFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final String text;
    private final boolean isAbsence;

    public MetricFault(String message) {
        this(message, false);
    }

    private MetricFault(String message, boolean isAbsence) {
        super(message, null, false, false);
        this.text = message;
        this.isAbsence = isAbsence;
    }

    /// What the API server answered.
    public static MetricFault of(Status answer) {
        return new MetricFault(answer.message(), answer.reason().equals("NotFound"));
    }

    /// The message.
    public String text() {
        return text;
    }

    /// Whether what was asked for does not exist, as opposed to one that cannot be read now.
    public boolean isAbsence() {
        return isAbsence;
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
