package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import kat.csi.testing.Call;
import kat.csi.testing.Placement;
import kat.csi.testing.TestDriver;
import org.jspecify.annotations.Nullable;

/// A kubelet with a driver of storage beside it; they speak to each other over sockets.
final class CsiNode implements AutoCloseable {

    static final Set<NodeCapability> ALL = EnumSet.allOf(NodeCapability.class);

    private static final Kind CSI_DRIVER = kind("CSIDriver");
    private static final Kind ATTACHMENT = kind("VolumeAttachment");

    private final Path home;
    TestNode node;
    private @Nullable TestDriver driver;

    static Kind kind(String name) {
        return Kinds.builtIn().require("storage.k8s.io/v1", name);
    }

    CsiNode(Path home) throws InterruptedException {
        this.home = home;
        node = new TestNode(home.resolve("n"));
        node.kubelet.start();
    }

    TestDriver driver() {
        return Objects.requireNonNull(driver, "no driver was started");
    }

    /// Another kubelet over the same folder, and another driver, neither of them started.
    void replace() {
        close();
        node = new TestNode(home.resolve("n"));
    }

    @Override
    public void close() {
        if (driver != null) {
            driver.close();
        }
        node.close();
    }

    Path registry() {
        return home.resolve("n/plugins_registry");
    }

    TestDriver driver(Set<NodeCapability> capabilities, String... versions) throws IOException {
        NodeFacts facts = new NodeFacts("the-node", 7, new TreeMap<>(Map.of("zone", "z1")));
        TestDriver made =
                new TestDriver(
                        new TestDriver.Options(
                                "disk.example.com",
                                home.resolve("d"),
                                "",
                                List.of(versions),
                                capabilities,
                                facts),
                        Placement.folders());
        driver = made;
        made.start(registry());
        return made;
    }

    void registered(Set<NodeCapability> capabilities) throws IOException, InterruptedException {
        driver(capabilities, "1.0.0");
        assertEquals("", awaitVerdict());
    }

    /// A kubelet that got no answer in time asks again after a while of its own clock.
    String awaitVerdict() throws InterruptedException {
        return driver().awaitVerdict(() -> node.ticker.advance(Duration.ofMinutes(1)));
    }

    void describe(String spec) {
        node.api.put(
                CSI_DRIVER,
                object(
                        "{'apiVersion':'storage.k8s.io/v1','kind':'CSIDriver',"
                                + "'metadata':{'name':'disk.example.com'},'spec':{"
                                + spec
                                + "}}"));
    }

    static KubeObject user(String name, String volume) {
        return pod(
                name,
                "'restartPolicy':'Always','serviceAccountName':'runner',"
                        + "'terminationGracePeriodSeconds':1,"
                        + "'securityContext':{'fsGroup':5},"
                        + "'volumes':[{'name':'data',"
                        + volume
                        + "}],'containers':[{'name':'web','image':'nginx:1',"
                        + "'imagePullPolicy':'IfNotPresent',"
                        + "'volumeMounts':[{'name':'data','mountPath':'/data'}]}]");
    }

    static KubeObject claimant(String name) {
        return user(name, "'persistentVolumeClaim':{'claimName':'c'}");
    }

    /// A claim `c` bound to a volume of the driver.
    void putVolume(String more) {
        node.api.put(
                Kinds.PERSISTENT_VOLUME,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'pv-1'},"
                                + "'spec':{'accessModes':['ReadWriteOnce'],"
                                + "'csi':{'driver':'disk.example.com','volumeHandle':'vol-1',"
                                + "'fsType':'ext4','volumeAttributes':{'color':'red'}}"
                                + more
                                + "}}"));
        node.api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolumeClaim',"
                                + "'metadata':{'namespace':'default','name':'c'},"
                                + "'spec':{'volumeName':'pv-1'},'status':{'phase':'Bound'}}"));
    }

    static String sha256(String text) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    void attach() throws NoSuchAlgorithmException {
        String name = "csi-" + sha256("vol-1" + "disk.example.com" + "node-0");
        node.api.put(
                ATTACHMENT,
                object(
                        "{'apiVersion':'storage.k8s.io/v1','kind':'VolumeAttachment',"
                                + "'metadata':{'name':'"
                                + name
                                + "'},'spec':{},'status':{'attached':true,"
                                + "'attachmentMetadata':{'device':'/dev/vol-1'}}}"));
    }

    Call call(String method) {
        return driver().calls().stream()
                .filter(each -> each.method().equals(method))
                .findFirst()
                .orElseThrow();
    }

    void end(String name) throws InterruptedException {
        KubeObject pod = node.api.await(name, each -> true);
        node.api.deleteGracefully(pod, 1);
        node.api.awaitGone(name);
    }

    void awaitGone(Path file) throws InterruptedException {
        for (int count = 0; Files.exists(file) && count < 200; count++) {
            node.api.awaitWrite();
        }
        assertFalse(Files.exists(file), file + " is still there");
    }

    /// Lets time pass until the pod is ready.
    void await(String name) throws InterruptedException {
        for (int count = 0; count < 200; count++) {
            KubeObject pod = node.api.find(Kinds.POD, ObjectKey.of("default", name));
            if (pod != null && TestNode.isReady(pod)) {
                return;
            }
            node.ticker.advance(Duration.ofSeconds(1));
            node.api.awaitWrite();
        }
        throw new AssertionError(name + " never became ready");
    }

    long calls(String text) {
        return driver().course().stream().filter(text::equals).count();
    }

    void awaitCalls(String text, int number) throws InterruptedException {
        for (int count = 0; calls(text) < number && count < 200; count++) {
            node.api.awaitWrite();
        }
        assertEquals(number, calls(text));
    }
}
