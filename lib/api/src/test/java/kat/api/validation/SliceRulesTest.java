package kat.api.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SliceRulesTest {

    private static final Kind KIND = Kinds.builtIn().require("resource.k8s.io/v1", "ResourceSlice");
    private static final String POOL =
            "driver: d.example.org, pool: {name: p, resourceSliceCount: 1, generation: 1}";

    private static KubeObject slice(String spec) {
        return new KubeObject(
                (JsonObject)
                        Yaml.parse(
                                "{metadata: {name: s, resourceVersion: '1'}, spec: {"
                                        + spec
                                        + "}}"));
    }

    private static List<String> faults(String spec) {
        return Validation.create(KIND, slice(spec)).stream()
                .map(fault -> fault.field() + ": " + fault.message())
                .toList();
    }

    private static List<String> ofDevice(String device) {
        return faults(POOL + ", nodeName: one, devices: [{name: a, " + device + "}]");
    }

    @Test
    void wantsADriverAPoolAndAWayToTheNodes() {
        assertEquals(
                List.of(
                        "spec.driver: Required value",
                        "spec.pool.name: Required value",
                        "spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero",
                        "spec: Required value: exactly one of `nodeName`, `nodeSelector`,"
                                + " `allNodes`, `perDeviceNodeSelection` is required"),
                faults(""));
        assertEquals(
                List.of(
                        "spec: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of"
                                + " `nodeName`, `nodeSelector`, `allNodes`,"
                                + " `perDeviceNodeSelection`"
                                + " is required, but multiple fields are set"),
                faults(POOL + ", nodeName: one, allNodes: true"));
    }

    @Test
    void takesDevicesWithAllThatTheyMayHave() {
        assertEquals(
                List.of(),
                ofDevice(
                        "attributes: {model: {string: x}, d.example.org/v: {version: 1.2.3-a.1}},"
                                + " allowMultipleAllocations: true,"
                                + " capacity: {mem: {value: 8Gi, requestPolicy: {default: 2Gi,"
                                + " validRange: {min: 1Gi, max: 4Gi, step: 1Gi}}}},"
                                + " taints: [{key: k, value: v, effect: NoSchedule}],"
                                + " bindingConditions: [a], bindingFailureConditions: [b]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    attributes: {a: {}}                | attributes[a] Invalid
                    attributes: {a: {version: '1'}}    | attributes[a].version Invalid
                    capacity: {m: {requestPolicy: {}}} | capacity[m].requestPolicy Forbidden
                    taints: [{key: k}]                 | taints[0].effect Required
                    taints: [{key: k, effect: X}]      | taints[0].effect NotSupported
                    bindingConditions: [a]             | bindingFailureConditions Invalid
                    consumesCounters: [{counterSet: c}] | consumesCounters[0].counters Required
                    """)
    void refusesDevices(String device, String fault) {
        KubeObject slice = slice(POOL + ", nodeName: one, devices: [{name: a, " + device + "}]");

        assertEquals(
                List.of("spec.devices[0]." + fault),
                Validation.create(KIND, slice).stream()
                        .map(each -> each.field() + each.reason().replace("FieldValue", " "))
                        .toList());
    }

    @Test
    void amountsFitTheirPolicy() {
        String policy =
                "allowMultipleAllocations: true, capacity: {m: {value: '4',"
                        + " requestPolicy: {default:"
                        + " '5', validRange: {min: '1', max: '6', step: '3'}}}}";

        assertEquals(
                List.of(
                        "max: Invalid value: \"6\": max is larger than capacity value: 4",
                        "step: Invalid value: \"5\": value is not a multiple of a given step (3)"
                                + " from (1)",
                        "step: Invalid value: \"6\": value is not a multiple of a given step (3)"
                                + " from (1)"),
                ofDevice(policy).stream()
                        .map(each -> each.substring(each.indexOf("validRange.") + 11))
                        .toList());
    }

    @Test
    void keepsItsPoolDriverAndNode() {
        KubeObject before = slice(POOL + ", nodeName: one");
        KubeObject after = slice(POOL.replace("name: p", "name: q") + ", nodeName: two");

        assertEquals(
                List.of("spec.pool.name", "spec.nodeName"),
                Validation.update(KIND, after, before).stream()
                        .map(fault -> fault.field())
                        .toList());
    }
}
