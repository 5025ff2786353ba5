package kat.base.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final Metric CALLS = Metric.counter("b_calls_total", "Calls.", "code", "verb");
    private static final Metric TIMES =
            Metric.histogram("a_seconds", "Times.", new double[] {0.5, 1});

    private final Metrics metrics = new Metrics();

    @Test
    void tellsMetricsByNameAndTheirSeriesByValue() {
        Series<LongAdder> calls = metrics.adders(CALLS);
        calls.of("404", "get").increment();
        calls.of("200", "list").add(2);
        metrics.histograms(TIMES).of().add(0.75);

        String text = metrics.text();

        assertEquals(
                """
                # HELP a_seconds Times.
                # TYPE a_seconds histogram
                a_seconds_bucket{le="0.5"} 0
                a_seconds_bucket{le="1"} 1
                a_seconds_bucket{le="+Inf"} 1
                a_seconds_sum 0.75
                a_seconds_count 1
                # HELP b_calls_total Calls.
                # TYPE b_calls_total counter
                b_calls_total{code="200",verb="list"} 2
                b_calls_total{code="404",verb="get"} 1
                """,
                text);
    }

    @Test
    void sortsSeriesThatASourceTellsInAnyOrder() {
        Metric times = Metric.histogram("a_seconds", "Times.", new double[] {0.5}, "code");
        Histogram histogram = times.newHistogram();
        Source source =
                to -> {
                    to.value(CALLS, 1, "200", "list");
                    to.histogram(times, histogram, List.of("404"));
                    to.value(CALLS, 2, "200", "get");
                    to.histogram(times, histogram, List.of("200"));
                };

        List<String> labels =
                Exposition.of(List.of(source))
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.replaceAll("(?s) .*", ""))
                        .toList();

        assertEquals(
                List.of(
                        "a_seconds_bucket{code=\"200\",le=\"0.5\"}",
                        "a_seconds_bucket{code=\"200\",le=\"+Inf\"}",
                        "a_seconds_sum{code=\"200\"}",
                        "a_seconds_count{code=\"200\"}",
                        "a_seconds_bucket{code=\"404\",le=\"0.5\"}",
                        "a_seconds_bucket{code=\"404\",le=\"+Inf\"}",
                        "a_seconds_sum{code=\"404\"}",
                        "a_seconds_count{code=\"404\"}",
                        "b_calls_total{code=\"200\",verb=\"get\"}",
                        "b_calls_total{code=\"200\",verb=\"list\"}"),
                labels);
    }

    @Test
    void tellsWhatHappenedToNobodyOnlyWithoutLabels() {
        metrics.adders(CALLS);
        metrics.adders(Metric.counter("c_total", "Some."));

        String text = metrics.text();

        assertEquals("# HELP c_total Some.\n# TYPE c_total counter\nc_total 0\n", text);
    }

    @Test
    void aPartThatComesAgainCountsOn() {
        metrics.adders(CALLS).of("200", "get").increment();

        metrics.adders(CALLS).of("200", "get").increment();

        assertTrue(metrics.text().contains("b_calls_total{code=\"200\",verb=\"get\"} 2\n"));
        assertSame(metrics.adders(CALLS), metrics.adders(CALLS));
    }

    @Test
    void aNameStandsForOneMetric() {
        metrics.adders(CALLS);
        Metric other = Metric.counter(CALLS.name(), CALLS.help(), "code");

        assertThrows(IllegalStateException.class, () -> metrics.adders(other));
        assertThrows(IllegalArgumentException.class, () -> metrics.adders(CALLS).of("200"));
    }

    @Test
    void asksSourcesUntilTheyEnd() throws Exception {
        Metric depth = Metric.gauge("depth", "Depth.", "name");
        AutoCloseable source = metrics.add(to -> to.value(depth, 1.5e9, "a\"b\\c\nd"));
        String before = metrics.text();

        source.close();

        assertTrue(before.endsWith("depth{name=\"a\\\"b\\\\c\\nd\"} 1500000000\n"), before);
        assertEquals("", metrics.text());
    }

    @Test
    void severalSourcesMayTellOneMetric() {
        Metric depth = Metric.gauge("depth", "Depth.", "name");

        String text =
                Exposition.of(
                        List.of(to -> to.value(depth, 1, "a"), to -> to.value(depth, 2, "b")));

        assertEquals(
                """
                # HELP depth Depth.
                # TYPE depth gauge
                depth{name="a"} 1
                depth{name="b"} 2
                """,
                text);
    }

    @Test
    void madeUpNamesCountAsOneInTheEnd() {
        Series<LongAdder> calls = metrics.adders(CALLS);

        for (int i = 0; i < Series.MOST + 5; i++) {
            calls.of("200", "verb" + i).increment();
        }

        String text = metrics.text();
        assertTrue(text.contains("b_calls_total{code=\"other\",verb=\"other\"} 5\n"), text);
        assertEquals(Series.MOST + 3, text.lines().count());
    }
}
