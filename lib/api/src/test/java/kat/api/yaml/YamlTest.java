package kat.api.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Objects;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class YamlTest {

    @Test
    void readsScalarsAsTheirTypes() {
        Json read =
                Objects.requireNonNull(
                        Yaml.parse("a: 1\nb: text\nc: true\nd: null\ne: '8080'\nf: [1, 2.5]\n"));

        assertEquals(
                "{\"a\":1,\"b\":\"text\",\"c\":true,\"d\":null,\"e\":\"8080\",\"f\":[1,2.5]}",
                read.toString());
    }

    @Test
    void writesWhatItReadsBack() {
        JsonObject tree =
                JsonObject.builder()
                        .put("plain", "text")
                        .put("number like", "0123")
                        .put("yes", "no")
                        .put("lines", "one\ntwo\n")
                        .put("empty", "")
                        .put("list", Json.parse("[{\"a\":1},[],{}]".getBytes(UTF_8)))
                        .build();

        assertEquals(tree, Yaml.parse(Yaml.write(tree)));
    }

    @Test
    void quotesWordsThatOlderReadersTakeForTruthValues() {
        assertEquals("a: \"yes\"\n", Yaml.write(JsonObject.EMPTY.with("a", "yes")));
    }

    @Test
    void refusesABombOfAliases() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 200; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }

        assertThrows(YamlException.class, () -> Yaml.parse(bomb.toString()));
    }
}
