package kat.api.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {

    @Test
    void readsPlainWordsAsKubernetesDoes() {
        String text =
                "{a: yes, b: off, c: 0777, d: 0x10, e: ~, f: 1.5, g: 'yes', h: 1_000, i: 2001-01-01, j: !!str 5, 8080: x}";

        assertEquals(
                "{\"8080\":\"x\",\"a\":true,\"b\":false,\"c\":511,\"d\":16,\"e\":null,\"f\":1.5,"
                        + "\"g\":\"yes\",\"h\":1000,\"i\":\"2001-01-01\",\"j\":\"5\"}",
                Yaml.read(text).value().toString());
    }

    @Test
    void expandsAnchorsAndMergeKeys() {
        String text = "base: &b {a: 1, b: 2}\nmore:\n  <<: *b\n  b: 3\nagain: *b\n";

        assertEquals(
                "{\"again\":{\"a\":1,\"b\":2},\"base\":{\"a\":1,\"b\":2},\"more\":{\"a\":1,\"b\":3}}",
                Yaml.read(text).value().toString());
    }

    @Test
    void namesDuplicateKeysWithTheirLine() {
        Yaml.Document document = Yaml.read("data:\n  a: '1'\n  a: '2'\n");

        assertEquals(List.of("line 3: key \"a\" already set in map"), document.duplicates());
        assertEquals("{\"data\":{\"a\":\"2\"}}", document.value().toString());
    }

    @Test
    void namesDuplicateKeysThatAreNoTextBare() {
        assertEquals(
                List.of("line 1: key true already set in map"),
                Yaml.read("{y: 1, y: 2}\n").duplicates());
    }

    @Test
    void splitsDocumentsAndLeavesEmptyOnesOut() {
        assertEquals(2, Yaml.readObjects("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n").size());
    }

    @Test
    void refusesBrokenTextsAndBombs() {
        assertTrue(
                assertThrows(YamlException.class, () -> Yaml.read("a: ["))
                        .getMessage()
                        .startsWith("line "));
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 10; i++) {
            String before = "*a" + (i - 1);
            bomb.append(
                    "a"
                            + i
                            + ": &a"
                            + i
                            + " ["
                            + String.join(
                                    ",",
                                    List.of(
                                            before, before, before, before, before, before, before,
                                            before, before, before))
                            + "]\n");
        }
        assertThrows(YamlException.class, () -> Yaml.read(bomb.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"b\":[1,{\"c\":\"x\",\"d\":[[1,2],[]]},\"yes\",\"\"]},\"e\":{},\"f\":null}",
                "{\"a\":\"line 1\\nline 2\\n\",\"b\":\"no end\\nx\",\"c\":\" lead\\nx\",\"d\":\"two\\n\\n\",\"e\":\"tab\\tx\"}",
                "{\"a\":\"- x\",\"b\":\"a: b\",\"c\":\"a #b\",\"d\":\"it's\",\"e\":\"*x\",\"f\":\"1e3\",\"g\":\"#\",\"h\":\"é ☃\"}",
                "[1,\"a\",{\"b\":true}]",
                "\"x\""
            })
    void writesWhatItReadsBack(String json) {
        Json value = Json.parse(json.getBytes(StandardCharsets.UTF_8));

        assertEquals(value, Yaml.read(Yaml.write(value)).value(), Yaml.write(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456Z", "2026-1-2"})
    void keepsTimesTexts(String time) {
        assertEquals('"' + time + "\"\n", Yaml.write(Json.of(time)));
    }

    @Test
    void writesBlockStyle() {
        Json value =
                Json.parse(
                        "{\"a\":{\"b\":[{\"c\":1,\"d\":\"x\"},2]},\"e\":\"1\"}"
                                .getBytes(StandardCharsets.UTF_8));

        assertEquals("a:\n  b:\n  - c: 1\n    d: x\n  - 2\ne: \"1\"\n", Yaml.write(value));
    }

    /// Texts and how Kubernetes 1.36.3 wrote them as the value of a key.
    static Stream<Arguments> textsOfKubernetes() {
        String words = "word ".repeat(30).strip();
        return Stream.of(
                Arguments.of(
                        words, "word ".repeat(16).strip() + "\n  " + "word ".repeat(14).strip()),
                Arguments.of(
                        "a: " + words,
                        "'a: "
                                + "word ".repeat(15).strip()
                                + "\n  "
                                + "word ".repeat(15).strip()
                                + "'"),
                Arguments.of(
                        "x".repeat(100) + " " + "y".repeat(100),
                        "x".repeat(100) + "\n  " + "y".repeat(100)),
                Arguments.of("a".repeat(300), "a".repeat(300)),
                Arguments.of("\n", "|2+\n"),
                Arguments.of("line1\nline2", "|-\n  line1\n  line2"),
                Arguments.of("trailing:\n", "|\n  trailing:"),
                Arguments.of("a \nb", "\"a \\nb\""),
                Arguments.of("  lead", "'  lead'"),
                Arguments.of("12:30", "\"12:30\""),
                Arguments.of(".nan", "\".nan\""),
                Arguments.of("NaN", "NaN"),
                Arguments.of("=", "="),
                Arguments.of("<<", "<<"),
                Arguments.of("--", "--"),
                Arguments.of("---", "'---'"),
                Arguments.of("-", "'-'"),
                Arguments.of("%a", "'%a'"),
                Arguments.of("\r\n", "\"\\r\\n\""),
                Arguments.of("a\tb", "\"a\\tb\""),
                Arguments.of("\u0001", "\"\\x01\""),
                Arguments.of("\uD83D\uDE00", "\"\\U0001F600\""),
                Arguments.of("\u65E5\u672C", "\u65E5\u672C"),
                Arguments.of("\u2028", "'\u2028'"));
    }

    @ParameterizedTest
    @MethodSource("textsOfKubernetes")
    void writesTextsAsKubernetesDoes(String text, String written) {
        String yaml = Yaml.write(JsonObject.of("k", Json.of(text)));

        assertEquals("k: " + written + "\n", yaml);
    }

    @Test
    void ordersKeysByTheNumbersInThem() {
        Json value =
                Json.parse(
                        "{\"k10\":1,\"k2\":1,\"k\":1,\"ka\":1,\"K\":1,\".\":1,\"a01\":1,\"a1\":1}"
                                .getBytes(UTF_8));

        String yaml = Yaml.write(value);

        assertEquals(".: 1\nK: 1\na1: 1\na01: 1\nk: 1\nk2: 1\nk10: 1\nka: 1\n", yaml);
    }

    @Test
    void writesTheValueOfALongKeyBelowIt() {
        String key = "x".repeat(130);

        String yaml = Yaml.write(JsonObject.of("a", JsonObject.of(key, Json.of("v"))));

        assertEquals("a:\n  ? " + key + "\n  : v\n", yaml);
    }
}
