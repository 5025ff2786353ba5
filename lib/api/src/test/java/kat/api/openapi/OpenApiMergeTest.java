package kat.api.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class OpenApiMergeTest {

    private static final JsonObject OWN =
            json(
                    """
                    {"swagger":"2.0","paths":{"/a":{"get":{"$ref":"#/definitions/Same"}}},
                     "definitions":{
                       "Same":{"type":"object","x-kubernetes-group-version-kind":[{"kind":"X"}]},
                       "Status":{"type":"object","properties":{"code":{"type":"integer"}}}}}""");

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.replaceAll("\\n\\s*", "").getBytes(UTF_8));
    }

    private static JsonObject fruits(String status) {
        return json(
                """
                {"swagger":"2.0","paths":{
                   "/a":{"get":{"$ref":"#/definitions/Lost"}},
                   "/fruits":{"get":{"schema":{"$ref":"#/definitions/Apple"}}}},
                 "definitions":{
                   "Lost":{"type":"string"},
                   "Apple":{"properties":{"status":{"$ref":"#/definitions/Status"},
                      "same":{"$ref":"#/definitions/Same"}}},
                   "Same":{"type":"object","x-kubernetes-group-version-kind":[{"kind":"Y"}]},
                   "Status":%s}}"""
                        .formatted(status));
    }

    @Test
    void givesWhatIsMeantDifferentlyAnotherName() {
        JsonObject merged = OpenApiMerge.merged(OWN, fruits("{\"type\":\"string\"}"));

        JsonObject definitions = merged.object("definitions");
        assertEquals(List.of("Apple", "Same", "Status", "Status_v2"), definitions.names());
        assertEquals(
                "#/definitions/Status_v2",
                definitions.at("Apple", "properties", "status").string("$ref"));
        assertEquals("{\"type\":\"string\"}", definitions.object("Status_v2").toString());
    }

    @Test
    void sharesWhatIsMeantAlikeAndTellsTheKindsOfBoth() {
        JsonObject same =
                OpenApiMerge.merged(OWN, fruits("{\"type\":\"string\"}")).at("definitions", "Same");

        assertEquals(
                "[{\"kind\":\"X\"},{\"kind\":\"Y\"}]",
                same.array("x-kubernetes-group-version-kind").toString());
    }

    @Test
    void usesANameThatWasGivenBefore() {
        JsonObject once = OpenApiMerge.merged(OWN, fruits("{\"type\":\"string\"}"));
        JsonObject other =
                json(
                        """
                        {"paths":{"/b":{"$ref":"#/definitions/Status"}},
                         "definitions":{"Status":{"type":"string"}}}""");

        JsonObject twice = OpenApiMerge.merged(once, other);

        assertEquals("#/definitions/Status_v2", twice.at("paths", "/b").string("$ref"));
        assertEquals(once.object("definitions"), twice.object("definitions"));
    }

    @Test
    void leavesPathsToWhomHadThemFirst() {
        JsonObject merged = OpenApiMerge.merged(OWN, fruits("{\"type\":\"string\"}"));

        assertEquals(List.of("/a", "/fruits"), merged.object("paths").names());
        assertEquals("#/definitions/Same", merged.at("paths", "/a", "get").string("$ref"));
        assertSame(OWN, OpenApiMerge.merged(OWN, OWN));
    }
}
