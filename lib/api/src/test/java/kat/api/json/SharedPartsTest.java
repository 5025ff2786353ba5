package kat.api.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedPartsTest {

    private static JsonObject parse(String text) {
        return (JsonObject) Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String owners(String label) {
        return "{\"fieldsV1\":{\"f:metadata\":{\"f:labels\":{\"f:%s\":{}}},\"f:spec\":{\"f:a\":{}}}}"
                .formatted(label);
    }

    @Test
    void shortValuesOfDifferentTreesAreTheSame() {
        Json first = parse("{\"imagePullPolicy\":\"IfNotPresent\"}").get("imagePullPolicy");
        assertSame(first, parse("{\"a\":[\"IfNotPresent\"]}").array("a").get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "ä",
                "\\u00e4",
                "a\\\"b",
                "0123456789012345678901234567890123456789",
                "01234567890123456789012345678901234567890",
                "0123456789äöü€🐈 and so on and so on"
            })
    void everyTextIsReadAsItIsWritten(String escaped) {
        String expected =
                escaped.replace("\\u00e4", "ä").replace("\\\"", "\""); // what the escapes stand for
        for (int again = 0; again < 2; again++) {
            assertEquals(expected, parse("{\"a\":\"" + escaped + "\"}").string("a"));
        }
    }

    @Test
    void textsOfOneSlotDoNotMix() {
        IntStream.range(0, 100_000)
                .forEach(i -> assertEquals("v" + i, parse("{\"a\":\"v" + i + "\"}").string("a")));
    }

    @Test
    void fieldSetsOfDifferentObjectsAreTheSame() {
        assertSame(
                parse(owners("app")).object("fieldsV1"), parse(owners("app")).object("fieldsV1"));
    }

    @Test
    void fieldSetsThatDifferShareWhatTheyHaveInCommon() {
        JsonObject one = parse(owners("app")).object("fieldsV1");
        JsonObject other = parse(owners("tier")).object("fieldsV1");
        assertSame(one.object("f:spec"), other.object("f:spec"));
        assertNotSame(one, other);
        assertEquals("{\"f:tier\":{}}", other.at("f:metadata", "f:labels").toString());
    }
}
