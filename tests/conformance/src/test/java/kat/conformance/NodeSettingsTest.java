package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A node that is set by a KubeletConfiguration, on real containers: one life from its logs to the
/// shutdown of its machine.
@Tag("root")
class NodeSettingsTest {

    private static final String SETTINGS =
            """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            maxPods: 37
            allowedUnsafeSysctls: ["kernel.msg*"]
            containerLogMaxSize: 8Ki
            containerLogMaxFiles: 3
            containerLogMonitorInterval: 3s
            shutdownGracePeriod: 20s
            shutdownGracePeriodCriticalPods: 10s
            """;

    private static final String TALKS =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: talks}
            spec:
              terminationGracePeriodSeconds: 1
              securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "while :; do echo some words of a log; sleep 0.002; done"]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: vital, namespace: kube-system}
            spec:
              priorityClassName: system-node-critical
              terminationGracePeriodSeconds: 5
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "trap 'sleep 1; exit 0' TERM; sleep 600 & wait"]
            """;

    @Test
    void aNodeFollowsItsKubeletConfiguration() throws Exception {
        try (LargePages pages = LargePages.setAside(16);
                TestCluster cluster = TestCluster.named("settings")) {
            Path kubelet = cluster.folder().resolve("kubelet.yaml");
            Path settings = cluster.folder().resolve("kat.yaml");
            Files.writeString(kubelet, SETTINGS);
            Files.writeString(settings, "kubeletConfig: " + kubelet + "\n");
            cluster.up("--config", settings.toString()).ok();
            cluster.loadImages();
            Kubectl kubectl = cluster.kubectl();
            kubectl.apply(TALKS).ok();
            kubectl.type("wait pod/talks --for=condition=Ready --timeout=60s").ok();
            kubectl.type("wait pod/vital -n kube-system --for=condition=Ready --timeout=60s").ok();

            theNodeSaysHowItIsSet(kubectl);
            if (pages.count() > 1) {
                podsUseLargePages(kubectl, pages);
            }
            logsStaySmallAndFew(cluster, kubectl);
            theMachineGoesDownAndStaysAfterAll(cluster, kubectl);
        }
    }

    private static void theNodeSaysHowItIsSet(Kubectl kubectl) throws InterruptedException {
        String node = kubectl.field("pod/talks", ".spec.nodeName");
        assertEquals("37", kubectl.field("node/" + node, ".status.capacity.pods"));
        kubectl.type("get --raw /api/v1/nodes/" + node + "/proxy/configz")
                .shows("\"shutdownGracePeriodCriticalPods\":\"10s\"");
        assertEquals("65536\n", kubectl.type("exec talks -- cat /proc/sys/kernel/msgmax").ok());
    }

    /// Files of such a volume take pages as they are made longer, without a program that maps
    /// them.
    private static void podsUseLargePages(Kubectl kubectl, LargePages pages)
            throws InterruptedException, IOException {
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: large}
                        spec:
                          terminationGracePeriodSeconds: 0
                          volumes: [{name: huge, emptyDir: {medium: HugePages}}]
                          containers:
                          - name: main
                            image: busybox:1.36
                            command: [sleep, "600"]
                            volumeMounts: [{name: huge, mountPath: /huge}]
                            resources: {limits: {hugepages-2Mi: 4Mi, memory: 32Mi, cpu: 100m}}
                        """)
                .ok();
        kubectl.type("wait pod/large --for=condition=Ready --timeout=60s").ok();
        String node = kubectl.field("pod/large", ".spec.nodeName");
        assertEquals(
                pages.count() * 2 + "Mi",
                kubectl.field("node/" + node, ".status.capacity.hugepages-2Mi"));
        long free = pages.free();

        kubectl.type("exec large -- fallocate -l 2097152 /huge/page").ok();

        assertEquals(free - 1, pages.free());
        kubectl.type("delete pod large").ok();
        Waiting.until("given back", () -> pages.free() == free);
    }

    private static void logsStaySmallAndFew(TestCluster cluster, Kubectl kubectl)
            throws InterruptedException, IOException {
        String uid = kubectl.field("pod/talks", ".metadata.uid");
        Path folder =
                cluster.home()
                        .resolve(cluster.name())
                        .resolve("node/kubelet/logs/default_talks_" + uid + "/main");
        Waiting.until("logs rotated twice", () -> files(folder).size() == 3);
        List<String> names = files(folder);

        assertEquals("0.log", names.getFirst());
        assertTrue(names.get(1).endsWith(".gz"), names.toString());
        assertTrue(names.get(2).matches("0\\.log\\.\\d{8}-\\d{6}"), names.toString());
        kubectl.type("logs talks --tail=1").shows("some words of a log");
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> !name.endsWith(".tmp"))
                    .sorted()
                    .toList();
        }
    }

    private static void theMachineGoesDownAndStaysAfterAll(TestCluster cluster, Kubectl kubectl)
            throws InterruptedException, IOException {
        String node = kubectl.field("pod/talks", ".spec.nodeName");
        Path folder = cluster.home().resolve(cluster.name()).resolve("node/kubelet");
        Path state = folder.resolve("graceful_node_shutdown_state");
        Files.createFile(folder.resolve("shutdown"));
        Waiting.until(
                "pods have ended",
                () -> Files.exists(state) && !Files.readString(state).contains("0001-01-01"));

        assertEquals("Failed", kubectl.field("pod/talks", ".status.phase"));
        assertEquals("Terminated", kubectl.field("pod/talks", ".status.reason"));
        Kubectl system = kubectl.in("kube-system");
        assertEquals(
                "Pod was terminated in response to imminent node shutdown.",
                system.field("pod/vital", ".status.message"));
        String end = ".status.containerStatuses[0].state.terminated.";
        assertTrue(
                kubectl.field("pod/talks", end + "finishedAt")
                                .compareTo(system.field("pod/vital", end + "finishedAt"))
                        <= 0,
                "the less important pod ends first");
        assertEquals("0", system.field("pod/vital", end + "exitCode"));
        String ready = ".status.conditions[?(@.type==\"Ready\")].";
        assertEquals("node is shutting down", kubectl.field("node/" + node, ready + "message"));
        String bound = "spec:\n  nodeName: " + node;
        kubectl.apply(Manifests.busybox("late", "sleep 600").replace("spec:", bound)).ok();
        Waiting.until(
                "refused",
                () -> kubectl.field("pod/late", ".status.reason").equals("NodeShutdown"));

        Files.delete(folder.resolve("shutdown"));
        kubectl.type("wait node/" + node + " --for=condition=Ready --timeout=60s").ok();
        kubectl.apply(Manifests.busybox("again", "sleep 600")).ok();
        kubectl.type("wait pod/again --for=condition=Ready --timeout=60s").ok();
    }
}
