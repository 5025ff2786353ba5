package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.client.node.NodeAnswer;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePagesTest {

    @TempDir Path folder;

    private NodeAnswer ask(TestNode node, String method, String path) {
        return node.kubelet.gateway().request("node-0", method, path, new byte[0]);
    }

    private static String text(NodeAnswer answer) throws IOException {
        return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// What a node tells at a path.
    static String page(TestNode node, String path) throws IOException {
        return text(node.kubelet.gateway().request("node-0", "GET", path, new byte[0]));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /healthz, 200, ok",
        "GET, /healthz/ping, 200, ok",
        "GET, /healthz/other, 404, 404 page not found",
        "GET, /pods, 200, PodList",
        "POST, /pods, 405, 405: Method Not Allowed",
        "GET, /runningpods/, 200, PodList",
        "GET, /configz, 200, KubeletConfiguration",
        "GET, /metrics, 200, kubelet_running_pods",
        "GET, /metrics/resource, 200, node_memory_working_set_bytes",
        "GET, /metrics/cadvisor, 200, machine_cpu_cores",
        "GET, /metrics/probes, 200, prober_probe_total",
        "GET, /metrics/other, 404, 404 page not found",
        "GET, /logs/../shadow, 404, 404 page not found",
        "GET, /logs/%2e%2e/passwd, 404, 404 page not found",
        "GET, /containerLogs/default/none/main, 404, pod \"none\" does not exist",
        "POST, /run/default/none/main?cmd=ls, 404, pod does not exist",
        "POST, /checkpoint/default/none/main, 404, pod does not exist",
        "GET, /nothing, 404, 404 page not found",
    })
    void pagesAnswerAsAKubeletsDo(String method, String path, int code, String part)
            throws IOException, InterruptedException {
        TestNode node = new TestNode(folder);
        node.kubelet.start();

        NodeAnswer answer = ask(node, method, path);

        String text = text(answer);
        assertEquals(code, answer.code(), text);
        assertTrue(text.contains(part), text);
        node.close();
    }

    @Test
    void whatContainersUseIsAskedForPagesThatTellIt() throws Exception {
        TestNode node = new TestNode(folder);
        node.kubelet.start();
        String asked = "operation_type=\"list_podsandbox_stats\"";
        String unused = page(node, "/metrics");

        assertFalse(page(node, "/metrics").contains(asked));
        unused = page(node, "/metrics/resource");
        assertTrue(page(node, "/metrics").contains(asked));
        node.close();
    }

    @Test
    void aNodeTellsWhereItsApiListens() throws InterruptedException {
        TestNode node = new TestNode(folder);
        node.kubelet.announce(10250);
        node.kubelet.start();

        long port =
                node.api
                        .get(Kinds.NODE, ObjectKey.of("", "node-0"))
                        .status()
                        .object("daemonEndpoints")
                        .object("kubeletEndpoint")
                        .integer("Port", 0);

        assertEquals(10250, port);
        node.close();
    }

    @Test
    void aNodeTellsWhatItsKubeletCanDo() throws InterruptedException {
        TestNode node = new TestNode(folder);
        node.kubelet.start();

        assertEquals(
                List.of("RestartAllContainersOnContainerExits"),
                node.api
                        .get(Kinds.NODE, ObjectKey.of("", "node-0"))
                        .status()
                        .array("declaredFeatures")
                        .strings());
        node.close();
    }

    @Test
    void checkpointsAreRefusedInTheKubeletsWords() throws Exception {
        TestNode node = new TestNode(folder);
        node.kubelet.start();
        node.api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Never',"
                                + "'containers':[{'name':'web','image':'nginx:1'}]"));
        node.api.await("a", TestNode::isReady);
        String path = "/checkpoint/default/a/web";

        NodeAnswer late = ask(node, "POST", path + "?timeout=soon");
        NodeAnswer running = ask(node, "POST", path + "?timeout=5");
        node.runtime.exit(node.runtime.listContainers(ContainerFilter.ALL).getFirst().id(), 0);
        node.api.await("a", pod -> pod.status().string("phase").equals("Succeeded"));
        NodeAnswer ended = ask(node, "POST", path);

        assertEquals(404, late.code());
        assertEquals("cannot parse value of timeout parameter", text(late));
        assertEquals(500, running.code());
        assertEquals(
                "checkpointing of default/a/web failed (rpc error: code = Unimplemented desc ="
                        + " unknown method CheckpointContainer for service"
                        + " runtime.v1.RuntimeService)",
                text(running));
        assertEquals(
                "checkpointing of default/a/web failed (container web not found)", text(ended));
        node.close();
    }

    @Test
    void containersThatEndedAreCountedByExitCode() throws Exception {
        TestNode node = new TestNode(folder);
        node.kubelet.start();
        node.api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Never',"
                                + "'containers':[{'name':'web','image':'nginx:1'}]"));
        node.api.await("a", TestNode::isReady);

        node.runtime.exit(node.runtime.listContainers(ContainerFilter.ALL).getFirst().id(), 139);
        node.api.await("a", pod -> pod.status().string("phase").equals("Failed"));

        String page = page(node, "/metrics");
        assertTrue(
                page.contains(
                        "kubelet_terminated_containers_total{container_type=\"container\","
                                + "exit_code=\"139\",reason=\"Error\"} 1\n"),
                page);
        node.close();
    }

    @Test
    void whatEndedCountsOnceHoweverOftenItsStatusIsRefused() throws Exception {
        TestNode node = new TestNode(folder);
        node.kubelet.start();
        node.api.refusePods(true);
        node.api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Never',"
                                + "'containers':[{'name':'web','image':'nginx:1'}]"));
        for (int i = 0; i < 1_000 && running(node).isEmpty(); i++) {
            node.api.awaitWrite();
        }

        node.runtime.exit(running(node).getFirst().id(), 139);
        int before = node.api.refused();
        for (int i = 0; i < 1_000 && node.api.refused() < before + 4; i++) {
            node.ticker.advance(Duration.ofMillis(500));
            node.api.awaitWrite();
        }
        node.api.refusePods(false);
        for (int i = 0; i < 1_000 && node.api.statusWrites() == 0; i++) {
            node.ticker.advance(Duration.ofMillis(500));
            node.api.awaitWrite();
        }
        node.api.await("a", pod -> pod.status().string("phase").equals("Failed"));

        String page = page(node, "/metrics");
        assertTrue(page.contains("exit_code=\"139\",reason=\"Error\"} 1\n"), page);
        node.close();
    }

    private static List<Container> running(TestNode node) {
        return node.runtime.listContainers(
                new ContainerFilter("", "", ContainerState.RUNNING, Map.of()));
    }
}
