package kat.api.defaults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "app,Always",
        "app:latest,Always",
        "example.org:5000/a/b,Always",
        "app:1,IfNotPresent",
        "A_b c!,IfNotPresent",
        "'',IfNotPresent"
    })
    void pullsAlwaysWhatIsAnImageWithoutATag(String image, String policy) {
        assertEquals(policy, PodRules.pullPolicy(image));
    }

    @Test
    void aVolumesSpecHasDefaultsButNotInsideOfAnAttachment() {
        JsonObject volume = (JsonObject) Yaml.parse("{spec: {}}");
        JsonObject attachment =
                (JsonObject) Yaml.parse("{spec: {source: {inlineVolumeSpec: {capacity: {}}}}}");

        JsonObject own = filled(Kinds.PERSISTENT_VOLUME, volume).object("spec");
        JsonObject inline =
                filled(Kinds.builtIn().require("storage.k8s.io/v1", "VolumeAttachment"), attachment)
                        .object("spec")
                        .at("source", "inlineVolumeSpec");

        assertEquals("Retain", own.string("persistentVolumeReclaimPolicy"));
        assertEquals("", inline.string("persistentVolumeReclaimPolicy"));
    }

    @Test
    void aPodsOwnRequestsAreThoseOfItsContainersOrItsLimits() {
        JsonObject pod =
                (JsonObject)
                        Yaml.parse(
                                "{spec: {resources: {limits: {cpu: '2', memory: 1Gi,"
                                        + " ephemeral-storage: '1', hugepages-2Mi: 4Mi}},"
                                        + " containers: [{resources: {requests: {cpu: 500m,"
                                        + " hugepages-2Mi: 2Mi}}}]}}");

        JsonObject requests = filled(Kinds.POD, pod).at("spec", "resources").object("requests");

        assertEquals(
                Yaml.parse("{cpu: 500m, hugepages-2Mi: 4Mi, memory: 1Gi}").toString(),
                requests.toString());
    }

    private static JsonObject filled(Kind kind, JsonObject object) {
        return Defaults.apply(Schemas.builtIn().of(kind), object);
    }
}
