package kat.logging.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineFieldsTest {

    @Test
    void readsMembersByTheirPath() {
        String text = "{\"level\":\"warn\",\"http\":{\"code\":500,\"ok\":false},\"tags\":[\"a\"]}";

        assertEquals(
                Map.of("level", "warn", "http.code", "500", "http.ok", "false", "tags", "[\"a\"]"),
                LineFields.of(text));
    }

    @Test
    void hasNoFieldsOfWhatIsNoObject() {
        assertEquals(Map.of(), LineFields.of("{broken}"));
        assertEquals(Map.of(), LineFields.of("[1]"));
        assertEquals(Map.of(), LineFields.of("plain"));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02 ERROR broken, error",
        "WARNING: something, warn",
        "time=1 level=info msg=x, info",
        "errors are nouns, ''",
        "{\"severity\":\"Critical\"}, fatal"
    })
    void tellsHowGraveALineIs(String text, String level) {
        assertEquals(level, LineFields.level(text, new TreeMap<>(LineFields.of(text))));
    }
}
