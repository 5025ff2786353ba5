package kat.apiserver.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LimitRangerTest {

    /// @param limit one item of a LimitRange
    /// @param expected what a refusal says; empty for none
    record Case(String name, String limit, String spec, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "a container asks for too little",
                        "{type: Container, min: {cpu: 100m}}",
                        "{containers: [{name: a, resources: {requests: {cpu: 50m}}}]}",
                        "minimum cpu usage per Container is 100m, but request is 50m"),
                new Case(
                        "a container has a limit that is too low",
                        "{type: Container, min: {cpu: 100m}}",
                        "containers: [{name: a, resources: {requests: {cpu: 1}, limits: {cpu: 9m}}}]",
                        "minimum cpu usage per Container is 100m, but limit is 9m"),
                new Case(
                        "an init container says nothing",
                        "{type: Container, min: {cpu: 1}, max: {memory: 1Gi}}",
                        "{initContainers: [{name: a}]}",
                        "[minimum cpu usage per Container is 1.  No request is specified, maximum"
                                + " memory usage per Container is 1Gi.  No limit is specified]"),
                new Case(
                        "containers together ask for too much",
                        "{type: Pod, max: {cpu: 1}}",
                        """
                        containers:
                        - {name: a, resources: {limits: {cpu: 600m}}}
                        - {name: b, resources: {limits: {cpu: 600m}}}
                        """,
                        "maximum cpu usage per Pod is 1, but limit is 1200m"),
                new Case(
                        "overhead does not count",
                        "{type: Pod, max: {cpu: 1}}",
                        """
                        overhead: {cpu: 1}
                        containers: [{name: a, resources: {limits: {cpu: 1}}}]
                        """,
                        ""),
                new Case(
                        "a limit is too far above the request",
                        "{type: Container, maxLimitRequestRatio: {cpu: 2}}",
                        """
                        containers:
                        - {name: a, resources: {requests: {cpu: 100m}, limits: {cpu: 250m}}}
                        - {name: b}
                        """,
                        "[cpu max limit to request ratio per Container is 2, but provided ratio is"
                                + " 2.500000, cpu max limit to request ratio per Container is 2,"
                                + " but no request is specified or request is 0]"),
                new Case(
                        "all is within bounds",
                        "{type: Container, min: {cpu: 1}, max: {cpu: 2}}",
                        "containers: [{name: a, resources: {requests: {cpu: 1}, limits: {cpu: 2}}}]",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatBreaksTheBounds(Case each) {
        LimitBounds bounds = new LimitBounds();

        bounds.pod(tree(each.limit()), JsonObject.of("spec", tree(each.spec())));

        assertEquals(each.expected(), bounds.faults().isEmpty() ? "" : bounds.toString());
    }

    @Test
    void boundsTheStorageOfClaims() {
        LimitBounds bounds = new LimitBounds();

        bounds.claim(
                tree("{type: PersistentVolumeClaim, max: {storage: 2Gi}}"),
                tree("spec: {resources: {requests: {storage: 3Gi}}}"));

        assertEquals(
                "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi",
                bounds.toString());
    }

    @Test
    void fillsInWhatContainersDoNotSay() {
        KubeObject range =
                new KubeObject(
                        tree(
                                """
                                spec:
                                  limits:
                                  - type: Container
                                    default: {cpu: '2'}
                                    defaultRequest: {cpu: '1', memory: 1Gi}
                                """));
        JsonObject pod =
                tree(
                        """
                        spec:
                          initContainers: [{name: i, resources: {limits: {cpu: '3'}}}]
                          containers: [{name: a, resources: {requests: {memory: 2Gi}}}]
                        """);

        JsonObject filled = LimitDefaults.filled(pod, range);

        assertEquals(
                "LimitRanger plugin set: cpu request for container a; cpu limit for container a;"
                        + " cpu, memory request for init container i",
                filled.at("metadata", "annotations").string("kubernetes.io/limit-ranger"));
        assertEquals(
                "{\"limits\":{\"cpu\":\"2\"},\"requests\":{\"cpu\":\"1\",\"memory\":\"2Gi\"}}",
                sorted(filled.object("spec").array("containers").objects().getFirst()));
    }

    private static String sorted(JsonObject container) {
        JsonObject resources = container.object("resources");
        JsonObject requests = resources.object("requests");
        return "{\"limits\":"
                + resources.object("limits")
                + ",\"requests\":{\"cpu\":\""
                + requests.string("cpu")
                + "\",\"memory\":\""
                + requests.string("memory")
                + "\"}}";
    }

    private static JsonObject tree(String yaml) {
        return (JsonObject) Yaml.parse(yaml);
    }
}
