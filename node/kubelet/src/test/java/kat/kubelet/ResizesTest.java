package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.function.Predicate;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntimeException.Code;
import kat.cri.LinuxResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a whole kubelet makes of changes of resources, and what it tells of them.
class ResizesTest {

    private static final String PLAIN = "'restartPolicy':'Always',";
    private static final String LARGE =
            "'resources':{'requests':{'cpu':'1','memory':'64Mi'},"
                    + "'limits':{'cpu':'1','memory':'64Mi'}}";
    private static final String LESS_MEMORY =
            "'resources':{'requests':{'cpu':'1','memory':'32Mi'},"
                    + "'limits':{'cpu':'1','memory':'32Mi'}}";

    @TempDir Path home;

    private TestNode node;

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home);
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String containers(String resources) {
        String own = resources.isEmpty() ? "" : "," + resources;
        return "'containers':[{'name':'web','image':'nginx:1'" + own + "}]";
    }

    /// A pod that has been started.
    private KubeObject started(String spec) throws InterruptedException {
        KubeObject asked =
                pod("a", PLAIN + spec)
                        .withStatus(status -> status.with("qosClass", "Burstable"))
                        .withMetadata(metadata -> metadata.with("generation", 1));
        node.api.put(Kinds.POD, asked);
        return node.api.await("a", TestNode::isReady);
    }

    private void resize(String spec, int generation) {
        KubeObject live = node.api.find(Kinds.POD, ObjectKey.of("default", "a"));
        node.api.put(
                Kinds.POD,
                new KubeObject(live.tree().with("spec", pod("a", PLAIN + spec).spec()))
                        .withMetadata(metadata -> metadata.with("generation", generation)));
    }

    private static Predicate<KubeObject> hasSeen(int generation) {
        return pod ->
                pod.status().integer("observedGeneration", 0) == generation
                        && progress(pod).isEmpty();
    }

    private static JsonObject progress(KubeObject pod) {
        return PodConditions.find(pod.status().array("conditions"), "PodResizeInProgress");
    }

    private LinuxResources held() {
        String id = node.runtime.listContainers(ContainerFilter.ALL).getFirst().id();
        LinuxResources resources = node.runtime.containerStatus(id).resources();
        assertTrue(resources != null);
        return resources;
    }

    @Test
    void tellsWhatAPodAsAWholeHas() throws InterruptedException {
        KubeObject ready =
                started("'resources':{'limits':{'memory':'128Mi'}}," + containers(LARGE));

        assertEquals(
                object("{'cpu':'1','memory':'64Mi'}").tree(),
                ready.status().object("allocatedResources"));
        assertEquals(
                object("{'cpu':'1','memory':'64Mi'}").tree(),
                ready.status().object("resources").object("requests"));
        assertEquals(
                object("{'cpu':'1','memory':'128Mi'}").tree(),
                ready.status().object("resources").object("limits"));
    }

    @Test
    void givesAContainerTheNewLimitOfItsPod() throws InterruptedException {
        started("'resources':{'limits':{'memory':'128Mi'}}," + containers(""));
        assertEquals(128L << 20, held().memoryLimitBytes());

        resize("'resources':{'limits':{'memory':'256Mi'}}," + containers(""), 2);

        KubeObject done =
                node.api.await(
                        "a",
                        each ->
                                hasSeen(2).test(each)
                                        && each.status()
                                                .object("resources")
                                                .object("limits")
                                                .string("memory")
                                                .equals("256Mi"));
        assertEquals(256L << 20, held().memoryLimitBytes());
        assertEquals(JsonObject.EMPTY, ContainerReports.before(done, "web").object("resources"));
        node.api.awaitEvent(
                "ResizeCompleted",
                "Pod resize completed:"
                        + " {\"containers\":[{\"name\":\"web\",\"resources\":{}}],\"generation\":2}");
    }

    @Test
    void givesMoreOfTheProcessorsThoughNobodyTellsOfMemory() throws InterruptedException {
        started(containers("'resources':{'requests':{'cpu':'1'}}"));
        node.runtime.failNext("containerStats", Code.UNAVAILABLE, "no statistics");

        resize(containers("'resources':{'requests':{'cpu':'1500m'}}"), 2);

        node.api.await("a", hasSeen(2));
        assertEquals(1536, held().cpuShares());
    }

    @Test
    void forgetsWhyAResizeFailedOnceItIsTakenBack() throws InterruptedException {
        started(containers(LARGE));
        node.runtime.failNext("containerStats", Code.UNAVAILABLE, "no statistics");

        resize(containers(LESS_MEMORY), 2);

        KubeObject failed =
                node.api.await("a", each -> progress(each).string("reason").equals("Error"));
        assertEquals(
                "unable to read memory usage for pod \"a_default(uid-a)\"",
                progress(failed).string("message"));
        assertEquals(2, progress(failed).integer("observedGeneration", 0));

        resize(containers(LARGE), 3);

        node.api.await("a", hasSeen(3));
        assertEquals(64L << 20, held().memoryLimitBytes());
    }
}
