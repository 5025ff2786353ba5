package kat.api.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class CertificateRequestsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Kind KIND =
            Kinds.builtIn().require("certificates.k8s.io/v1", "CertificateSigningRequest");

    @Test
    void takesConditionsAloneFromAnApprovalAndDatesThem() {
        JsonObject stored = object("{metadata: {name: r}, spec: {username: a}, status: {}}");
        JsonObject wish =
                object(
                        "{metadata: {name: r, annotations: {x: y}}, spec: {username: b},"
                                + " status: {certificate: eA==,"
                                + " conditions: [{type: Approved, status: 'True'}]}}");

        JsonObject next = Strategy.prepareForApproval(wish, stored, NOW);

        assertEquals(
                object(
                        "{metadata: {name: r, annotations: {x: y}}, spec: {username: a},"
                                + " status: {conditions: [{type: Approved, status: 'True',"
                                + " lastUpdateTime: '2026-01-02T03:04:05Z',"
                                + " lastTransitionTime: '2026-01-02T03:04:05Z'}]}}"),
                next);
    }

    @Test
    void takesTheCertificateFromAStatusButNotAnotherReasonOfADecision() {
        JsonObject stored =
                object(
                        "{metadata: {name: r}, spec: {username: a}, status: {conditions:"
                                + " [{type: Approved, status: 'True', reason: first}]}}");
        JsonObject wish =
                object(
                        "{metadata: {name: r}, spec: {username: b}, status: {certificate: eA==,"
                                + " conditions: [{type: Approved, status: 'True', reason: other,"
                                + " lastUpdateTime: t}]}}");

        JsonObject next =
                Strategy.prepareForStatusUpdate(KIND, wish, stored, FeatureGates.DEFAULT, NOW);

        assertEquals("a", next.object("spec").string("username"));
        assertEquals("eA==", next.object("status").string("certificate"));
        assertEquals(
                "first",
                next.object("status").array("conditions").objects().getFirst().string("reason"));
    }

    @Test
    void keepsWhatIsAskedForInAnUpdate() {
        JsonObject stored = object("{metadata: {name: r}, spec: {username: a}, status: {}}");
        JsonObject wish = object("{metadata: {name: r}, spec: {username: b}}");

        assertEquals(stored, Strategy.prepareForUpdate(KIND, wish, stored, FeatureGates.DEFAULT));
    }

    private static JsonObject object(String yaml) {
        return (JsonObject) Yaml.parse(yaml);
    }
}
