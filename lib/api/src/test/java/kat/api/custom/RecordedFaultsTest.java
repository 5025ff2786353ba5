package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/// Schemas with rules that are wrong or cost too much, made by chance, with what Kubernetes
/// 1.36.3 says to a definition with each.
class RecordedFaultsTest {

    private static final String PATH = "spec.validation";

    private static List<JsonObject> lines() throws IOException {
        try (InputStream in = RecordedFaultsTest.class.getResourceAsStream("faulty-rules.jsonl")) {
            List<JsonObject> lines = new ArrayList<>();
            for (String line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                lines.add((JsonObject) Json.parse(line.getBytes(StandardCharsets.UTF_8)));
            }
            return lines;
        }
    }

    private static List<String> wanted(JsonObject line) {
        List<String> wanted = new ArrayList<>();
        for (Json cause : line.array("causes")) {
            wanted.add(String.join(" ", ((JsonArray) cause).strings()));
        }
        return wanted;
    }

    private static List<String> told(JsonObject schema) {
        Faults faults = new Faults();
        new SchemaRules(null, faults).check(PATH, schema, false);
        List<String> told = new ArrayList<>();
        for (Status.Cause cause : faults.causes()) {
            told.add(cause.field() + " " + cause.reason() + " " + cause.message());
        }
        return told;
    }

    @Test
    void tellsOfRulesAsKubernetes() throws IOException {
        List<JsonObject> lines = lines();

        for (JsonObject line : lines) {
            assertEquals(wanted(line), told(line.object("schema")), line::toString);
        }
        assertEquals(45, lines.size());
    }
}
