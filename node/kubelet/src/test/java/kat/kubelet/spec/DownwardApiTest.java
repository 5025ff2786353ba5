package kat.kubelet.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownwardApiTest {

    private static final Map<String, String> NODE =
            Map.of("cpu", "4", "memory", "8Gi", "ephemeral-storage", "9Gi");

    @ParameterizedTest
    @CsvSource({
        "limits.cpu, 2", // the pod's
        "limits.memory, 64", // the container's
        "limits.ephemeral-storage, 9663676416", // the node's
        "requests.cpu, 0"
    })
    void aLimitIsTheContainersOrThePodsOrWhatTheNodeHas(String resource, String expected)
            throws ConfigFault {
        String text =
                "{spec: {resources: {limits: {cpu: '2', memory: 1Gi}}, containers: [{name: c,"
                        + " resources: {limits: {cpu: '0', memory: '64'}}}]}}";
        KubeObject pod = new KubeObject((JsonObject) Yaml.parse(text));
        JsonObject container = pod.spec().array("containers").objects().getFirst();

        String value =
                new DownwardApi(pod, NODE)
                        .resource(JsonObject.of("resource", Json.of(resource)), container);

        assertEquals(expected, value);
    }
}
