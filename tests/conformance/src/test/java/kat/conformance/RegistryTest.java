package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The registry add-on on a real node: images pushed from the machine are pulled by pods.
@Tag("root")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RegistryTest {

    private static final String PUSHED = "localhost:32000/echo:1";

    @Test
    void anImageIsPushedRunsIsCleanedUpAndNothingStays() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is missing");
        assumeTrue(TestCluster.hasHelm(), "tools/packages is not built");
        try (TestCluster cluster = TestCluster.named("registry")) {
            cluster.up().ok();
            Kubectl kubectl = cluster.kubectl();
            cluster.kat("image", "load", TestCluster.toolkitImage("registry").toString()).ok();
            cluster.kat("addons", "enable", "registry", "--wait").shows("localhost:32000/web:1");

            push(TestCluster.image("echo"), PUSHED).ok();
            kubectl.type("run echo --image=" + PUSHED).ok();
            kubectl.type("wait pod/echo --for=condition=Ready --timeout=90s").ok();

            assertTrue(
                    cluster.kat("image", "remove", PUSHED).failed().contains("so it stays"),
                    "an image in use stays");
            kubectl.type("delete pod echo --now").ok();
            Waiting.until(
                    "the image can be removed",
                    () -> cluster.kat("image", "remove", PUSHED).exit() == 0);
            assertFalse(cluster.kat("image", "list").ok().contains(PUSHED));

            keepsWhatWasPushed(cluster);
            cleansUpWhatLostItsTag(cluster);
            keepsPodsOutThatNobodyLetIn(cluster);

            assertTrue(
                    cluster.kat("addons", "disable", "registry")
                            .failed()
                            .contains("PersistentVolumeClaim kat-registry/data of 20Gi"));
            cluster.kat("addons", "disable", "registry", "--delete-data").ok();
            assertEquals("", kubectl.type("get pv -o name").ok());
            assertFalse(kubectl.type("get namespaces -o name").ok().contains("/kat-"));
            cluster.kat("addons", "list").shows("registry     no");
        }
    }

    private static Outcome push(Path archive, String name) throws InterruptedException {
        return Programs.run(
                List.of(
                        "skopeo",
                        "copy",
                        "--dest-tls-verify=false",
                        "--dest-compress-format=gzip",
                        "oci-archive:" + archive,
                        "docker://" + name));
    }

    /// The registry's pod goes, what it has on its volume does not.
    private static void keepsWhatWasPushed(TestCluster cluster) throws Exception {
        Kubectl registry = cluster.kubectl().in("kat-registry");
        registry.type("delete pod -l app=registry --timeout=120s").ok();
        registry.type("rollout status deployment/registry --timeout=120s").ok();

        Kubectl kubectl = cluster.kubectl();
        kubectl.type("run again --image=" + PUSHED).ok();
        kubectl.type("wait pod/again --for=condition=Ready --timeout=90s").ok();
        kubectl.type("delete pod again --now").ok();
        Waiting.until(
                "the image can be removed again",
                () -> cluster.kat("image", "remove", PUSHED).exit() == 0);
    }

    /// A second image under the same tag leaves blobs that no image needs.
    private static void cleansUpWhatLostItsTag(TestCluster cluster) throws Exception {
        push(TestCluster.toolkitImage("registry"), PUSHED).ok();
        Kubectl registry = cluster.kubectl().in("kat-registry");
        registry.type("exec deploy/registry -- kill -USR1 1").ok();
        Waiting.until(
                "blobs are deleted",
                () ->
                        registry.type("logs deploy/registry")
                                .ok()
                                .matches("(?s).*clean-up ends: [1-9][0-9]* blobs deleted.*"));
        Path echo = TestCluster.image("echo");
        Waiting.until("pushes are taken again", () -> push(echo, PUSHED).exit() == 0);
    }

    private static void keepsPodsOutThatNobodyLetIn(TestCluster cluster) throws Exception {
        cluster.kat("image", "load", TestCluster.image("busybox").toString()).ok();
        Kubectl kubectl = cluster.kubectl();
        kubectl.type("run client --image=busybox:1.36 -- sleep 600").ok();
        kubectl.type("wait pod/client --for=condition=Ready --timeout=90s").ok();
        String in = "exec client -- timeout 3 wget -qO- http://";
        String service = in + "registry.kat-registry.svc:5000/v2/";
        String node = kubectl.field("nodes", ".items[0].status.addresses[0].address");

        kubectl.type(service).failed();
        kubectl.type(in + node + ":32000/v2/").failed();

        kubectl.type("label namespace default builds=yes").ok();
        String peer = "access.from[0].namespaceSelector.matchLabels.builds=yes";
        cluster.kat("addons", "enable", "registry", "--wait", "--set", peer).ok();
        Waiting.until("its pods are let in", () -> kubectl.type(service).exit() == 0);
        kubectl.type("delete pod client --now").ok();
    }

    @Test
    void theCacheKeepsWhatItFetchedFromAnotherAndPruneTakesWhatNobodyRuns() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is missing");
        Path program = Path.of("/usr/bin/docker-registry");
        assumeTrue(Files.isExecutable(program), "docker-registry is missing");
        assumeTrue(TestCluster.hasHelm(), "tools/packages is not built");
        try (TestCluster cluster = TestCluster.named("cache")) {
            cluster.up().ok();
            Kubectl kubectl = cluster.kubectl();
            String node = kubectl.field("nodes", ".items[0].status.addresses[0].address");
            int port = freePort();
            Process upstream = upstream(program, cluster.folder(), port);
            try {
                String address = node + ":" + port;
                Waiting.until(
                        "the other registry answers",
                        () -> push(TestCluster.image("echo"), address + "/echo:1").exit() == 0);
                cluster.kat("image", "load", TestCluster.toolkitImage("registry").toString()).ok();
                String remote = "cache.remote=http://" + address;
                cluster.kat("addons", "enable", "registry", "--wait", "--set", remote).ok();
                cluster.kat("image", "mirror", "elsewhere.test", "http://localhost:32001").ok();

                runs(cluster, "first");
            } finally {
                upstream.destroyForcibly().waitFor();
            }
            Waiting.until(
                    "the image is pruned",
                    () -> {
                        cluster.kat("image", "prune").ok();
                        return !cluster.kat("image", "list").ok().contains("elsewhere.test");
                    });
            assertTrue(
                    cluster.kat("image", "list").ok().contains("/registry:"),
                    "images of pods that run are not pruned");
            runs(cluster, "second");
        }
    }

    private static void runs(TestCluster cluster, String pod) throws Exception {
        Kubectl kubectl = cluster.kubectl();
        kubectl.type("run " + pod + " --image=elsewhere.test/echo:1").ok();
        kubectl.type("wait pod/" + pod + " --for=condition=Ready --timeout=90s").ok();
        kubectl.type("delete pod " + pod + " --now").ok();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static Process upstream(Path program, Path folder, int port) throws IOException {
        Path config = folder.resolve("upstream.yml");
        Files.writeString(
                config,
                """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: ":%d"}
                """
                        .formatted(folder.resolve("upstream"), port));
        return Programs.start(
                List.of(program.toString(), "serve", config.toString()),
                Map.of(),
                folder.resolve("upstream.log"));
    }
}
