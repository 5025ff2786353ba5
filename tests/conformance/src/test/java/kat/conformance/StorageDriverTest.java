package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import kat.csi.testing.Placement;
import kat.csi.testing.TestDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A driver of storage beside a real node: a program of the machine that shows folders by mounting
/// them. What its provisioner and attacher would do is done by hand.
@Tag("root")
@ExtendWith(WithCluster.class)
class StorageDriverTest {

    private static final String NAME = "dirs.kat";

    private static final String OBJECTS =
            """
            apiVersion: storage.k8s.io/v1
            kind: CSIDriver
            metadata: {name: dirs.kat}
            spec: {attachRequired: true, podInfoOnMount: true, fsGroupPolicy: File,
              volumeLifecycleModes: [Persistent, Ephemeral]}
            ---
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: folder-1}
            spec:
              accessModes: [ReadWriteOnce]
              capacity: {storage: 1Gi}
              storageClassName: folders
              csi: {driver: dirs.kat, volumeHandle: one}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              storageClassName: folders
              resources: {requests: {storage: 1Gi}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: writer}
            spec:
              terminationGracePeriodSeconds: 0
              securityContext: {fsGroup: 4242}
              volumes:
              - {name: data, persistentVolumeClaim: {claimName: data}}
              - {name: own, csi: {driver: dirs.kat}}
              containers:
              - name: main
                image: busybox:1.36
                command: [sleep, "600"]
                volumeMounts:
                - {name: data, mountPath: /data}
                - {name: own, mountPath: /own}
            """;

    private static void run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("failed: " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /// Shows a folder by mounting it.
    private static Placement mounts() {
        return new Placement() {

            @Override
            public void show(Path from, Path to, boolean readOnly) throws IOException {
                Files.createDirectories(to);
                if (!Files.readString(Path.of("/proc/mounts")).contains(" " + to + " ")) {
                    run("mount", "--bind", from.toString(), to.toString());
                }
            }

            @Override
            public void hide(Path to) throws IOException {
                if (Files.readString(Path.of("/proc/mounts")).contains(" " + to + " ")) {
                    run("umount", to.toString());
                }
                Files.deleteIfExists(to);
            }
        };
    }

    @Test
    void aDriverServesVolumes(Kubectl kubectl, TestCluster cluster) throws Exception {
        String node = kubectl.type("get nodes -o jsonpath={.items[0].metadata.name}").ok();
        NodeFacts facts = new NodeFacts(node, 9, new TreeMap<>(Map.of("example.com/rack", "r1")));
        TestDriver driver =
                new TestDriver(
                        new TestDriver.Options(
                                NAME,
                                cluster.folder().resolve("d"),
                                "",
                                List.of("1.0.0"),
                                EnumSet.of(
                                        NodeCapability.STAGE_UNSTAGE_VOLUME,
                                        NodeCapability.GET_VOLUME_STATS),
                                facts),
                        mounts());
        try (driver) {
            driver.start(kubelet(cluster).resolve("plugins_registry"));
            assertEquals("", driver.awaitVerdict());
            assertEquals(
                    "9", kubectl.field("csinode/" + node, ".spec.drivers[0].allocatable.count"));

            serves(kubectl, driver, node);
        }
        Waiting.until(
                "forgotten",
                () -> kubectl.field("csinode/" + node, ".spec.drivers[*].name").isEmpty());
    }

    private static Path kubelet(TestCluster cluster) throws IOException {
        try (var all = Files.find(cluster.home(), 6, (p, _) -> p.endsWith("plugins_registry"))) {
            return all.findFirst().orElseThrow().getParent();
        }
    }

    private static void serves(Kubectl kubectl, TestDriver driver, String node)
            throws InterruptedException, IOException {
        kubectl.apply(OBJECTS);
        Waiting.until("asked for", () -> !attachment(kubectl).isEmpty());
        String attachment = attachment(kubectl);
        assertEquals(node, kubectl.field(attachment, ".spec.nodeName"));
        kubectl.type(
                        "patch "
                                + attachment
                                + " --subresource=status --type=merge -p"
                                + " {\"status\":{\"attached\":true}}")
                .ok();
        kubectl.type("wait pod/writer --for=condition=Ready --timeout=60s").ok();
        kubectl.run("exec", "writer", "--", "sh", "-c", "echo x > /data/x; echo x > /own/x").ok();

        assertTrue(kubectl.type("exec writer -- stat -c %g /data").ok().contains("4242"));
        kubectl.type("delete pod writer").ok();
        Waiting.until("detached", () -> attachment(kubectl).isEmpty());
        assertTrue(driver.course().contains("NodeUnstageVolume one"), driver.course().toString());
        kubectl.type("delete pvc data").ok();
        kubectl.type("delete pv folder-1").ok();
        kubectl.type("delete csidriver dirs.kat").ok();
    }

    private static String attachment(Kubectl kubectl) throws InterruptedException {
        return kubectl.type("get volumeattachments -o name").ok().strip();
    }
}
