package kat.kubelet.metrics;

import java.util.List;
import java.util.Locale;

/// Writes metrics as Prometheus reads them, text format 0.0.4.
///
/// **Threads:** one.
final class Exposition {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    /// Begins a metric; its samples follow.
    Exposition family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /// @param labels names and values by turns
    /// @param millis the time it was measured; 0 for now
    Exposition sample(String name, List<String> labels, double value, long millis) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{');
            for (int i = 0; i < labels.size(); i += 2) {
                text.append(i == 0 ? "" : ",").append(labels.get(i)).append("=\"");
                text.append(escape(labels.get(i + 1))).append('"');
            }
            text.append('}');
        }
        text.append(' ').append(number(value));
        if (millis > 0) {
            text.append(' ').append(millis);
        }
        text.append('\n');
        return this;
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.9f", value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
