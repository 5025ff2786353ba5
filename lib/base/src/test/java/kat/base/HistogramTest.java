package kat.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistogramTest {

    @Test
    void valuesCountInTheirRangeAndInAllAbove() {
        Histogram histogram = new Histogram(0.5, 1);
        histogram.add(0.5);
        histogram.add(0.75);
        histogram.add(2);
        StringBuilder out = new StringBuilder();

        histogram.write("a", "b=\"c\"", out);

        assertEquals(
                """
                a_bucket{b="c",le="0.5"} 1
                a_bucket{b="c",le="1"} 2
                a_bucket{b="c",le="+Inf"} 3
                a_sum{b="c"} 3.25
                a_count{b="c"} 3
                """,
                out.toString());
    }

    @Test
    void severalAreToldAsOneInFewerRanges() {
        Histogram one = new Histogram(0.5, 1);
        Histogram other = new Histogram(0.5, 1);
        one.add(0.25);
        other.add(0.75);
        StringBuilder out = new StringBuilder();

        Histogram.write("a", "b=\"c\"", List.of(one, other), 1, out);

        assertEquals(
                """
                a_bucket{b="c",le="1"} 2
                a_bucket{b="c",le="+Inf"} 2
                a_sum{b="c"} 1
                a_count{b="c"} 2
                """,
                out.toString());
    }

    @Test
    void boundsGrowByAFactor() {
        double[] bounds = Histogram.exponential(1e-8, 10, 12);

        assertEquals(12, bounds.length);
        assertEquals("9.999999999999999e-06", Histogram.number(bounds[3]));
        assertEquals("1000", Histogram.number(bounds[11]));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "-2.5, -2.5",
        "0.005, 0.005",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "100000, 100000",
        "1000000, 1e+06",
        "1234567, 1.234567e+06",
        "1e100, 1e+100"
    })
    void numbersAreWrittenAsInGo(double number, String text) {
        assertEquals(text, Histogram.number(number));
    }
}
