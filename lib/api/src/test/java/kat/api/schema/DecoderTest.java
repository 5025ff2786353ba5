package kat.api.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class DecoderTest {

    @Test
    void namesFieldsAndNotTheKeysOfMaps() {
        Schema schema = Schemas.builtIn().of(Kinds.CONFIG_MAP);
        JsonObject tree = (JsonObject) Json.parse("{\"data\":{\"some.key\":5}}".getBytes(UTF_8));

        DecodeException refused =
                assertThrows(DecodeException.class, () -> Decoder.canonical(schema, tree));

        assertEquals(
                "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
                refused.getMessage());
    }
}
