package kat.kubelet;

import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.client.Informers;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.PodTarget;
import kat.client.node.ProcessStreams;
import kat.cri.ContainerdConfig;
import kat.cri.PrivateContainerd;
import kat.kubelet.volumes.LinuxMounts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pods in real containers, on a containerd of the test's own.
@Tag("root")
class ContainerdKubeletTest {

    private static final Path PLUGINS = Path.of("/usr/lib/cni");
    private static final Ticker TICKER = new SystemTicker();
    private static Path home;
    private static PrivateContainerd containerd;

    private final FakeApi api = new FakeApi();
    private final Informers informers = new Informers(api, TICKER);
    private final LinuxMounts mounts = new LinuxMounts();
    private Kubelet kubelet;

    @BeforeAll
    static void startContainerd() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "containers need root");
        assumeTrue(Files.exists(Path.of("/usr/bin/containerd")), "containerd is missing");
        assumeTrue(Files.exists(PLUGINS.resolve("ptp")), "CNI plug-ins are missing");
        assumeTrue(Files.exists(BusyboxImage.BUSYBOX), "busybox-static is missing");
        home = Files.createTempDirectory("kat-kubelet-");
        Path cni = Files.createDirectories(home.resolve("cni"));
        Files.writeString(
                cni.resolve("10-test.conflist"),
                """
                {"cniVersion": "0.4.0", "name": "kat-kubelet-test", "plugins": [
                  {"type": "ptp", "ipMasq": false, "ipam": {"type": "host-local",
                    "dataDir": "%s", "ranges": [[{"subnet": "10.232.0.0/24"}]],
                    "routes": [{"dst": "0.0.0.0/0"}]}}]}
                """
                        .formatted(home.resolve("ipam")));
        ContainerdConfig config =
                ContainerdConfig.of(home.resolve("containerd")).withCni(cni, PLUGINS);
        containerd = new PrivateContainerd(config, TICKER);
        containerd.start();
        containerd
                .runtime()
                .images()
                .importArchive(BusyboxImage.archive(MachineFacts.read(home).architecture()));
    }

    @AfterAll
    static void removeContainerd() throws IOException {
        if (containerd != null) {
            containerd.removeAll();
            containerd.close();
            NodeRemains remains = new NodeRemains(config(), new LinuxMounts());
            remains.removeFiles();
            remains.removeGroups();
            List<Path> all;
            try (var tree = Files.walk(home, new FileVisitOption[0])) {
                all = tree.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path each : all) {
                Files.delete(each);
            }
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        kubelet = kubelet();
        kubelet.start();
    }

    private static KubeletConfig config() {
        return KubeletConfig.of("node-0", "192.0.2.1", home.resolve("kubelet"))
                .withCgroupRoot("/kat-kubelet-test");
    }

    private Kubelet kubelet() {
        return new Kubelet(
                config(),
                api,
                informers,
                containerd.runtime(),
                TICKER,
                new Kubelet.Machine(MachineFacts.read(home), mounts, new FakeRoom(), TICKER));
    }

    @AfterEach
    void stop() {
        kubelet.close();
        informers.close();
    }

    private static boolean isReady(KubeObject pod) {
        return PodConditions.find(pod.status().array("conditions"), "Ready")
                .string("status")
                .equals("True");
    }

    private static PodTarget target(KubeObject pod) {
        return new PodTarget("node-0", "default", pod.name(), pod.uid(), "web");
    }

    /// Follows the log until it holds a text, since a pod may be ready before it wrote.
    private String logUntil(KubeObject pod, String text) throws IOException {
        LogOptions follow = new LogOptions(true, false, false, null, -1, -1, "All");
        StringBuilder seen = new StringBuilder();
        try (InputStream log = kubelet.gateway().logs(target(pod), follow)) {
            while (seen.indexOf(text) < 0) {
                int next = log.read();
                assertTrue(next >= 0, () -> "the log ended: " + seen);
                seen.append((char) next);
            }
        }
        return seen.toString();
    }

    private void delete(KubeObject pod) throws InterruptedException {
        api.deleteGracefully(pod, 1);
        api.awaitGone(pod.name());
    }

    private static KubeObject script(String name, String script, String more) {
        return pod(
                name,
                "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                        + "'containers':[{'name':'web','image':'busybox:test',"
                        + "'imagePullPolicy':'IfNotPresent','command':['sh','-c','"
                        + script
                        + "']"
                        + more);
    }

    @Test
    void runsAPodSoonAndLetsPeopleLookIntoIt() throws Exception {
        delete(start("warm", "exec sleep 1000", "}]"));
        long begun = TICKER.nanos();

        KubeObject pod = start("a", "echo hello; exec sleep 1000", "}]");

        Duration took = Duration.ofNanos(TICKER.nanos() - begun);
        System.getLogger("kat.test").log(System.Logger.Level.INFO, "pod ready after " + took);
        assertTrue(took.toMillis() < 2000, "pod ready after " + took);
        assertTrue(pod.status().string("podIP").startsWith("10.232.0."));
        assertEquals("hello\n", logUntil(pod, "\n"));
        ExecOptions options =
                new ExecOptions(List.of("sh", "-c", "hostname; exit 3"), false, true, true, false);
        try (ProcessStreams process = kubelet.gateway().exec(target(pod), options)) {
            String out = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals("a\n", out);
            assertEquals(3, process.await().code());
        }
        delete(pod);
    }

    private KubeObject start(String name, String script, String more) throws InterruptedException {
        api.put(Kinds.POD, script(name, script, more));
        return api.await(name, ContainerdKubeletTest::isReady);
    }

    @Test
    void givesContainersTheirEnvironmentAndVolumes() throws Exception {
        api.put(
                Kinds.CONFIG_MAP,
                Fixtures.object(
                        "{'kind':'ConfigMap','metadata':{'namespace':'default','name':'m'},"
                                + "'data':{'k':'one'}}"));
        KubeObject pod =
                start(
                        "b",
                        "cat /v/k; echo; echo $NAME $IP; cat /e/sub/f; cat /etc/hosts; id;"
                                + " exec sleep 1000",
                        ",'env':[{'name':'NAME','valueFrom':{'fieldRef':"
                                + "{'fieldPath':'metadata.name'}}},"
                                + "{'name':'IP','valueFrom':{'fieldRef':"
                                + "{'fieldPath':'status.podIP'}}}],"
                                + "'securityContext':{'runAsUser':1000,'runAsGroup':1000},"
                                + "'readinessProbe':{'exec':{'command':['cat','/e/sub/f']},"
                                + "'periodSeconds':1},"
                                + "'lifecycle':{'postStart':{'exec':{'command':['sh','-c',"
                                + "'echo made > /e/sub/f']}}},"
                                + "'volumeMounts':[{'name':'v','mountPath':'/v'},"
                                + "{'name':'e','mountPath':'/e/sub','subPath':'x'},"
                                + "{'name':'t','mountPath':'/t'}]}],"
                                + "'volumes':[{'name':'v','configMap':{'name':'m'}},"
                                + "{'name':'e','emptyDir':{'medium':'Memory'}},"
                                + "{'name':'t','projected':{'sources':[{'serviceAccountToken':"
                                + "{'path':'token'}}]}}],"
                                + "'securityContext':{'fsGroup':1000},'serviceAccountName':'x'");

        String log = logUntil(pod, "groups=1000");

        assertTrue(log.contains("one\n"), log);
        assertTrue(log.contains("b " + pod.status().string("podIP")), log);
        assertTrue(log.contains(pod.status().string("podIP") + "\tb"), log);
        assertTrue(log.contains("uid=1000 gid=1000 groups=1000"), log);
        Path secret = home.resolve("kubelet/memory/uid-b/t/token");
        // The config map may come after the pod: volumes are then tried again, with another token.
        assertTrue(Files.readString(secret).startsWith("secret-token"), Files.readString(secret));
        delete(pod);
        assertTrue(Files.notExists(home.resolve("kubelet/memory/uid-b")));
    }

    @Test
    void tellsHowAContainerEndedAndStartsItAgain() throws Exception {
        api.put(
                Kinds.POD,
                script(
                        "c",
                        "test -e /e/f || { touch /e/f; echo bad > /dev/termination-log; exit 7; };"
                                + " exec sleep 1000",
                        ",'volumeMounts':[{'name':'e','mountPath':'/e'}]}],"
                                + "'volumes':[{'name':'e','emptyDir':{}}]"));

        KubeObject pod =
                api.await(
                        "c",
                        each ->
                                isReady(each)
                                        && ContainerReports.before(each, "web")
                                                        .integer("restartCount", 0)
                                                == 1);

        JsonObject last =
                ContainerReports.before(pod, "web").object("lastState").object("terminated");
        assertEquals(7, last.integer("exitCode", 0));
        assertEquals("bad\n", last.string("message"));
        delete(pod);
    }

    @Test
    void adoptsRunningContainersAndRestartsThoseOfAStoppedNode() throws Exception {
        KubeObject pod = start("d", "exec sleep 1000", "}]");
        String id = ContainerReports.before(pod, "web").string("containerID");
        kubelet.close();

        kubelet = kubelet();
        kubelet.start();
        KubeObject adopted = api.await("d", ContainerdKubeletTest::isReady);
        assertEquals(id, ContainerReports.before(adopted, "web").string("containerID"));
        assertTrue(kubelet.stopPods(Duration.ofSeconds(20)));
        kubelet.close();

        kubelet = kubelet();
        kubelet.start();
        KubeObject again =
                api.await(
                        "d",
                        each ->
                                isReady(each)
                                        && ContainerReports.before(each, "web")
                                                        .integer("restartCount", 0)
                                                == 1);
        delete(again);
    }
}
