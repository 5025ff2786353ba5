package kat.kubelet.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.LinuxResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodResourcesTest {

    private static final long MEBI = 1L << 20;
    private static final long MACHINE = 1000 * MEBI;

    private static final String LIMITED =
            "{'name':'a','resources':{'requests':{'cpu':'250m','memory':'64Mi'},"
                    + "'limits':{'cpu':'500m','memory':'128Mi'}}}";

    private static KubeObject pod(String qos, String spec) {
        String text = "{'metadata':{'name':'p'},'spec':{%s},'status':{'qosClass':'%s'}}";
        return KubeObject.parse(
                text.formatted(spec, qos).replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject first(KubeObject pod) {
        return pod.spec().array("containers").objects().getFirst();
    }

    @Test
    void theOverheadOfTheRuntimeCounts() {
        LinuxResources resources =
                PodResources.ofPod(
                        pod(
                                "Burstable",
                                "'overhead':{'cpu':'250m','memory':'32Mi'},'containers':["
                                        + LIMITED
                                        + "]"));

        assertEquals(512, resources.cpuShares());
        assertEquals(75_000, resources.cpuQuota());
        assertEquals(160 * MEBI, resources.memoryLimitBytes());
    }

    @Test
    void sidecarsAddUpAndOneWithoutALimitLeavesThePodWithout() {
        String sidecar =
                "'initContainers':[{'name':'s','restartPolicy':'Always','resources':"
                        + "{'requests':{'cpu':'750m'},'limits':{'memory':'72Mi'}}}],";
        LinuxResources resources =
                PodResources.ofPod(pod("Burstable", sidecar + "'containers':[" + LIMITED + "]"));

        assertEquals(1024, resources.cpuShares());
        assertEquals(0, resources.cpuQuota());
        assertEquals(200 * MEBI, resources.memoryLimitBytes());
    }

    @Test
    void whatThePodAsksForTakesThePlaceOfItsContainers() {
        KubeObject pod =
                pod(
                        "Burstable",
                        "'resources':{'requests':{'cpu':'1','memory':'100Mi'},"
                                + "'limits':{'cpu':'2','memory':'200Mi'}},"
                                + "'containers':[{'name':'a'},{'name':'b'}]");
        LinuxResources whole = PodResources.ofPod(pod);
        LinuxResources container = PodResources.of(pod, first(pod), MACHINE, false);

        assertEquals(1024, whole.cpuShares());
        assertEquals(200_000, whole.cpuQuota());
        assertEquals(200 * MEBI, whole.memoryLimitBytes());
        assertEquals(200_000, container.cpuQuota());
        assertEquals(200 * MEBI, container.memoryLimitBytes());
        assertEquals(950, container.oomScoreAdj());
    }

    @Test
    void onlyWhatTheNodeNeedsIsKeptToTheLast() {
        String priority = "'priority':2000000000,'priorityClassName':'system-%s-critical',";
        String container = "'containers':[" + LIMITED + "]";
        KubeObject node = pod("Burstable", priority.formatted("node") + container);
        KubeObject cluster = pod("Burstable", priority.formatted("cluster") + container);

        assertEquals(-997, PodResources.oomScore(node, first(node), MACHINE));
        assertEquals(936, PodResources.oomScore(cluster, first(cluster), MACHINE));
    }

    @Test
    void aSidecarStaysAsLongAsTheContainerThatAsksForLeast() {
        KubeObject pod =
                pod(
                        "Burstable",
                        "'initContainers':[{'name':'s','restartPolicy':'Always'}],'containers':["
                                + LIMITED
                                + "]");
        JsonObject sidecar = pod.spec().array("initContainers").objects().getFirst();

        assertEquals(936, PodResources.oomScore(pod, sidecar, MACHINE));
    }

    /// **Source:** `utils_test.go` of `opencontainers/cgroups` for 2, 1024 and 262144.
    @ParameterizedTest
    @CsvSource({"0, 1", "2, 1", "1024, 100", "262144, 10000"})
    void sharesBecomeWeights(long shares, long weight) {
        assertEquals(weight, PodResources.weight(shares));
    }
}
