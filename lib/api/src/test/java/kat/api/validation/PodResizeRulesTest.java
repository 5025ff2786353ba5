package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;

/// What a resize may change of init containers.
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

    private static List<String> faults(String before, String after) {
        return Validation.updateThrough(Kinds.POD, "resize", pod(after), pod(before)).stream()
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
}
