package kat.api.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import org.junit.jupiter.api.Test;

class TypeChecksTest {

    private static List<JsonObject> warnings(String validations) {
        String policy =
                """
                {"spec": {"matchConstraints": {"resourceRules": [{"apiGroups": ["apps"],
                  "apiVersions": ["v1"], "resources": ["deployments"],
                  "operations": ["CREATE"]}]},
                  "variables": [{"name": "n", "expression": "object.spec.replicas"}],
                  "validations": [%s]}}
                """
                        .formatted(validations);
        TypeChecks checks = new TypeChecks(Kinds.builtIn(), Schemas.builtIn()::of);
        return checks.check((JsonObject) Json.parse(policy.getBytes(UTF_8))).objects();
    }

    @Test
    void tellsNothingOfWhatFits() {
        String fine =
                """
                {"expression": "object.spec.replicas > 1 && variables.n < 5"},
                {"expression": "object.metadata.labels.size() > 0 || has(object.spec.paused)"}
                """;

        assertEquals(List.of(), warnings(fine));
    }

    @Test
    void tellsOperandsOfDifferentTypes() {
        String confused =
                """
                {"expression": "object.spec.replicas > '1'",
                 "messageExpression": "'wants more than ' + object.spec.replicas"}
                """;

        List<JsonObject> found = warnings(confused);

        assertEquals("spec.validations[0].expression", found.get(0).string("fieldRef"));
        assertEquals(
                """
                apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload \
                for '_>_' applied to '(int, string)'
                 | object.spec.replicas > '1'
                 | .....................^
                """,
                found.get(0).string("warning"));
        assertTrue(found.get(1).string("warning").contains("'_+_' applied to '(string, int)'"));
    }

    @Test
    void tellsFieldsThatAreNotThere() {
        List<JsonObject> found = warnings("{\"expression\": \"object.spec.replica > 1\"}");

        assertTrue(found.getFirst().string("warning").contains("undefined field 'replica'"));
    }
}
