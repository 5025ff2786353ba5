package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "application/json",
                "Application/JSON; charset=utf-8",
                "application/json; profile=\"a;b\"",
                "application/json; profile=\"a\\\";b\"; charset=utf-8",
                "application/json;",
            })
    void readsAMediaTypeWithItsParameters(String header) {
        assertEquals("application/json", Bodies.formOf(header));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "; charset=utf-8",
                "application/json; charset",
                "application/json; charset=",
                "application/json; profile=\"a",
                "application/json; profile=\"a\"b\"",
                "application/json; charset=utf-8; charset=ascii",
            })
    void takesNoTypeFromWhatIsBroken(String header) {
        assertEquals(Bodies.UNREADABLE, Bodies.formOf(header));
    }
}
