package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A real node that has too little disk, then too little memory. The disk is small and the
/// cluster's own, so that it fills without harm; memory is little by a threshold that no
/// machine keeps.
@Tag("root")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ScarceNodeTest {

    private static final String KUBELET =
            """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            evictionHard: {%s}
            evictionPressureTransitionPeriod: 3s
            imageMinimumGCAge: 1s
            imageGCHighThresholdPercent: 100
            """;
    private static final String LITTLE_DISK =
            "nodefs.available: 256Mi, imagefs.available: 256Mi, memory.available: 100Mi";

    /// No machine is that idle.
    private static final String LITTLE_MEMORY = "memory.available: 99.9%";

    private static final long MIB = 1L << 20;
    private static final long LEAST_DISK = 256 * MIB;

    /// Of the disk, which is in memory, and as much for the cluster.
    private static final long LEAST_MEMORY = 3072 * MIB;

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String CONDITION = ".status.conditions[?(@.type==\"%s\")].status";
    private static final String ENDED = ".status.containerStatuses[0].state.terminated.finishedAt";

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: $NAME}
            spec:
              nodeName: $NODE
              terminationGracePeriodSeconds: 0
              volumes: [{name: data, emptyDir: {}}]
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "$SCRIPT; sleep 6000"]
                resources: {requests: {$REQUESTS}}
                volumeMounts: [{name: data, mountPath: /data}]
            """;

    @Test
    void aNodeGivesUpWhatMattersLeast() throws Exception {
        assumeTrue(freeMemory() > LEAST_MEMORY, "the disk is in memory, of which there is little");
        try (TestCluster cluster = TestCluster.named("scarce")) {
            cluster.onDiskOf("1536m");
            start(cluster, LITTLE_DISK);
            cluster.loadImages();
            seeImages(cluster);
            Kubectl kubectl = cluster.kubectl().in("default");
            String node = kubectl.field("nodes", ".items[0].metadata.name");

            unusedImagesGoBeforePods(cluster, kubectl, node);
            thePodGoesThatHasMoreDiskThanItAskedFor(cluster, kubectl, node);
            cluster.kat("down").ok();
            start(cluster, LITTLE_MEMORY);
            thePodGoesFirstThatAskedForNoMemory(kubectl, node);
        }
    }

    /// A kubelet looks for images when it begins and each five minutes, and removes none that
    /// it sees for the first time.
    private static void seeImages(TestCluster cluster) throws IOException {
        cluster.kat("down").ok();
        start(cluster, LITTLE_DISK);
    }

    private static long freeMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }

    private static void start(TestCluster cluster, String thresholds) throws IOException {
        Path kubelet = cluster.folder().resolve("kubelet.yaml");
        Path settings = cluster.folder().resolve("kat.yaml");
        Files.writeString(kubelet, KUBELET.formatted(thresholds));
        Files.writeString(settings, "kubeletConfig: " + kubelet + "\n");
        cluster.up("--config", settings.toString()).ok();
    }

    /// What the disk lacks is less than an image that nobody uses.
    private static void unusedImagesGoBeforePods(TestCluster cluster, Kubectl kubectl, String node)
            throws Exception {
        assertTrue(cluster.kat("image", "list").ok().contains("/nginx:1.19"));
        kubectl.apply(pod("bystander", node, "true", "")).ok();
        kubectl.type("wait pod/bystander --for=condition=Ready --timeout=60s").ok();
        Path file = cluster.home().resolve("fill");
        String size = Long.toString(free(cluster) - LEAST_DISK + 2 * MIB);

        Programs.run(List.of("fallocate", "-l", size, file.toString())).ok();

        Waiting.until(
                "unused images are gone",
                LONG,
                () -> !cluster.kat("image", "list").ok().contains("/nginx:1.19"));
        assertTrue(cluster.kat("image", "list").ok().contains("/busybox:1.36"), "used ones stay");
        Files.delete(file);
        holds(kubectl, node, "DiskPressure", "False");
        assertEquals("Running", kubectl.field("pod/bystander", ".status.phase"));
    }

    /// Not the one that has most: it said so before.
    private static void thePodGoesThatHasMoreDiskThanItAskedFor(
            TestCluster cluster, Kubectl kubectl, String node) throws Exception {
        long room = (free(cluster) - LEAST_DISK / 2) / MIB;
        long most = room / 2 + 32;
        String asked = "ephemeral-storage: " + (most + 64) + "Mi";
        kubectl.apply(pod("modest", node, filling(most), asked)).ok();
        Waiting.until(
                "it has written",
                LONG,
                () -> kubectl.type("logs modest").out().contains("written"));

        kubectl.apply(pod("filler", node, filling(room - most), "")).ok();
        kubectl.type("wait pod/filler --for=jsonpath={.status.phase}=Failed --timeout=120s").ok();

        assertEquals("Evicted", kubectl.field("pod/filler", ".status.reason"));
        String message = kubectl.field("pod/filler", ".status.message");
        assertTrue(
                message.startsWith(
                        "The node was low on resource: ephemeral-storage. Threshold quantity:"
                                + " 256Mi, available: "),
                message);
        kubectl.type("get events --all-namespaces --field-selector reason=EvictionThresholdMet")
                .shows("Attempting to reclaim ephemeral-storage");
        holds(kubectl, node, "DiskPressure", "False");
        assertEquals("Running", kubectl.field("pod/modest", ".status.phase"));
        assertEquals("Running", kubectl.field("pod/bystander", ".status.phase"));
        kubectl.type("delete pod filler modest bystander").ok();
    }

    private static String filling(long mib) {
        return "dd if=/dev/zero of=/data/much bs=1048576 count=" + mib + " && echo written";
    }

    private static void thePodGoesFirstThatAskedForNoMemory(Kubectl kubectl, String node)
            throws Exception {
        holds(kubectl, node, "MemoryPressure", "True");
        kubectl.apply(pod("late", node, "true", "")).ok();
        kubectl.apply(pod("careful", node, "true", "memory: 64Mi")).ok();
        kubectl.apply(pod("greedy", node, "true", "cpu: 10m")).ok();
        for (String pod : List.of("late", "greedy", "careful")) {
            kubectl.type(
                            "wait pod/"
                                    + pod
                                    + " --for=jsonpath={.status.phase}=Failed"
                                    + " --timeout=120s")
                    .ok();
            assertEquals("Evicted", kubectl.field("pod/" + pod, ".status.reason"));
        }

        assertEquals(
                "Pod was rejected: The node had condition: [MemoryPressure]. ",
                kubectl.field("pod/late", ".status.message"));
        String message = kubectl.field("pod/greedy", ".status.message");
        assertTrue(message.startsWith("The node was low on resource: memory. "), message);
        assertTrue(message.contains("Container main was using "), message);
        assertTrue(message.endsWith("request is 0, has larger consumption of memory. "), message);
        Instant greedy = Instant.parse(kubectl.field("pod/greedy", ENDED));
        Instant careful = Instant.parse(kubectl.field("pod/careful", ENDED));
        assertTrue(greedy.isBefore(careful), greedy + " is before " + careful);
        assertEquals(
                "NoSchedule",
                kubectl.field(
                        "node/" + node,
                        ".spec.taints[?(@.key==\"node.kubernetes.io/memory-pressure\")].effect"));
    }

    private static String pod(String name, String node, String script, String requests) {
        return POD.replace("$NAME", name)
                .replace("$NODE", node)
                .replace("$SCRIPT", script)
                .replace("$REQUESTS", requests);
    }

    private static void holds(Kubectl kubectl, String node, String condition, String wanted)
            throws Exception {
        Waiting.until(
                condition + " is " + wanted,
                LONG,
                () -> kubectl.field("node/" + node, CONDITION.formatted(condition)).equals(wanted));
    }

    private static long free(TestCluster cluster) throws IOException {
        return Files.getFileStore(cluster.home()).getUsableSpace();
    }
}
