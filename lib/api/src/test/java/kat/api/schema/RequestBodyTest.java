package kat.api.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kat.api.Kinds;
import kat.api.json.JsonReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is told of bodies with faults. Who compares each fault with all others does not end within
/// minutes.
@Timeout(value = 2, unit = MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestBodyTest {

    private static final int MANY = 200_000;
    private static final int TOLD = 100;

    private static List<String> warnings(String json) {
        Schema schema = Schemas.builtIn().of(Kinds.CONFIG_MAP);
        return new RequestBody("v1", "ConfigMap", schema, (_, _) -> true)
                .readJson(json.getBytes(UTF_8), FieldValidation.WARN)
                .warnings();
    }

    private static String members(String format) {
        return IntStream.range(0, MANY)
                .mapToObj(format::formatted)
                .collect(Collectors.joining(","));
    }

    @Test
    void tellsFaultsInTheOrderOfTheBodyEachOnce() {
        List<String> told =
                warnings(
                        """
                        {"z": {"in": 1, "in": 2}, "metadata": {"y": 1, "name": "a", "name": "b"},
                         "data": {"k": "1", "k": "2", "k": "3"}, "z": 2, "a": 1, "data": {},
                         "metadata": {"name": "b", "x": 2, "y": 3}}
                        """);

        assertEquals(
                List.of(
                        "unknown field \"z\"",
                        "unknown field \"metadata.y\"",
                        "duplicate field \"metadata.name\"",
                        "duplicate field \"data.k\"",
                        "unknown field \"a\"",
                        "duplicate field \"data\"",
                        "duplicate field \"metadata\"",
                        "unknown field \"metadata.x\""),
                told);
    }

    @Test
    void quotesNamesOfFieldsAsGoDoes() {
        List<String> told =
                warnings("{\"a\\nb\": 1, \"data\": {\"\\\"k\": \"1\", \"\\\"k\": \"2\"}}");

        assertEquals(List.of("unknown field \"a\\nb\"", "duplicate field \"data.\\\"k\""), told);
    }

    @Test
    void tellsTheFirstOfManyUnknownFields() {
        List<String> told = warnings("{" + members("\"u%d\":1") + "," + members("\"u%d\":2") + "}");

        assertEquals(
                IntStream.range(0, TOLD).mapToObj(i -> "unknown field \"u" + i + "\"").toList(),
                told);
    }

    @Test
    void tellsTheFirstOfManyFieldsThatComeTwice() {
        String data = members("\"k%d\":\"\"");

        List<String> told = warnings("{\"z\":1,\"data\":{" + data + "," + data + "}}");

        assertEquals(TOLD, told.size());
        assertEquals("unknown field \"z\"", told.getFirst());
        assertEquals("duplicate field \"data.k98\"", told.getLast());
    }

    @Test
    void tellsBoundedTextOfPathsThatShareALongName() {
        String name = "n".repeat(1 << 20);
        String twice = members("\"k%d\":\"\"");
        String body = "{\"" + name + "\":{" + twice + "," + twice + "}}";

        long told =
                JsonReader.readStrict(body.getBytes(UTF_8)).duplicateFields().stream()
                        .mapToLong(String::length)
                        .sum();

        assertTrue(told < 32 << 20, () -> told + " characters");
    }
}
