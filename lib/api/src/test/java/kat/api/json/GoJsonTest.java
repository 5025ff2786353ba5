package kat.api.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoJsonTest {

    @ParameterizedTest
    @CsvSource({
        "{\"a\":\"b\"}, {\"a\":\"b\"}",
        "\"<a href=x>&amp;\", \"\\u003ca href=x\\u003e\\u0026amp;\"",
        "\"\u2028\u2029\u2027\", \"\\u2028\\u2029\u2027\"",
        "\"\\u003c\", \"\\u003c\""
    })
    void escapesWhatMeansSomethingInPagesAndScripts(String json, String expected) {
        assertEquals(expected, GoJson.escaped(json));
    }
}
