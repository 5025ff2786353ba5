package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.KubeObject;
import kat.cri.ContainerFilter;
import kat.cri.ContainerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods from files, on a machine that is made up.
class StaticPodsTest {

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: web
                image: nginx:1
            """;

    @TempDir Path home;

    private TestNode node;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(home);
        folder = Files.createDirectories(home.resolve("manifests"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private long running() {
        return node.runtime.listContainers(ContainerFilter.ALL).stream()
                .filter(each -> each.state() == ContainerState.RUNNING)
                .count();
    }

    @Test
    void runsThePodOfAFileAndShowsIt() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("web.yaml"), POD);

        node.kubelet.start();

        KubeObject mirror = node.api.await("web-node-0", TestNode::isReady);
        assertEquals("file", mirror.annotations().get("kubernetes.io/config.source"));
        assertEquals(
                mirror.annotations().get("kubernetes.io/config.hash"),
                mirror.annotations().get("kubernetes.io/config.mirror"));
        assertNotEquals(mirror.uid(), mirror.annotations().get("kubernetes.io/config.hash"));
        assertEquals("Node", mirror.ownerReferences().getFirst().kind());
        assertEquals("Running", mirror.status().string("phase"));
        assertEquals(1, running());
    }

    @Test
    void bringsTheMirrorBackAndLetsTheContainersGoOn() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("web.yaml"), POD);
        node.kubelet.start();
        KubeObject mirror = node.api.await("web-node-0", TestNode::isReady);
        String container = ContainerReports.before(mirror, "web").string("containerID");

        node.api.deleteGracefully(mirror, 30);

        KubeObject again =
                node.api.await("web-node-0", each -> !each.isDeleting() && TestNode.isReady(each));
        assertEquals(container, ContainerReports.before(again, "web").string("containerID"));
    }

    @Test
    void whatEndedCountsOnceAlsoWhenTheMirrorComesBack() throws IOException, InterruptedException {
        String once = POD.replace("spec:\n", "spec:\n  restartPolicy: Never\n");
        Files.writeString(folder.resolve("web.yaml"), once);
        node.kubelet.start();
        node.api.await("web-node-0", TestNode::isReady);
        node.runtime.exit(node.runtime.listContainers(ContainerFilter.ALL).getFirst().id(), 139);
        KubeObject mirror = node.api.await("web-node-0", StaticPodsTest::hasFailed);

        node.api.deleteGracefully(mirror, 30);
        node.api.await("web-node-0", each -> !each.isDeleting() && hasFailed(each));

        String page = NodePagesTest.page(node, "/metrics");
        assertTrue(page.contains("exit_code=\"139\",reason=\"Error\"} 1\n"), page);
    }

    private static boolean hasFailed(KubeObject pod) {
        return pod.status().string("phase").equals("Failed");
    }

    @Test
    void followsTheFolder() throws IOException, InterruptedException {
        node.kubelet.start();
        Path part = Files.writeString(home.resolve("part"), POD);

        Files.move(part, folder.resolve("web.yaml"));
        node.api.await("web-node-0", TestNode::isReady);
        Files.delete(folder.resolve("web.yaml"));

        node.api.awaitGone("web-node-0");
    }

    @Test
    void passesOverWhatIsNoPod() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("broken.yaml"), "{");
        Files.writeString(folder.resolve("other.yaml"), "kind: Service");
        Files.writeString(folder.resolve(".hidden"), POD.replace("name: web", "name: hidden"));
        Files.writeString(folder.resolve("web.yaml"), POD);

        node.kubelet.start();

        node.api.await("web-node-0", TestNode::isReady);
        assertEquals(1, running());
    }
}
