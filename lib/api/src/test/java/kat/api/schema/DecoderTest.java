package kat.api.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonNull;
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

    @Test
    void tellsAListThatWasSentEmptyUntilItIsStored() {
        Schema schema = Schemas.builtIn().of(Kinds.builtIn().require("v1", "LimitRange"));
        JsonObject tree = (JsonObject) Json.parse("{\"spec\":{\"limits\":[]}}".getBytes(UTF_8));

        JsonObject decoded = Decoder.canonical(schema, tree);

        assertEquals(tree.object("spec"), decoded.object("spec"));
        assertEquals(JsonNull.NULL, ReadBack.of(schema, decoded).object("spec").get("limits"));
    }
}
