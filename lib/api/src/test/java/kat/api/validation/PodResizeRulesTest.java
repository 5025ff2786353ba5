package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import org.junit.jupiter.api.Test;

/// What a resize may change of init containers and of pods as a whole.
class PodResizeRulesTest {

    private static final String RESTART =
            "{'resourceName':'cpu','restartPolicy':'RestartContainer'}";
    private static final String NO_RESTART = "{'resourceName':'cpu','restartPolicy':'NotRequired'}";

    private static KubeObject pod(String init) {
        String text =
                """
                {'apiVersion':'v1','kind':'Pod',
                 'metadata':{'name':'p','namespace':'n','resourceVersion':'1'},
                 'spec':{'restartPolicy':'Always','dnsPolicy':'ClusterFirst',
                   'terminationGracePeriodSeconds':30,
                   'initContainers':[{'name':'i','image':'x','imagePullPolicy':'IfNotPresent',
                     'terminationMessagePolicy':'File',%s}],
                   'containers':[{'name':'c','image':'x','imagePullPolicy':'IfNotPresent',
                     'terminationMessagePolicy':'File'}]}}
                """;
        return KubeObject.parse(text.formatted(init).replace('\'', '"').getBytes(UTF_8));
    }

    private static KubeObject whole(String resources) {
        KubeObject pod = pod(init("", NO_RESTART));
        byte[] text = ("{" + resources + "}").replace('\'', '"').getBytes(UTF_8);
        return resources.isEmpty()
                ? pod
                : new KubeObject(pod.tree().withAt(Json.parse(text), "spec", "resources"));
    }

    private static List<String> faultsOfWhole(String before, String after) {
        return faults(whole(before), whole(after));
    }

    private static List<String> faults(String before, String after) {
        return faults(pod(before), pod(after));
    }

    private static List<String> faults(KubeObject before, KubeObject after) {
        return Validation.updateThrough(Kinds.POD, "resize", after, before).stream()
                .map(fault -> fault.field() + ": " + fault.message())
                .toList();
    }

    private static String init(String requests, String policy) {
        return "'resources':{'requests':{" + requests + "}},'resizePolicy':[" + policy + "]";
    }

    @Test
    void givesInitContainersOtherAmounts() {
        assertEquals(
                List.of(),
                faults(init("'cpu':'20m'", NO_RESTART), init("'cpu':'30m'", NO_RESTART)));
    }

    @Test
    void restartsNoInitContainer() {
        List<String> faults = faults(init("'cpu':'20m'", RESTART), init("'cpu':'30m'", RESTART));

        assertEquals(
                "spec.initContainers[0]: Forbidden: non-sidecar init containers with a resize policy"
                        + " of RestartContainer cannot be resized",
                faults.getLast());
    }

    @Test
    void takesNoAmountAway() {
        assertEquals(
                List.of(
                        "spec.initContainers[0].resources.requests: Forbidden: resource requests"
                                + " cannot be removed"),
                faults(
                        init("'cpu':'20m','memory':'1Mi'", NO_RESTART),
                        init("'cpu':'20m'", NO_RESTART)));
    }

    @Test
    void givesPodsOtherAmounts() {
        assertEquals(
                List.of(),
                faultsOfWhole(
                        "'requests':{'cpu':'20m'},'limits':{'cpu':'1'}",
                        "'requests':{'cpu':'30m','memory':'1Mi'},'limits':{'cpu':'2'}"));
    }

    @Test
    void givesAPodAmountsOfItsOwn() {
        List<String> faults = faultsOfWhole("", "'requests':{'cpu':'30m'},'limits':{'cpu':'30m'}");

        assertEquals(
                List.of("spec: Pod QOS Class may not change as a result of resizing"),
                faults.stream().map(fault -> fault.replaceFirst("Invalid value.*: ", "")).toList());
    }

    @Test
    void takesNoAmountOfAPodAway() {
        assertEquals(
                List.of(
                        "spec.resources.requests: Forbidden: pod-level resource requests cannot be"
                                + " removed"),
                faultsOfWhole(
                        "'requests':{'cpu':'20m','memory':'1Mi'}", "'requests':{'cpu':'20m'}"));
        assertEquals(
                "spec.resources: Forbidden: pod-level resources cannot be removed",
                faultsOfWhole("'requests':{'cpu':'20m'}", "").getLast());
    }

    @Test
    void changesNothingElseOfAPod() {
        assertEquals(
                "spec: Forbidden: only cpu and memory resources are mutable at pod-level",
                faultsOfWhole(
                                "'requests':{'cpu':'20m'}",
                                "'requests':{'cpu':'20m','hugepages-2Mi':'2Mi'},"
                                        + "'limits':{'hugepages-2Mi':'2Mi'}")
                        .getLast());
    }
}
