package kat.api.defaults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class PodRulesTest {

    private static final String GRACE = "terminationGracePeriodSeconds";

    @Test
    void negativeGraceIsOneSecondForAPodAndStaysInATemplate() {
        JsonObject pod = (JsonObject) Yaml.parse("{spec: {terminationGracePeriodSeconds: -1}}");
        JsonObject controller =
                (JsonObject)
                        Yaml.parse(
                                "{spec: {template: {spec: {terminationGracePeriodSeconds: -1}}}}");

        JsonObject filled = filled(Kinds.POD, pod);
        JsonObject template =
                filled(Kinds.builtIn().require("v1", "ReplicationController"), controller);

        assertEquals(1, filled.object("spec").integer(GRACE, 0));
        assertEquals(-1, template.at("spec", "template").object("spec").integer(GRACE, 0));
    }

    private static JsonObject filled(Kind kind, JsonObject object) {
        return Defaults.apply(Schemas.builtIn().of(kind), object);
    }
}
