package kat.apiserver.measure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.base.metrics.Series;
import org.jspecify.annotations.Nullable;

/// How long admission takes, as a whole and plug-in by plug-in.
///
/// ```
/// Run run = times.begin(whole, operation);
/// run.at(first); … run.at(second); … run.end(false);
/// ```
///
/// **Threads:** any; a [Run] belongs to one.
///
/// **Source:** `apiserver/pkg/admission/metrics/metrics.go`.
public final class AdmissionTimes {

    private static final double[] SECONDS = {0.005, 0.025, 0.1, 0.5, 1, 2.5};
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Metric WHOLE =
            Metric.histogram(
                    "apiserver_admission_step_admission_duration_seconds",
                    "Seconds of all plug-ins that may change, or that decide, about one write.",
                    SECONDS,
                    "operation",
                    "rejected",
                    "type");
    private static final Metric CONTROLLER =
            Metric.histogram(
                    "apiserver_admission_controller_admission_duration_seconds",
                    "Seconds of one plug-in about one write.",
                    SECONDS,
                    "name",
                    "operation",
                    "rejected",
                    "type");

    private final Series<Histogram> wholes;
    private final Series<Histogram> controllers;
    private final Ticker ticker;

    public AdmissionTimes(Metrics metrics, Ticker ticker) {
        this.wholes = metrics.histograms(WHOLE);
        this.controllers = metrics.histograms(CONTROLLER);
        this.ticker = ticker;
    }

    /// What a plug-in is asked for.
    public enum Type {
        ADMIT("admit"),
        VALIDATE("validate");

        private final String label;

        Type(String label) {
            this.label = label;
        }
    }

    /// One of the things that are timed.
    public final class Step {

        private final @Nullable String name;
        private final Type type;
        private final Map<Enum<?>, Histogram> passed = new ConcurrentHashMap<>();
        private final Map<Enum<?>, Histogram> refused = new ConcurrentHashMap<>();

        private Step(@Nullable String name, Type type) {
            this.name = name;
            this.type = type;
        }

        private void add(Enum<?> operation, boolean rejected, long nanos) {
            Map<Enum<?>, Histogram> known = rejected ? refused : passed;
            Histogram histogram = known.get(operation);
            if (histogram == null) {
                histogram = found(operation.name(), Boolean.toString(rejected));
                known.put(operation, histogram);
            }
            histogram.add(nanos / NANOS_PER_SECOND);
        }

        private Histogram found(String operation, String rejected) {
            return name == null
                    ? wholes.of(operation, rejected, type.label)
                    : controllers.of(name, operation, rejected, type.label);
        }
    }

    /// All plug-ins together.
    public Step whole(Type type) {
        return new Step(null, type);
    }

    /// One of them.
    ///
    /// @param name as Kubernetes has it
    public Step controller(String name, Type type) {
        return new Step(name, type);
    }

    /// Begins to time one write.
    public Run begin(Step whole, Enum<?> operation) {
        return new Run(whole, operation, ticker.nanos());
    }

    /// One write on its way through the plug-ins.
    public final class Run {

        private final Step whole;
        private final Enum<?> operation;
        private final long began;
        private @Nullable Step current;
        private long since;

        private Run(Step whole, Enum<?> operation, long began) {
            this.whole = whole;
            this.operation = operation;
            this.began = began;
        }

        /// The plug-in before has ended, the next begins.
        public void at(Step next) {
            leave(false);
            current = next;
        }

        /// The last one has ended.
        ///
        /// @param rejected whether it refused the write
        public void end(boolean rejected) {
            leave(rejected);
            current = null;
            whole.add(operation, rejected, since - began);
        }

        private void leave(boolean rejected) {
            long now = ticker.nanos();
            Step known = current;
            if (known != null) {
                known.add(operation, rejected, now - since);
            }
            since = now;
        }
    }
}
