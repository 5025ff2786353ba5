package kat.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1000m, 1",
        "0.5, 500m",
        "1.5, 1500m",
        "100m, 100m",
        "1000, 1k",
        "1024, 1024",
        "1Ki, 1Ki",
        "1024Ki, 1Mi",
        "0.5Gi, 512Mi",
        "1.5Gi, 1536Mi",
        "1000Ki, 1000Ki",
        "100Ki, 100Ki",
        "0.1Ki, 102400m",
        "1e3, 1e3",
        "2000e3, 2e6",
        "12e6, 12e6",
        "1E, 1E",
        "0.0000000001, 1n",
        "-1.5, -1500m",
        "+5, 5",
        "5000000u, 5",
        "1500000, 1500k",
        "9223372036854775807, 9223372036854775807",
        "100000000000000000000, 9223372036854775807",
    })
    void writesCanonically(String text, String canonical) {
        assertEquals(canonical, Quantity.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "abc", "1 Gi", "1kb", "Gi", "1e", "--1", "."})
    void refusesWhatIsNoQuantity(String text) {
        NumberFormatException refused =
                assertThrows(NumberFormatException.class, () -> Quantity.parse(text));

        assertEquals(Quantity.WRONG, refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1500m, 2, 1500", "1, 1, 1000", "1Ki, 1024, 1024000", "1n, 1, 1"})
    void roundsUpToTheUnitsOfReckoning(String text, long units, long thousandths) {
        assertEquals(units, Quantity.parse(text).wholeUnits());
        assertEquals(thousandths, Quantity.parse(text).thousandths());
    }
}
