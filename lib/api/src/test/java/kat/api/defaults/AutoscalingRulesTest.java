package kat.api.defaults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class AutoscalingRulesTest {

    private static final Kind OLD =
            Kinds.builtIn().require("autoscaling/v1", "HorizontalPodAutoscaler");

    private static JsonObject spec(String yaml) {
        JsonObject object = (JsonObject) Yaml.parse(yaml);
        return Defaults.apply(Schemas.builtIn().of(OLD), object).object("spec");
    }

    @Test
    void theOldVersionAimsAtTheSameUseAsTheNewOneWhenItSaysNothing() {
        String name = "targetCPUUtilizationPercentage";

        assertEquals(80, spec("{spec: {maxReplicas: 2}}").integer(name, 0));
        assertEquals(
                5,
                spec("{spec: {maxReplicas: 2, targetCPUUtilizationPercentage: 5}}")
                        .integer(name, 0));
    }
}
