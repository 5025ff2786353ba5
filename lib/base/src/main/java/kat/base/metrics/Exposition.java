package kat.base.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.base.Check;
import kat.base.Histogram;

/// Values of metrics on their way into the text form of Prometheus: metrics are sorted by name,
/// series by the values of their labels, and metrics without any value are left out.
///
/// **Threads:** one.
///
/// **Source:** `https://prometheus.io/docs/instrumenting/exposition_formats/`.
public final class Exposition {

    private static final double MOST_WHOLE = 1e15; // a double still knows the next one

    private final SortedMap<String, Lines> all = new TreeMap<>();

    private record Lines(Metric metric, StringBuilder text, List<Part> parts) {

        private String sorted() {
            StringBuilder out = new StringBuilder(text.length());
            parts.stream()
                    .sorted(Comparator.comparing(Part::values, Exposition::compare))
                    .forEach(each -> out.append(text, each.from(), each.to()));
            return out.toString();
        }
    }

    /// One series.
    ///
    /// @param from where its lines begin in the text
    private record Part(List<String> values, int from, int to) {
        Part {
            values = List.copyOf(values);
        }
    }

    private Exposition() {}

    /// What some sources tell.
    public static String of(List<Source> sources) {
        Exposition exposition = new Exposition();
        sources.forEach(source -> source.tell(exposition));
        return exposition.text();
    }

    /// @param values of the metric's labels, in their order
    public void value(Metric metric, double value, List<String> values) {
        boolean isWhole = value == Math.rint(value) && Math.abs(value) < MOST_WHOLE;
        line(metric, isWhole ? Long.toString((long) value) : Histogram.number(value), values);
    }

    /// @param values of the metric's labels, in their order
    public void value(Metric metric, double value, String... values) {
        value(metric, value, List.of(values));
    }

    /// @param values of the metric's labels, in their order
    public void value(Metric metric, long value, List<String> values) {
        line(metric, Long.toString(value), values);
    }

    /// @param values of the metric's labels, in their order
    public void value(Metric metric, long value, String... values) {
        value(metric, value, List.of(values));
    }

    private void line(Metric metric, String number, List<String> values) {
        Lines lines = lines(metric);
        StringBuilder out = lines.text();
        int from = out.length();
        out.append(metric.name());
        String labels = labels(metric, values);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ').append(number).append('\n');
        lines.parts().add(new Part(values, from, out.length()));
    }

    /// @param values of the metric's labels, in their order
    public void histogram(Metric metric, Histogram histogram, List<String> values) {
        histogram(metric, List.of(histogram), values);
    }

    /// Several as one series, where a metric has fewer labels than were counted by. Ranges that
    /// the metric does not have are told as part of the next.
    ///
    /// @param several of the same ranges, one at least; the last of them those of the metric
    public void histogram(Metric metric, List<Histogram> several, List<String> values) {
        Lines lines = lines(metric);
        int from = lines.text().length();
        Histogram.write(
                metric.name(),
                labels(metric, values),
                several,
                metric.bounds().getFirst(),
                lines.text());
        lines.parts().add(new Part(values, from, lines.text().length()));
    }

    private Lines lines(Metric metric) {
        Lines lines =
                all.computeIfAbsent(
                        metric.name(),
                        _ -> new Lines(metric, new StringBuilder(), new ArrayList<>()));
        Check.state(lines.metric().equals(metric), "a name stands for one metric");
        return lines;
    }

    /// As many values on both sides.
    private static int compare(List<String> one, List<String> other) {
        for (int i = 0; i < one.size(); i++) {
            int order = one.get(i).compareTo(other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static String labels(Metric metric, List<String> values) {
        Check.argument(values.size() == metric.labels().size(), "one value a label");
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ",").append(metric.labels().get(i)).append("=\"");
            out.append(escaped(values.get(i)).replace("\"", "\\\"")).append('"');
        }
        return out.toString();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private String text() {
        StringBuilder out = new StringBuilder();
        for (Lines lines : all.values()) {
            Metric metric = lines.metric();
            out.append("# HELP ").append(metric.name()).append(' ');
            out.append(escaped(metric.help())).append("\n# TYPE ").append(metric.name());
            out.append(' ').append(metric.type().name().toLowerCase(Locale.ROOT)).append('\n');
            out.append(lines.sorted());
        }
        return out.toString();
    }
}
