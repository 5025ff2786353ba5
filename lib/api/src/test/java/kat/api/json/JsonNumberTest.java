package kat.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonNumberTest {

    /// **Source:** what Go's `encoding/json` writes for these.
    @ParameterizedTest
    @CsvSource({
        "1e39, 1e+39",
        "-1.5e300, -1.5e+300",
        "1e21, 1e+21",
        "1e20, 100000000000000000000",
        "12345678.5, 12345678.5",
        "0.000001, 0.000001",
        "0.0000001, 1e-7",
        "-0.00000025, -2.5e-7",
        "5e0, 5",
        "0.1, 0.1"
    })
    void isWrittenAsGoWritesIt(String written, String expected) {
        assertEquals(expected, Json.parse(written.getBytes(UTF_8)).toString());
    }
}
