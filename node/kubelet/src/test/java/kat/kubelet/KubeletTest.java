package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.pod;
import static kat.kubelet.Fixtures.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.base.testing.FakeTicker;
import kat.client.Informers;
import kat.cri.ContainerFilter;
import kat.cri.ContainerState;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeProgram;
import kat.kubelet.spec.HugePages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole lives of pods on a machine that is made up.
class KubeletTest {

    @TempDir Path home;

    private final FakeTicker ticker = new FakeTicker(NOW);
    private final FakeApi api = new FakeApi();
    private final Informers informers = new Informers(api, ticker);
    private final FakeContainerRuntime runtime =
            new FakeContainerRuntime(ticker, FakeProgram.FOREVER);
    private Kubelet kubelet;

    @BeforeEach
    void start() throws InterruptedException {
        runtime.images().present("nginx:1");
        kubelet = kubelet();
        kubelet.start();
    }

    private Kubelet kubelet() {
        return kubelet(KubeletConfig.of("node-0", "192.0.2.1", home));
    }

    private Kubelet kubelet(KubeletConfig config) {
        MachineFacts facts =
                new MachineFacts(
                        2,
                        1L << 32,
                        1L << 40,
                        "amd64",
                        "6",
                        "x",
                        "m",
                        "b",
                        "s",
                        false,
                        false,
                        HugePages.NONE);
        return new Kubelet(
                config,
                api,
                informers,
                runtime,
                ticker,
                new Kubelet.Machine(facts, new FakeMounts(), new FakeRoom(), ticker));
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

    private static JsonObject web(KubeObject pod) {
        return ContainerReports.before(pod, "web");
    }

    private static String waiting(KubeObject pod) {
        return web(pod).object("state").object("waiting").string("reason");
    }

    private String runningContainer() {
        return runtime.listContainers(ContainerFilter.ALL).stream()
                .filter(each -> each.state() == ContainerState.RUNNING)
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void aNodeOfTwoFamiliesHasItsAddressesOnceAfterARestart() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            kubelet.close();
            kubelet =
                    kubelet(
                            KubeletConfig.of("node-0", "192.0.2.1", home)
                                    .withSecondAddress("fd00::7")
                                    .withPodRanges(List.of("10.244.0.0/24", "fd00:2::/64")));
            kubelet.start();
        }

        KubeObject node = api.get(Kinds.NODE, ObjectKey.of("", "node-0"));

        assertEquals(
                List.of("192.0.2.1", "fd00::7", "node-0"),
                node.status().array("addresses").objects().stream()
                        .map(address -> address.string("address"))
                        .toList());
    }

    @Test
    void bringsAPodUp() throws InterruptedException {
        api.put(Kinds.POD, Fixtures.web("a"));

        KubeObject pod = api.await("a", KubeletTest::isReady);

        assertEquals("Running", pod.status().string("phase"));
        assertTrue(pod.status().string("podIP").startsWith("10.88."));
        assertTrue(web(pod).string("containerID").startsWith("containerd://"));
        assertTrue(web(pod).object("state").has("running"));
        api.awaitEvent("Started", "Container started");
        assertTrue(api.statusWrites() <= 3, "status writes: " + api.statusWrites());
    }

    @Test
    void endsADeletedPodAndTellsTheApi() throws InterruptedException {
        KubeObject pod = api.put(Kinds.POD, Fixtures.web("a"));
        api.await("a", KubeletTest::isReady);

        api.deleteGracefully(pod, 5);

        api.awaitGone("a");
        api.awaitEvent("Killing", "Stopping container web");
    }

    @Test
    void backsOffFromAContainerThatCrashesAgain() throws InterruptedException {
        api.put(Kinds.POD, Fixtures.web("a"));
        api.await("a", KubeletTest::isReady);

        runtime.exit(runningContainer(), 1);
        api.await("a", pod -> isReady(pod) && web(pod).integer("restartCount", 0) == 1);
        runtime.exit(runningContainer(), 1);

        KubeObject held = api.await("a", pod -> waiting(pod).equals("CrashLoopBackOff"));
        assertEquals(
                "back-off 10s restarting failed container=web pod=a_default(uid-a)",
                web(held).object("state").object("waiting").string("message"));
        assertEquals(1, web(held).object("lastState").object("terminated").integer("exitCode", 0));
        ticker.advance(Duration.ofSeconds(10));
        api.await("a", pod -> isReady(pod) && web(pod).integer("restartCount", 0) == 2);
    }

    @Test
    void tellsWhyAnImageCannotBePulled() throws InterruptedException {
        api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Always','containers':[{'name':'web','image':'none:1',"
                                + "'imagePullPolicy':'IfNotPresent'}]"));

        api.await("a", pod -> waiting(pod).equals("ErrImagePull"));
        ticker.advance(Duration.ofSeconds(5));
        api.await("a", pod -> waiting(pod).equals("ImagePullBackOff"));
        runtime.images().registry("none:1");
        ticker.advance(Duration.ofSeconds(5));
        api.await("a", KubeletTest::isReady);
    }

    @Test
    void adoptsWhatRunsAfterARestart() throws InterruptedException {
        api.put(Kinds.POD, Fixtures.web("a"));
        api.await("a", KubeletTest::isReady);
        String before = runningContainer();
        kubelet.close();

        kubelet = kubelet();
        kubelet.start();
        KubeObject other = api.put(Kinds.POD, Fixtures.web("b"));
        api.await(other.name(), KubeletTest::isReady);

        KubeObject pod = api.await("a", KubeletTest::isReady);
        assertEquals("containerd://" + before, web(pod).string("containerID"));
        assertEquals(0, web(pod).integer("restartCount", 9));
    }

    @Test
    void runsInitContainersFirst() throws InterruptedException {
        api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Always','initContainers':[{'name':'init','image':'nginx:1'}],"
                                + "'containers':[{'name':'web','image':'nginx:1'}]"));

        api.await(
                "a",
                pod ->
                        ContainerReports.before(pod, "init").object("state").has("running")
                                && waiting(pod).equals("PodInitializing"));
        runtime.exit(runningContainer(), 0);

        KubeObject pod = api.await("a", KubeletTest::isReady);
        assertTrue(ContainerReports.before(pod, "init").bool("ready"));
    }

    @Test
    void putsFilesOfConfigMapsInPlaceAndKeepsThemUpToDate() throws Exception {
        KubeObject map =
                Fixtures.object(
                        "{'kind':'ConfigMap','metadata':{'namespace':'default','name':'m'},"
                                + "'data':{'k':'one'}}");
        api.put(Kinds.CONFIG_MAP, map);
        api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Always','containers':[{'name':'web','image':'nginx:1'}],"
                                + "'volumes':[{'name':'v','configMap':{'name':'m'}}]"));
        api.await("a", KubeletTest::isReady);
        Path file = home.resolve("memory/uid-a/v/k");

        assertEquals("one", Files.readString(file));
        assertEquals(Path.of("..data/k"), Files.readSymbolicLink(file));
    }

    @Test
    void failsAPodThatMustNotBeStartedAgain() throws InterruptedException {
        api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'restartPolicy':'Never','containers':[{'name':'web','image':'nginx:1'}]"));
        api.await("a", KubeletTest::isReady);

        runtime.exit(runningContainer(), 3);

        KubeObject pod = api.await("a", each -> each.status().string("phase").equals("Failed"));
        JsonObject end = web(pod).object("state").object("terminated");
        assertEquals(3, end.integer("exitCode", 0));
        assertEquals("Error", end.string("reason"));
        assertEquals(
                "PodFailed",
                PodConditions.find(pod.status().array("conditions"), "Ready").string("reason"));
    }
}
