package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What becomes of pods when KAT or the machine goes, and what is left when a cluster is deleted.
@Tag("root")
class SurvivalTest {

    private static final String CONTAINER = ".status.containerStatuses[0].containerID";
    private static final String RESTARTS = ".status.containerStatuses[0].restartCount";

    private TestCluster cluster;
    private MachineState before;
    private Kubectl kubectl;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        cluster = TestCluster.named("survive");
        before = MachineState.of(cluster.name(), cluster.home());
        cluster.up().ok();
        cluster.loadImages();
        kubectl = cluster.kubectl().in("default");
    }

    @AfterEach
    void delete() throws IOException {
        cluster.close();
    }

    private void apply(String manifest) throws InterruptedException {
        kubectl.apply(manifest);
        awaitReady();
    }

    private void awaitReady() throws InterruptedException {
        for (String each : kubectl.type("get deployments -o name").ok().lines().toList()) {
            kubectl.type("rollout status " + each + " --timeout=60s").ok();
        }
        kubectl.type("wait pods --all --for=condition=Ready --timeout=60s").ok();
    }

    private String answer() throws InterruptedException, IOException {
        return Http.get("http://" + address());
    }

    private String address() throws InterruptedException {
        return kubectl.field("service/web", ".spec.clusterIP");
    }

    private void kill() throws IOException, InterruptedException {
        ProcessHandle server = ProcessHandle.of(cluster.pid()).orElseThrow();
        server.destroyForcibly();
        Waiting.until("the server is gone", () -> !server.isAlive());
    }

    @Test
    void containersOutliveAKilledServerAndAreAdopted() throws IOException, InterruptedException {
        apply(Manifests.web("web", "nginx:1.20", 1, "ClusterIP"));
        String pod = kubectl.type("get pods -o name").ok().strip();
        String container = kubectl.field(pod, CONTAINER);
        String address = kubectl.field("service/web", ".spec.clusterIP");

        kill();

        assertTrue(Http.get("http://" + address).contains("nginx"), "answers without a server");
        cluster.up().ok();
        awaitReady();
        assertEquals(pod, kubectl.type("get pods -o name").ok().strip());
        assertEquals(container, kubectl.field(pod, CONTAINER));
        assertEquals("0", kubectl.field(pod, RESTARTS));
        assertTrue(answer().contains("nginx"));
        assertEquals("web", kubectl.run("exec", pod, "--", "printf", "web").ok());
    }

    /// Packets between containers pass through the kernel alone.
    @Test
    void containersReachServicesWhileTheServerIsAwayAndComesBack()
            throws IOException, InterruptedException {
        apply(Manifests.web("web", "nginx:1.20", 2, "ClusterIP"));
        apply(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: client
                spec:
                  containers:
                  - name: asks
                    image: busybox:1.36
                    command:
                    - sh
                    - -c
                    - |
                      while true; do
                        wget -q -O /dev/null http://%s/ && echo answered || echo missed
                        sleep 0.05
                      done
                """
                        .formatted(address()));
        Waiting.until("it asks", () -> asked("answered") > 0);

        kill();
        cluster.up().ok();
        awaitReady();

        long enough = asked("answered") + 100;
        Waiting.until("it went on asking", () -> asked("answered") > enough);
        assertEquals(0, asked("missed"));
    }

    private long asked(String outcome) throws InterruptedException {
        return kubectl.type("logs client").ok().lines().filter(outcome::equals).count();
    }

    @Test
    void podsComeBackAfterDownAndUp() throws IOException, InterruptedException {
        apply(Manifests.web("web", "nginx:1.20", 1, "ClusterIP"));
        String pod = kubectl.type("get pods -o name").ok().strip();

        cluster.kat("down").ok();
        cluster.up().ok();
        Waiting.until("restarted", () -> kubectl.field(pod, RESTARTS).equals("1"));
        awaitReady();

        assertTrue(answer().contains("nginx"));
    }

    @Test
    void downAfterAKillEndsWhatTheServerLeft() throws IOException, InterruptedException {
        apply(Manifests.web("web", "nginx:1.20", 1, "ClusterIP"));
        String pod = kubectl.type("get pods -o name").ok().strip();
        kill();

        Outcome down = cluster.kat("down");

        down.ok();
        assertTrue(down.said().contains("cluster survive is down"), down.said());
        MachineState after = MachineState.of(cluster.name(), cluster.home());
        for (String what : List.of("tables", "routes", "addresses", "devices", "processes")) {
            assertEquals(before.found().get(what), after.found().get(what), what);
        }
        assertEquals(before.found().get("claims"), after.found().get("claims"));
        assertTrue(cluster.kat("down").said().contains("is not running"));
        cluster.up().ok();
        Waiting.until("restarted", () -> kubectl.field(pod, RESTARTS).equals("1"));
        awaitReady();
        assertTrue(answer().contains("nginx"));
    }

    @Test
    void anotherHomeGetsTheNameOnceNoContainerIsLeft() throws IOException, InterruptedException {
        apply(Manifests.web("web", "nginx:1.20", 1, "ClusterIP"));
        String address = address();
        kill();

        try (TestCluster namesake = TestCluster.named(cluster.name())) {
            Outcome refused = namesake.up();
            assertNotEquals(0, refused.exit());
            assertTrue(refused.said().contains("runs containers on this machine"), refused.said());
            assertTrue(Http.get("http://" + address).contains("nginx"), "nothing was changed");

            loseAllProcesses();

            namesake.up().ok();
            namesake.kubectl().type("get nodes").ok();
        }
        cluster.up().ok();
        awaitReady();
        assertTrue(answer().contains("nginx"));
    }

    @Test
    void podsComeBackAfterAReboot() throws IOException, InterruptedException {
        apply(Manifests.web("web", "nginx:1.20", 1, "ClusterIP"));
        String pod = kubectl.type("get pods -o name").ok().strip();
        String container = kubectl.field(pod, CONTAINER);

        kill();
        loseAllProcesses();
        cluster.up().ok();
        Waiting.until("restarted", () -> kubectl.field(pod, RESTARTS).equals("1"));
        awaitReady();

        assertNotEquals(container, kubectl.field(pod, CONTAINER));
        assertTrue(answer().contains("nginx"));
    }

    /// Ends what a reboot would end: containerd, its shims, and the containers below them; and
    /// the packet rules go.
    private void loseAllProcesses() throws IOException, InterruptedException {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            String command = process.info().commandLine().orElse("");
            if (command.contains(cluster.home() + "/")
                    && process.pid() != ProcessHandle.current().pid()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        Programs.run(List.of("nft", "delete", "table", "ip", "kat-" + cluster.name()));
    }

    @Test
    void deletingLeavesTheMachineAsItWas() throws IOException, InterruptedException {
        kubectl.apply(Manifests.web("web", "nginx:1.20", 2, "NodePort"));
        apply(
                Manifests.busybox("box", "sleep 600")
                        .replace(
                                "spec:\n",
                                """
                                spec:
                                  volumes:
                                  - name: scratch
                                    emptyDir: {medium: Memory}
                                """)
                        .replace(
                                "    image:",
                                """
                                    volumeMounts:
                                    - {name: scratch, mountPath: /scratch, subPath: below}
                                    image:\
                                """));

        Outcome deleted = cluster.kat("delete", "--kubeconfig", kubectl.kubeconfig().toString());

        deleted.ok();
        assertEquals("cluster survive is deleted", deleted.said().lines().findFirst().orElse(""));
        assertEquals(before, MachineState.of(cluster.name(), cluster.home()));
        assertFalse(Files.exists(cluster.home().resolve("survive")));
    }
}
