package kat.controllers.policystatus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class PolicyStatusTest {

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new PolicyStatus());

    private JsonObject settled(String expression) {
        cluster.create(
                Kinds.VALIDATING_POLICY,
                new KubeObject(
                        (JsonObject)
                                Yaml.parse(
                                        """
                                        metadata: {name: p}
                                        spec:
                                          matchConstraints:
                                            resourceRules:
                                            - apiGroups: [apps]
                                              apiVersions: [v1]
                                              operations: [CREATE]
                                              resources: [deployments]
                                          validations: [{expression: '%s'}]
                                        """
                                                .formatted(expression))));
        cluster.settle();
        return cluster.get(Kinds.VALIDATING_POLICY, ObjectKey.of("", "p")).status();
    }

    @Test
    void tellsWhichExpressionNamesAFieldThatTheKindDoesNotHave() {
        JsonObject status = settled("object.spec.replica > 1");

        JsonObject warning =
                status.object("typeChecking").array("expressionWarnings").objects().getFirst();
        assertEquals(1, status.integer("observedGeneration", 0));
        assertEquals("spec.validations[0].expression", warning.string("fieldRef"));
        assertTrue(
                warning.string("warning").startsWith("apps/v1, Kind=Deployment: ERROR: "),
                warning::toString);
        assertTrue(
                warning.string("warning").contains("undefined field 'replica'"), warning::toString);
    }

    @Test
    void tellsOfNothingWhereTheTypesFit() {
        JsonObject status = settled("object.spec.replicas > 1");

        assertEquals(1, status.integer("observedGeneration", 0));
        assertFalse(status.object("typeChecking").has("expressionWarnings"), status::toString);
    }
}
