package kat.apiserver.dynamic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchFaultsTest {

    private static final JsonObject DOCUMENT = parse("{\"data\":{\"k\":\"v\"},\"list\":[1]}");

    private static JsonObject parse(String text) {
        return (JsonObject) Json.parse(text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"op\":\"remove\",\"path\":\"/data/no\"} | error in remove for path: '/data/no':"
                        + " Unable to remove nonexistent key: no: missing value",
                "{\"op\":\"test\",\"path\":\"/data/k\",\"value\":\"x\"} | testing value /data/k"
                        + " failed: test failed",
                "{\"op\":\"test\",\"path\":\"/no/k\",\"value\":\"x\"} | test operation does not"
                        + " apply: is missing path: /no/k: missing value",
                "{\"op\":\"test\",\"path\":\"/list/4\",\"value\":1} | error in test for path:"
                        + " '/list/4': Unable to access invalid index: 4: invalid index referenced",
                "{\"op\":\"frob\",\"path\":\"/data/k\"} | Unexpected kind: frob",
                "{\"path\":\"/data/k\"} | Unexpected kind: unknown",
                "{\"op\":\"add\",\"value\":1} | add operation failed to decode path: missing value",
                "{\"op\":\"replace\",\"value\":1} | replace operation failed to decode path:"
                        + " operation missing path field: missing value",
                "{\"op\":\"move\",\"path\":\"/data/k\"} | move operation failed to decode from:"
                        + " operation, missing from field: missing value",
                "{\"op\":\"add\",\"path\":\"/a/b/c\",\"value\":1} | add operation does not apply:"
                        + " doc is missing path: \"/a/b/c\": missing value",
                "{\"op\":\"move\",\"from\":\"/data/zz\",\"path\":\"/data/c\"} | error in move for"
                        + " path: 'zz': Unable to remove nonexistent key: zz: missing value",
                "{\"op\":\"replace\",\"path\":\"\",\"value\":null} | replace operation value must"
                        + " be object or array: %!w(<nil>)"
            })
    void namesTheFaultOfAnOperation(String operation, String told) {
        assertEquals(told, PatchFaults.of(DOCUMENT, parse(operation)));
    }
}
