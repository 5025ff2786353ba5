package kat.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0m, 0",
        "0Ki, 0",
        "1000m, 1",
        "0.5, 500m",
        "1500m, 1500m",
        "100000, 100k",
        "12000, 12k",
        "1024Ki, 1Mi",
        "1.5Gi, 1536Mi",
        "1000Ki, 1000Ki",
        "1Ki, 1Ki",
        "512, 512",
        "0.5Ki, 512",
        "1e3, 1e3",
        "1E3, 1E3",
        "1000E3, 1e6",
        "1.500, 1.500",
        "1.50, 1500m",
        "0001Ki, 0001Ki",
        "+3Ki, +3Ki",
        "1234e3, 1234e3",
        "1e-3, 1e-3",
        "0.1n, 1n",
        "-1.1n, -2n",
        "1.1Ki, 1126400m",
        "+1, +1",
        "+01, +01",
        "00.5, 500m",
        "-5m, -5m",
        "1., 1.",
        ".5, 500m",
        "1E, 1E",
        "9223372036854775808, 9223372036854775808",
        "9Ei, 9223372036854775807",
        "128974848, 128974848",
        "129e6, 129e6",
        "1500Mi, 1500Mi",
        "2048Mi, 2Gi",
        "100M, 100M",
        "0.000001, 1u",
        "1000E, 1",
        "-1000E, -1",
        "999E, 999E",
        "1000000000000000000000, 1",
        "12000000000000000000000000, 12",
        "1001E, 1001E",
        "1000e18, 1e21"
    })
    void printsTheCanonicalText(String written, String canonical) {
        assertEquals(canonical, Quantity.parse(written).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1Zi", "abc", "1.2.3", "1 Gi", "1m1m"})
    void refusesWhatHasNoForm(String text) {
        assertEquals(Quantity.BAD_FORMAT, refusal(text));
    }

    @Test
    void refusesUnknownSuffixesAndMissingNumbers() {
        assertEquals(Quantity.BAD_SUFFIX, refusal("1mm"));
        assertEquals(Quantity.BAD_SUFFIX, refusal("1e"));
        assertEquals(Quantity.BAD_NUMBER, refusal("m"));
        assertEquals(Quantity.BAD_NUMBER, refusal("."));
    }

    private static String refusal(String text) {
        return assertThrows(NumberFormatException.class, () -> Quantity.parse(text)).getMessage();
    }

    @Test
    void computesAcrossFormats() {
        Quantity half = Quantity.parse("512Mi");

        assertEquals("1Gi", half.plus(half).toString());
        assertEquals("1500m", Quantity.parse("1").plus(Quantity.parse("500m")).toString());
        assertEquals(Quantity.parse("1"), Quantity.parse("1000m"));
        assertEquals(1, Quantity.parse("1m").wholeUnits());
        assertEquals(1500, Quantity.parse("1.5").thousandths());
    }

    @Test
    void showsSumsBeyondTheLargestSuffixWithoutOne() {
        Quantity large = Quantity.parse("999E").plus(Quantity.parse("1E"));

        assertEquals("1", large.toString());
        assertEquals(new BigDecimal("1e21").toBigInteger(), large.amount().toBigInteger());
        assertEquals("-1", large.negated().toString());
        Quantity zebi = Quantity.parse(BigInteger.TWO.pow(70).toString());
        assertEquals("1", Quantity.parse("1Ki").plus(zebi).minus(Quantity.parse("1Ki")).toString());
    }

    @Test
    void canonicalTextIsAFixedPointAndKeepsTheAmount() {
        Random random = new Random(7);
        String[] suffixes = {"", "n", "u", "m", "k", "M", "Ki", "Mi", "Gi", "e3", "e-2"};
        for (int i = 0; i < 2000; i++) {
            String text =
                    random.nextInt(100_000)
                            + "."
                            + random.nextInt(100)
                            + suffixes[i % suffixes.length];

            Quantity first = Quantity.parse(text);
            Quantity second = Quantity.parse(first.toString());

            assertEquals(first, second, text);
            assertEquals(first.toString(), second.toString(), text);
        }
    }
}
