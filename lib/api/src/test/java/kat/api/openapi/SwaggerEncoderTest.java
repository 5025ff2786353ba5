package kat.api.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class SwaggerEncoderTest {

    private static String encoded(String json) {
        return HexFormat.ofDelimiter(" ")
                .formatHex(SwaggerEncoder.encode((JsonObject) Json.parse(json.getBytes(UTF_8))));
    }

    @Test
    void definitionsLieInMessagesWithTheirNames() {
        assertEquals(
                "4a 20 0a 1e 0a 01 41 12 19" // definitions, one, named A, of 25 bytes
                        + " b2 01 08 0a 06 6f 62 6a 65 63 74" // type: object
                        + " fa 01 0b 0a 03 78 2d 61 12 04 12 02 31 0a" // x-a: 1, in YAML
                        + " 0a 03 32 2e 30", // swagger: "2.0"
                encoded(
                        """
                        {"swagger": "2.0", "definitions": {"A": {"type": "object", "x-a": 1}}}
                        """));
    }

    @Test
    void additionalPropertiesAreASchemaOrABoolean() {
        String before = "4a 0c 0a 0a 0a 01 41 12 05 aa 01 02 ";
        assertEquals(
                before + "0a 00",
                encoded("{\"definitions\": {\"A\": {\"additionalProperties\": {}}}}"));
        assertEquals(
                before + "10 01",
                encoded("{\"definitions\": {\"A\": {\"additionalProperties\": true}}}"));
    }

    @Test
    void whatTheFormHasNoPlaceForIsLeftOut() {
        assertEquals(
                "4a 07 0a 05 0a 01 41 12 00",
                encoded("{\"definitions\": {\"A\": {\"oneOf\": [{\"type\": \"string\"}]}}}"));
    }

    @Test
    void aParameterIsToldByItsPlace() {
        assertEquals(
                "42 17 12 15 0a 02 2f 61 12 0f 4a 0d 0a 0b 12 09" // one parameter of path /a
                        + " 1a 07 12 05 71 75 65 72 79", // in: query
                encoded("{\"paths\": {\"/a\": {\"parameters\": [{\"in\": \"query\"}]}}}"));
    }
}
