package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.csi.testing.TestDeviceDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A driver of devices beside a real node: a program of the machine that describes `/dev/null`
/// as a device of each claim. Claims are allotted by hand, and the pod names its node.
@Tag("root")
class DeviceDriverTest {

    private static final String DRIVER = "devices.kat";

    private static final String OBJECTS =
            """
            apiVersion: resource.k8s.io/v1
            kind: ResourceClaim
            metadata: {name: one}
            spec: {devices: {requests: [{name: r, exactly: {deviceClassName: any}}]}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: user}
            spec:
              nodeName: $NODE
              terminationGracePeriodSeconds: 0
              resourceClaims: [{name: gpu, resourceClaimName: one}]
              containers:
              - name: main
                image: busybox:1.36
                command: [sleep, "600"]
                resources: {claims: [{name: gpu, request: r}]}
              - name: other
                image: busybox:1.36
                command: [sleep, "600"]
            """;

    /// As a driver would publish it.
    private static final String SLICE =
            """
            apiVersion: resource.k8s.io/v1
            kind: ResourceSlice
            metadata: {name: old}
            spec:
              driver: devices.kat
              nodeName: $NODE
              pool: {name: p, generation: 1, resourceSliceCount: 1}
              devices: [{name: d}]
            """;

    private static final String STATUS =
            """
            {"status":{"allocation":{"devices":{"results":[
              {"request":"r","driver":"devices.kat","pool":"p","device":"d"}]}},
             "reservedFor":[{"resource":"pods","name":"user","uid":"$UID"}]}}
            """;

    /// Where drivers describe their devices.
    private static final Path SPECIFICATIONS = Path.of("/var/run/cdi");

    @Test
    void aDriverServesDevicesAndAnotherServerTakesThemBack() throws Exception {
        try (TestCluster cluster = TestCluster.named("devices")) {
            cluster.up().ok();
            cluster.loadImages();
            TestDeviceDriver driver =
                    new TestDeviceDriver(
                            new TestDeviceDriver.Options(
                                    DRIVER,
                                    cluster.folder().resolve("d"),
                                    "",
                                    List.of("v1beta1.DRAPlugin", "v1.DRAPlugin"),
                                    List.of("r"),
                                    SPECIFICATIONS));
            try (driver) {
                Kubectl kubectl = cluster.kubectl().in("default");
                String uid = aPodWaitsForItsDevices(kubectl);
                Path kubelet = cluster.home().resolve(cluster.name()).resolve("node/kubelet");
                driver.start(kubelet.resolve("plugins_registry"));
                assertEquals("", driver.awaitVerdict(() -> {}));

                String claim = aContainerHasItsDevice(kubectl, driver);
                String node = kubectl.field("nodes", ".items[0].metadata.name");
                kubectl.apply(SLICE.replace("$NODE", node));
                theServerIsKilled(cluster, driver);
                Waiting.until(
                        "slices from before are gone",
                        () -> kubectl.type("get resourceslices -o name").ok().isEmpty());

                assertEquals(uid, kubectl.field("pod/user", ".metadata.uid"));
                kubectl.type("delete pod user --timeout=60s").ok();
                Waiting.until("taken back", () -> driver.calls().contains("unprepare one"));
                assertEquals(List.of("prepare one", "unprepare one"), driver.calls());
                Waiting.until("no trace is left", () -> !Files.exists(specification(claim)));
            } finally {
                removeSpecifications();
            }
        }
    }

    /// @return its uid
    private static String aPodWaitsForItsDevices(Kubectl kubectl)
            throws InterruptedException, IOException {
        String node = kubectl.field("nodes", ".items[0].metadata.name");
        kubectl.apply(OBJECTS.replace("$NODE", node));
        String uid = kubectl.field("pod/user", ".metadata.uid");
        kubectl.run(
                        "patch",
                        "resourceclaim",
                        "one",
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        STATUS.replace("$UID", uid))
                .ok();
        Waiting.until(
                "it says what it waits for",
                () ->
                        kubectl.type("describe pod user")
                                .out()
                                .contains("DRA driver devices.kat is not registered"));
        return uid;
    }

    /// @return the claim's uid
    private static String aContainerHasItsDevice(Kubectl kubectl, TestDeviceDriver driver)
            throws InterruptedException, IOException {
        kubectl.type("wait pod/user --for=condition=Ready --timeout=60s").ok();
        String claim = kubectl.field("resourceclaim/one", ".metadata.uid");
        assertTrue(Files.exists(specification(claim)));
        assertEquals(List.of("prepare one"), driver.calls());

        assertEquals("one device", look(kubectl, "main"));
        assertEquals("none", look(kubectl, "other"));
        return claim;
    }

    private static String look(Kubectl kubectl, String container) throws InterruptedException {
        String script = "test -c /dev/claimed && echo $CLAIM device || echo none";
        return kubectl.run("exec", "user", "-c", container, "--", "sh", "-c", script).ok().strip();
    }

    /// The next one finds the driver by its socket.
    private static void theServerIsKilled(TestCluster cluster, TestDeviceDriver driver)
            throws InterruptedException, IOException {
        ProcessHandle server = ProcessHandle.of(cluster.pid()).orElseThrow();
        server.destroyForcibly();
        Waiting.until("it is dead", () -> !server.isAlive());
        cluster.up().ok();
        assertEquals("", driver.awaitVerdict(() -> {}));
    }

    /// What a test that failed leaves would stay on the machine.
    private static void removeSpecifications() throws IOException {
        if (!Files.isDirectory(SPECIFICATIONS)) {
            return;
        }
        try (var all = Files.newDirectoryStream(SPECIFICATIONS, DRIVER + "-claim-*")) {
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        }
    }

    private static Path specification(String claim) {
        return SPECIFICATIONS.resolve(DRIVER + "-claim-" + claim + ".yaml");
    }
}
