package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonObject;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.csi.testing.TestDeviceDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kubelet and drivers of devices that speak to each other over sockets.
class DeviceKubeletTest {

    private static final String DRIVER = "gpu.example.com";
    private static final Kind SLICE =
            Kinds.builtIn().require("resource.k8s.io/v1", "ResourceSlice");
    private static final int MOST_STEPS = 400;
    private static final int SHORT_WHILE = 5;

    @TempDir Path home;

    private final List<TestDeviceDriver> drivers = new ArrayList<>();
    private TestNode node;

    @BeforeEach
    void start() throws InterruptedException {
        node = new TestNode(home.resolve("n"));
        node.kubelet.start();
    }

    @AfterEach
    void stop() {
        drivers.forEach(TestDeviceDriver::close);
        node.close();
    }

    private Path registry() {
        return home.resolve("n/plugins_registry");
    }

    private TestDeviceDriver driver(TestDeviceDriver.Options options) throws IOException {
        TestDeviceDriver driver = new TestDeviceDriver(options);
        drivers.add(driver);
        driver.start(registry());
        return driver;
    }

    private String verdict(TestDeviceDriver driver) throws InterruptedException {
        return driver.awaitVerdict(() -> node.ticker.advance(Duration.ofMinutes(1)));
    }

    private TestDeviceDriver registered() throws IOException, InterruptedException {
        TestDeviceDriver driver = driver(TestDeviceDriver.Options.of(DRIVER, home.resolve("d")));
        assertEquals("", verdict(driver));
        return driver;
    }

    /// An allotted claim of which these pods may use the devices.
    private void putClaim(String name, String... pods) {
        List<String> reserved = new ArrayList<>();
        for (String pod : pods) {
            reserved.add("{'resource':'pods','name':'" + pod + "','uid':'uid-" + pod + "'}");
        }
        node.api.put(
                PodDeviceClaim.KIND,
                object(
                        "{'apiVersion':'resource.k8s.io/v1','kind':'ResourceClaim',"
                                + "'metadata':{'namespace':'default','name':'"
                                + name
                                + "','uid':'uid-"
                                + name
                                + "'},'spec':{},'status':{'allocation':{'devices':{'results':["
                                + "{'request':'r','driver':'gpu.example.com','pool':'p',"
                                + "'device':'d'}]}},'reservedFor':["
                                + String.join(",", reserved)
                                + "]}}"));
    }

    private static KubeObject user(String name, String claim, String containers) {
        return pod(
                name,
                "'restartPolicy':'Always','terminationGracePeriodSeconds':1,"
                        + "'resourceClaims':[{'name':'gpu','resourceClaimName':'"
                        + claim
                        + "'}],'containers':["
                        + containers
                        + "]");
    }

    private static String container(String name, String claims) {
        return "{'name':'"
                + name
                + "','image':'nginx:1','imagePullPolicy':'IfNotPresent','resources':{'claims':["
                + claims
                + "]}}";
    }

    private static KubeObject user(String name) {
        return user(name, "c", container("web", "{'name':'gpu'}"));
    }

    private void end(String name) throws InterruptedException {
        node.api.deleteGracefully(node.api.await(name, _ -> true), 1);
        await(name + " is gone", () -> node.api.find(Kinds.POD, key(name)) == null);
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of("default", name);
    }

    private void awaitReady(String name) throws InterruptedException {
        await(
                name + " is ready",
                () -> {
                    KubeObject pod = node.api.find(Kinds.POD, key(name));
                    return pod != null && TestNode.isReady(pod);
                });
    }

    /// Lets time pass until something is so.
    private void await(String what, BooleanSupplier isSo) throws InterruptedException {
        for (int count = 0; count < MOST_STEPS; count++) {
            if (isSo.getAsBoolean()) {
                return;
            }
            node.ticker.advance(Duration.ofSeconds(1));
            node.api.awaitWrite();
        }
        throw new AssertionError("never: " + what);
    }

    private List<String> devices(String container) {
        return node.runtime.config(id(container)).cdiDevices();
    }

    private String id(String container) {
        for (Container each : node.runtime.listContainers(ContainerFilter.ALL)) {
            if (each.metadata().name().equals(container)) {
                return each.id();
            }
        }
        throw new AssertionError("no container " + container);
    }

    @Test
    void aPodWaitsForTheDriverOfItsDevices() throws Exception {
        putClaim("c", "a");
        node.api.put(Kinds.POD, user("a"));
        node.api.awaitEvent(
                "FailedPrepareDynamicResources",
                "Failed to prepare dynamic resources: prepare dynamic resources: DRA driver"
                        + " gpu.example.com is not registered");
        assertTrue(node.runtime.listContainers(ContainerFilter.ALL).isEmpty());

        TestDeviceDriver driver = registered();
        awaitReady("a");
        assertEquals(List.of("gpu.example.com/claim=uid-c"), devices("web"));
        end("a");

        assertEquals(List.of("prepare c", "unprepare c"), driver.calls());
    }

    @Test
    void devicesGoToTheContainersThatNameThem() throws Exception {
        TestDeviceDriver driver =
                driver(
                        new TestDeviceDriver.Options(
                                DRIVER,
                                home.resolve("d"),
                                "",
                                List.of("v9.DRAPlugin", "v1beta1.DRAPlugin"),
                                List.of("r"),
                                null));
        assertEquals("", verdict(driver));
        putClaim("c", "a");
        node.api.put(
                Kinds.POD,
                user(
                        "a",
                        "c",
                        String.join(
                                ",",
                                container("whole", "{'name':'gpu'}"),
                                container("asked", "{'name':'gpu','request':'r'}"),
                                container("other", "{'name':'gpu','request':'s'}"),
                                container("none", ""))));
        awaitReady("a");

        String device = driver.cdiDevice("uid-c");
        assertEquals(List.of(device), devices("whole"));
        assertEquals(List.of(device), devices("asked"));
        assertEquals(List.of(), devices("other"));
        assertEquals(List.of(), devices("none"));
    }

    @Test
    void aSharedClaimIsTakenBackWhenItsLastPodGoes() throws Exception {
        TestDeviceDriver driver = registered();
        putClaim("c", "a", "b");
        node.api.put(Kinds.POD, user("a"));
        awaitReady("a");
        node.api.put(Kinds.POD, user("b"));
        awaitReady("b");

        end("a");
        assertEquals(List.of("prepare c"), driver.calls());

        end("b");
        assertEquals(List.of("prepare c", "unprepare c"), driver.calls());
    }

    @Test
    void aDriverIsAskedOnceForAllClaimsOfAPod() throws Exception {
        TestDeviceDriver driver = registered();
        putClaim("c", "a");
        putClaim("e", "a");
        node.api.put(
                Kinds.POD,
                pod(
                        "a",
                        "'resourceClaims':[{'name':'x','resourceClaimName':'c'},"
                                + "{'name':'y','resourceClaimName':'e'}],'containers':["
                                + container("web", "{'name':'x'},{'name':'y'}")
                                + "]"));
        awaitReady("a");

        assertEquals(List.of("prepare c e"), driver.calls());
        assertEquals(List.of(driver.cdiDevice("uid-c"), driver.cdiDevice("uid-e")), devices("web"));
    }

    @Test
    void whatADriverCannotDoIsToldAndTriedAgain() throws Exception {
        TestDeviceDriver driver = registered();
        putClaim("c", "a");
        driver.fail("prepare", "INTERNAL", "broken");
        node.api.put(Kinds.POD, user("a"));
        String prefix = "Failed to prepare dynamic resources: prepare dynamic resources: ";
        node.api.awaitEvent(
                "FailedPrepareDynamicResources",
                prefix + "NodePrepareResources: rpc error: code = Internal desc = broken");

        driver.succeed();
        driver.refuse("prepare", "c", "too hot");
        int calls = driver.calls().size();
        await("it was asked again", () -> driver.calls().size() > calls);
        node.api.awaitEvent(
                "FailedPrepareDynamicResources",
                prefix + "NodePrepareResources failed for ResourceClaim c: too hot");

        driver.succeed();
        awaitReady("a");
        driver.refuse("unprepare", "c", "still hot");
        node.api.deleteGracefully(node.api.await("a", _ -> true), 1);
        await("it was asked to", () -> driver.calls().contains("unprepare c"));
        assertGoesOn("a");

        driver.succeed();
        await("a is gone", () -> node.api.find(Kinds.POD, key("a")) == null);
    }

    @Test
    void aPodThatNeverHadItsDevicesEndsWithoutTheDriver() throws Exception {
        putClaim("c", "a");
        node.api.put(Kinds.POD, user("a"));
        node.api.awaitEvent("FailedPrepareDynamicResources", _ -> true);

        end("a");
    }

    /// Of which the API knows that its container has ended.
    private KubeObject awaitEnded(String name) throws InterruptedException {
        return node.api.await(
                name,
                pod -> {
                    JsonObject status = pod.status();
                    return status.array("containerStatuses").objects().stream()
                            .anyMatch(each -> each.object("state").has("terminated"));
                });
    }

    private void assertGoesOn(String name) throws InterruptedException {
        for (int count = 0; count < SHORT_WHILE; count++) {
            KubeObject pod = awaitEnded(name);
            assertEquals("Running", pod.status().string("phase"), "its devices are not free");
            assertEquals("", pod.status().string("reason"));
            node.ticker.advance(Duration.ofSeconds(1));
            node.api.awaitWrite();
        }
    }

    private void awaitPhase(String name, String phase) throws InterruptedException {
        await(
                name + " is " + phase,
                () -> {
                    KubeObject pod = node.api.find(Kinds.POD, key(name));
                    return pod != null && pod.status().string("phase").equals(phase);
                });
    }

    @Test
    void thatAPodHasEndedIsToldOnceItsDevicesAreTakenBack() throws Exception {
        TestDeviceDriver first = registered();
        putClaim("c", "a");
        node.api.put(Kinds.POD, user("a").withSpec(spec -> spec.with("restartPolicy", "Never")));
        awaitReady("a");
        first.close();
        node.runtime.exit(id("web"), 0);
        assertGoesOn("a");

        TestDeviceDriver second = registered();
        awaitPhase("a", "Succeeded");

        assertEquals(List.of("unprepare c"), second.calls());
    }

    @Test
    void thatTheNodeHasEndedAPodIsToldOnceItsDevicesAreTakenBack() throws Exception {
        TestDeviceDriver driver = registered();
        putClaim("c", "a");
        node.api.put(Kinds.POD, user("a").withSpec(spec -> spec.with("activeDeadlineSeconds", 60)));
        awaitReady("a");
        driver.refuse("unprepare", "c", "still hot");
        node.ticker.advance(Duration.ofSeconds(60));
        await("it was asked to", () -> driver.calls().contains("unprepare c"));
        assertGoesOn("a");

        driver.succeed();
        awaitPhase("a", "Failed");

        assertEquals("DeadlineExceeded", node.api.await("a", _ -> true).status().string("reason"));
    }

    @Test
    void theNextKubeletTakesBackWhatPodsThatAreGoneHad() throws Exception {
        TestDeviceDriver first = registered();
        putClaim("c", "a");
        node.api.put(Kinds.POD, user("a"));
        awaitReady("a");
        first.close();
        node.close();

        node = new TestNode(home.resolve("n"));
        node.kubelet.start();
        TestDeviceDriver second = registered();

        await("it is taken back", () -> second.calls().equals(List.of("unprepare c")));
    }

    @Test
    void aDriverOfAnotherVersionHearsWhyItIsRefused() throws Exception {
        TestDeviceDriver driver =
                driver(
                        new TestDeviceDriver.Options(
                                DRIVER,
                                home.resolve("d"),
                                "",
                                List.of("v1alpha3.Node"),
                                List.of(),
                                null));

        assertEquals(
                "RegisterPlugin error -- plugin validation failed with err: invalid supported"
                        + " gRPC versions of DRA driver plugin gpu.example.com at endpoint "
                        + driver.socket()
                        + ": none of services supported by the plugin ([\"v1alpha3.Node\"]) are"
                        + " supported by the kubelet ([\"v1.DRAPlugin\" \"v1beta1.DRAPlugin\"])",
                verdict(driver));
    }

    private void putSlice(String name, String nodeName) {
        node.api.put(
                SLICE,
                object(
                        "{'apiVersion':'resource.k8s.io/v1','kind':'ResourceSlice',"
                                + "'metadata':{'name':'"
                                + name
                                + "'},'spec':{'driver':'gpu.example.com','nodeName':'"
                                + nodeName
                                + "'}}"));
    }

    private boolean hasSlice(String name) {
        return node.api.find(SLICE, ObjectKey.of("", name)) != null;
    }

    @Test
    void slicesOfADriverThatStaysAwayAreDeleted() throws Exception {
        TestDeviceDriver driver = registered();
        putSlice("mine", "node-0");
        putSlice("foreign", "node-1");

        Files.delete(driver.registration(registry()));
        await("the slice is gone", () -> !hasSlice("mine"));

        assertTrue(hasSlice("foreign"));
    }

    @Test
    void aDriverThatIsReplacedKeepsItsSlices() throws Exception {
        TestDeviceDriver first = registered();
        putSlice("mine", "node-0");
        TestDeviceDriver second =
                driver(
                        new TestDeviceDriver.Options(
                                DRIVER,
                                home.resolve("d"),
                                "-2",
                                List.of("v1.DRAPlugin"),
                                List.of(),
                                null));
        assertEquals("", verdict(second));
        Files.delete(first.registration(registry()));
        putClaim("c", "a");
        node.api.put(Kinds.POD, user("a"));
        awaitReady("a");
        node.ticker.advance(Duration.ofMinutes(1));

        end("a");

        assertTrue(hasSlice("mine"));
        assertTrue(second.calls().contains("unprepare c"), second.calls().toString());
    }

    @Test
    void slicesFromBeforeAKubeletBeganAreDeleted() throws Exception {
        node.close();
        node = new TestNode(home.resolve("n"));
        putSlice("mine", "node-0");
        putSlice("foreign", "node-1");

        node.kubelet.start();

        await("the slice is gone", () -> !hasSlice("mine"));
        assertTrue(hasSlice("foreign"));
    }
}
