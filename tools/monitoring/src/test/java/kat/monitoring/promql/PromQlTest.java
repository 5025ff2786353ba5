package kat.monitoring.promql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is right and wrong here was asked of promtool 2.42, too.
class PromQlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "up == 0",
                "-up ^ 2",
                "1 + 2 * 3",
                "1 > bool 2",
                "{job=\"a\", x!~\"b|c\"}",
                "sum by (job, instance) (rate(http_requests_total{code=~\"5..\"}[5m]))",
                "sum(rate(a[5m])) without (x) / on (b) group_left (c) sum(rate(d[1h30m])) by (b)",
                "topk(3, sum(a) by (b))",
                "count_values(\"version\", build_info)",
                "histogram_quantile(0.99, sum(rate(a_bucket[5m])) by (le))",
                "max_over_time(sum(up)[1h:5m] offset 5m)",
                "max_over_time(rate(a[5m])[1h:])",
                "a offset -5m @ 1609746000",
                "a[5m] @ end()",
                "time() - a > 3600",
                "label_replace(a, \"b\", \"$1\", \"c\", \"(.*)\")",
                "absent(up{job=\"x\"})",
                "a and on (b) c unless d or e",
                "vector(1)",
                "hour()",
                "round(a, 0.1)",
                "kube:rule:sum{a='b'} # why",
                "Inf * a",
                "a % 5 == bool 1",
                "sum(a) by (b) > ignoring(c) group_right d",
                "quantile(0.5, a)",
                "scalar(a) + 1",
                "(a)",
                "rate(a[90s])",
                "sum"
            })
    void takesWhatPrometheusTakes(String text) {
        PromQl.Expression found = PromQl.parse(text);

        assertTrue(found.type() != PromQl.Type.STRING, found::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "up ==",
                "1 > 2",
                "{}",
                "{a=\"\"}",
                "{a=~\".*\"}",
                "rate(a)",
                "rate(a[5m]",
                "rate(sum(a)[5m])",
                "sum(a[5m])",
                "foo(a)",
                "a[5]",
                "a[5m:1]",
                "a{b}",
                "a{b=c}",
                "a{b=\"c}",
                "topk(a)",
                "a and 1",
                "\"a\" + 1",
                "a offset b",
                "1 offset 5m",
                "sum(a) offset 5m",
                "rate(a[5m]) @ 5",
                "a + bool b",
                "round()",
                "time(a)",
                "a b",
                "5x",
                "a[5m] + 1",
                "a{b=~\"(\"}",
                "a{b=~\"x)(y\"}",
                "-\"a\"",
                "a == on (b c) d",
                "1 + on (a) b",
                "clamp_max(a)",
                "$a",
                "sum by a (b)"
            })
    void refusesWhatPrometheusRefuses(String text) {
        assertThrows(PromQlException.class, () -> PromQl.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1; SCALAR",
                "\"a\"; STRING",
                "a[5m]; MATRIX",
                "a * 2; VECTOR",
                "scalar(a) ^ 2; SCALAR"
            })
    void tellsTheType(String text, PromQl.Type type) {
        assertEquals(type, PromQl.parse(text).type());
    }

    @Test
    void tellsTheMetrics() {
        PromQl.Expression found =
                PromQl.parse("sum(rate(a[5m])) / {__name__=\"b\"} > c{x=\"y\"} or a");

        assertEquals(List.of("a", "b", "c"), List.copyOf(found.metrics()));
    }

    @Test
    void tellsWhereAndWhy() {
        PromQlException wrong =
                assertThrows(PromQlException.class, () -> PromQl.parse("sum(rate(a))"));

        assertEquals(
                "at character 10: rate takes a range vector, not a instant vector",
                wrong.getMessage());
    }

    @Test
    void doesNotGoTooDeep() {
        String deep = "(".repeat(100_000) + "a" + ")".repeat(100_000);

        assertThrows(PromQlException.class, () -> PromQl.parse(deep));
    }
}
