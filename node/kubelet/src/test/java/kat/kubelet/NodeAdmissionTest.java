package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.PodSandboxFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which pods a whole kubelet takes, with how much, and from which registries.
class NodeAdmissionTest {

    private static final String PORT =
            "'containers':[{'name':'web','image':'nginx:1','ports':[{'hostPort':80}]}]";

    @TempDir Path home;

    private TestNode node;

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String asking(String cpu) {
        return "'restartPolicy':'Always','containers':[{'name':'web','image':'nginx:1',"
                + "'resources':{'requests':{'cpu':'"
                + cpu
                + "'}}}]";
    }

    private static JsonObject condition(KubeObject pod, String type) {
        return PodConditions.find(pod.status().array("conditions"), type);
    }

    @Test
    void refusesAPodWhosePortIsTaken() throws InterruptedException {
        node.kubelet.start();
        node.api.put(Kinds.POD, pod("a", PORT));
        node.api.await("a", TestNode::isReady);

        node.api.put(Kinds.POD, pod("b", PORT));

        KubeObject refused =
                node.api.await("b", each -> each.status().string("phase").equals("Failed"));
        String why =
                "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod"
                        + " ports";
        assertEquals("NodePorts", refused.status().string("reason"));
        assertEquals("Pod was rejected: " + why, refused.status().string("message"));
        assertTrue(refused.status().array("containerStatuses").isEmpty());
        node.api.awaitEvent("NodePorts", why);
        assertEquals(1, node.runtime.listPodSandboxes(PodSandboxFilter.ALL).size());
    }

    @Test
    void deletesARefusedPodAndTakesTheNextOnceThePortIsFree() throws InterruptedException {
        node.kubelet.start();
        KubeObject first = node.api.put(Kinds.POD, pod("a", PORT));
        node.api.await("a", TestNode::isReady);
        KubeObject second = node.api.put(Kinds.POD, pod("b", PORT));
        node.api.await("b", each -> each.status().string("phase").equals("Failed"));

        node.api.deleteGracefully(second, 0);
        node.api.awaitGone("b");
        node.api.deleteGracefully(first, 0);
        node.api.awaitGone("a");
        node.api.put(Kinds.POD, pod("c", PORT));

        node.api.await("c", TestNode::isReady);
    }

    @Test
    void whatRunsGoesBeforeWhatCameWhileNobodyWasThere() throws InterruptedException {
        node.api.put(Kinds.POD, pod("a", PORT));
        node.api.put(
                Kinds.POD,
                pod("b", PORT)
                        .withStatus(status -> status.with("startTime", Fixtures.NOW.toString())));

        node.kubelet.start();

        node.api.await("b", TestNode::isReady);
        node.api.await("a", each -> each.status().string("reason").equals("NodePorts"));
    }

    @Test
    void aChangeOfResourcesWaitsUntilThereIsRoom() throws InterruptedException {
        node.kubelet.start();
        KubeObject other = node.api.put(Kinds.POD, pod("b", asking("1")));
        node.api.await("b", TestNode::isReady);
        node.api.put(Kinds.POD, pod("a", asking("1")));
        KubeObject ready = node.api.await("a", TestNode::isReady);

        KubeObject larger = pod("a", asking("1500m"));
        node.api.put(
                Kinds.POD,
                new KubeObject(ready.tree().with("spec", larger.spec()))
                        .withMetadata(m -> m.with("generation", 2)));

        KubeObject waits =
                node.api.await("a", each -> !condition(each, "PodResizePending").isEmpty());
        JsonObject pending = condition(waits, "PodResizePending");
        assertEquals("Deferred", pending.string("reason"));
        assertEquals(2, pending.integer("observedGeneration", 0));
        assertEquals(
                "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
                pending.string("message"));
        assertEquals(
                "1",
                ContainerReports.before(waits, "web").object("allocatedResources").string("cpu"));

        node.api.deleteGracefully(other, 0);

        KubeObject settled =
                node.api.await(
                        "a",
                        each ->
                                condition(each, "PodResizePending").isEmpty()
                                        && condition(each, "PodResizeInProgress").isEmpty());
        assertEquals(
                "1500m",
                ContainerReports.before(settled, "web").object("allocatedResources").string("cpu"));
    }

    @Test
    void showsTheRegistryThePodsCredentials() throws InterruptedException {
        String auths = "{\"auths\":{\"r.example\":{\"username\":\"me\",\"password\":\"pw\"}}}";
        String data = Base64.getEncoder().encodeToString(auths.getBytes(StandardCharsets.UTF_8));
        node.runtime.images().registry("r.example/app:1", "me", "pw");
        node.api.put(
                Kinds.SECRET,
                Fixtures.object(
                        "{'apiVersion':'v1','kind':'Secret',"
                                + "'metadata':{'name':'pull','namespace':'default','uid':'s'},"
                                + "'type':'kubernetes.io/dockerconfigjson',"
                                + "'data':{'.dockerconfigjson':'"
                                + data
                                + "'}}"));
        node.kubelet.start();

        node.api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'imagePullSecrets':[{'name':'pull'},{'name':'none'}],"
                                + "'containers':[{'name':'web','image':'r.example/app:1'}]"));

        node.api.await("a", TestNode::isReady);
        node.api.awaitEvent(
                "FailedToRetrieveImagePullSecret",
                "Unable to retrieve some image pull secrets (none); attempting to pull the image"
                        + " may not succeed.");
    }
}
