package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kat.base.SystemTicker;
import kat.cri.ContainerdConfig;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxFilter;
import kat.cri.PodSandboxMetadata;
import kat.cri.PodSandboxState;
import kat.cri.PrivateContainerd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A cluster in a containerd that is somebody else's: with a configuration and a network of its
/// own, and a pod that is not ours.
@Tag("root")
class SharedContainerdTest {

    private static final Path PLUGINS = Path.of("/usr/lib/cni");

    private TestCluster cluster;
    private PrivateContainerd theirs;
    private ContainerdConfig config;
    private Path folder;
    private String theirPod;

    @BeforeEach
    void startTheirs() throws IOException {
        cluster = TestCluster.named("share");
        folder = Files.createTempDirectory("kat-theirs-");
        Path network = Files.createDirectory(folder.resolve("net.d"));
        Files.writeString(network.resolve("10-theirs.conflist"), network(folder));
        config = ContainerdConfig.of(folder.resolve("containerd")).withCni(network, PLUGINS);
        theirs = new PrivateContainerd(config, new SystemTicker());
        theirs.start();
        PodSandboxMetadata metadata = new PodSandboxMetadata("theirs", "uid", "default", 0);
        theirPod = theirs.runtime().runPodSandbox(PodSandboxConfig.of(metadata));
    }

    @AfterEach
    void endTheirs() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (theirs != null) {
            theirs.removeAll();
            theirs.close();
            Folders.delete(folder);
        }
    }

    private static String network(Path folder) {
        return """
        {"cniVersion": "0.4.0", "name": "theirs", "plugins": [
          {"type": "ptp", "ipMasq": false, "ipam": {"type": "host-local", "dataDir": "%s",
            "ranges": [[{"subnet": "10.233.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
        """
                .formatted(folder.resolve("ipam"));
    }

    private void theirPodIsWell() {
        var status = theirs.runtime().podSandboxStatus(theirPod);
        assertEquals(PodSandboxState.READY, status.state());
        assertEquals(List.of("10.233.0.2"), status.ips());
    }

    @Test
    void podsLiveThereOnTheClustersNetworkAndOthersAreLeftAlone()
            throws IOException, InterruptedException {
        MachineState before = MachineState.of(cluster.name(), cluster.home());
        cluster.up("--containerd-socket", config.socket().toString()).ok();
        cluster.loadImages();
        Kubectl kubectl = cluster.kubectl().in("default");
        kubectl.apply(Manifests.web("web", "nginx:1.20", 2, "ClusterIP"));
        kubectl.apply(Manifests.busybox("box", "sleep 600"));
        kubectl.type("rollout status deployment/web --timeout=60s").ok();
        kubectl.type("wait pods --all --for=condition=Ready --timeout=60s").ok();

        String range = kubectl.field("nodes", ".items[0].spec.podCIDR");
        String prefix = range.substring(0, range.lastIndexOf('.') + 1);
        for (String ip : kubectl.field("pods", ".items[*].status.podIP").split(" ", -1)) {
            assertTrue(ip.startsWith(prefix), ip);
        }
        String page = kubectl.type("exec box -- wget -qO- http://web").ok();
        assertTrue(page.contains("nginx"), page);
        String address = kubectl.field("service/web", ".spec.clusterIP");
        assertTrue(Http.get("http://" + address).contains("nginx"));
        theirPodIsWell();

        cluster.kat("down").ok();
        cluster.up().ok();
        Waiting.until(
                "started again",
                () ->
                        kubectl.field("pod/box", ".status.containerStatuses[0].restartCount")
                                .equals("1"));
        kubectl.type("wait pods --all --for=condition=Ready --timeout=60s").ok();
        assertTrue(kubectl.type("exec box -- wget -qO- http://web").ok().contains("nginx"));
        theirPodIsWell();

        cluster.kat("delete", "--kubeconfig", kubectl.kubeconfig().toString()).ok();
        theirPodIsWell();
        assertEquals(1, theirs.runtime().listPodSandboxes(PodSandboxFilter.ALL).size());
        assertTrue(theirs.runtime().images().status("busybox:1.36").isPresent());
        assertEquals(before, MachineState.of(cluster.name(), cluster.home()));
    }

    @Test
    void aContainerdThatCannotBeUsedIsToldInOneSentence() throws IOException {
        theirs.runtime().stopPodSandbox(theirPod);
        theirs.runtime().removePodSandbox(theirPod);
        Files.delete(config.cniConfigDirectory().resolve("10-theirs.conflist"));
        Path nothing = Files.createFile(cluster.folder().resolve("nothing.sock"));

        refused(cluster.folder().resolve("absent.sock"), "there is no containerd socket ");
        refused(nothing, "cannot use the containerd at " + nothing + ": it does not answer: ");
        refused(
                config.socket(),
                "it makes no pod while its CNI folder " + config.cniConfigDirectory() + " holds");
    }

    private void refused(Path socket, String words) {
        Outcome outcome = cluster.up("--containerd-socket", socket.toString());

        assertEquals(1, outcome.exit());
        assertTrue(outcome.said().contains(words), outcome.said());
        assertEquals(1, outcome.said().lines().filter(line -> line.startsWith("kat: ")).count());
        assertFalse(Files.exists(cluster.home().resolve(cluster.name())));
    }
}
