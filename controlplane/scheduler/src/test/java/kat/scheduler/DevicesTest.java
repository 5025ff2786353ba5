package kat.scheduler;

import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DevicesTest {

    private static final String ONE = "resourceClaims: [{name: gpu, resourceClaimName: one}]";
    private static final String REQUEST =
            "spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu}}]}}";
    private static final String NOT_HELPFUL =
            "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";

    private final List<KubeObject> objects = new ArrayList<>();
    private final List<String> underWay = new ArrayList<>();
    private final List<NodeInfo> nodes = List.of(node("n1", ""), node("n2", ""));
    private final ClusterObjects cluster =
            new ClusterObjects() {
                @Override
                public @Nullable KubeObject get(Kind kind, ObjectKey key) {
                    return list(kind, key.namespace()).stream()
                            .filter(each -> each.name().equals(key.name()))
                            .findFirst()
                            .orElse(null);
                }

                @Override
                public List<KubeObject> list(Kind kind, String namespace) {
                    return objects.stream()
                            .filter(each -> each.kind().equals(kind.kind()))
                            .toList();
                }

                @Override
                public boolean isBeingAllotted(KubeObject claim) {
                    return underWay.contains(claim.name());
                }
            };

    private Decision decide(PodInfo pod) {
        return new Scheduling(
                        Profile.USUAL,
                        DefaultPlugins.all(cluster, Map.of()),
                        cluster,
                        Randomness.seeded(1),
                        Stages.NONE)
                .decide(pod, nodes, 0)
                .decision();
    }

    private String refusal(PodInfo pod) {
        return assertInstanceOf(Decision.NoNode.class, decide(pod)).message();
    }

    private static PodInfo pod(String spec) {
        return PodInfo.of(
                object(
                        "{metadata: {name: p, namespace: ns, uid: u-p}, spec: {"
                                + spec
                                + "}, status: {}}"));
    }

    private void type() {
        objects.add(object("{kind: DeviceClass, metadata: {name: gpu}, spec: {}}"));
    }

    private void slice(String reach, String device) {
        objects.add(
                object(
                        "{kind: ResourceSlice, metadata: {name: s-"
                                + device
                                + "}, spec: {driver: gpu.example.com, "
                                + reach
                                + ", pool: {name: "
                                + device
                                + ", generation: 1, resourceSliceCount: 1}, devices: [{name: "
                                + device
                                + "}]}}"));
    }

    private void claim(String name, String rest) {
        objects.add(
                object(
                        "{kind: ResourceClaim, metadata: {name: "
                                + name
                                + ", namespace: ns, uid: u-"
                                + name
                                + "}, "
                                + rest
                                + "}"));
    }

    private static String allotted(String device, String more) {
        return ", status: {allocation: {devices: {results: [{request: r, driver:"
                + " gpu.example.com, pool: "
                + device
                + ", device: "
                + device
                + "}]}"
                + more
                + "}";
    }

    private static String on(String node) {
        return ", nodeSelector: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator:"
                + " In, values: ["
                + node
                + "]}]}]}";
    }

    private static Decision held() {
        return new Decision.Held(new LinkedHashSet<>(List.of("DynamicResources")));
    }

    @Test
    void placesAPodWhereADeviceIsFree() {
        type();
        slice("nodeName: n1", "a");
        slice("nodeName: n2", "b");
        claim("one", REQUEST);
        claim("other", REQUEST + allotted("a", "") + "}");

        Decision.Bind bind = assertInstanceOf(Decision.Bind.class, decide(pod(ONE)));

        assertEquals("n2", bind.node());
        Reservations.Entry entry = bind.reservations().entries().getFirst();
        assertEquals("one", entry.claim().name());
        JsonObject result =
                entry.allotted()
                        .status()
                        .at("allocation", "devices")
                        .array("results")
                        .objects()
                        .getFirst();
        assertEquals("b", result.string("device"));
    }

    @Test
    void saysThatNotAllClaimsCanBeMet() {
        type();
        slice("nodeName: n1", "a");
        claim("one", REQUEST);
        claim("other", REQUEST + allotted("a", "") + "}");

        assertEquals(
                "0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, "
                        + NOT_HELPFUL,
                refusal(pod(ONE)));
    }

    @Test
    void twoClaimsOfAPodGetTwoDevices() {
        type();
        slice("nodeName: n1", "a");
        slice("nodeName: n2", "b");
        slice("allNodes: true", "c");
        claim("one", REQUEST);
        claim("two", REQUEST);
        PodInfo both =
                pod(
                        "resourceClaims: [{name: x, resourceClaimName: one}, {name: z,"
                                + " resourceClaimName: two}]");

        Decision.Bind bind = assertInstanceOf(Decision.Bind.class, decide(both));

        List<String> devices = new ArrayList<>();
        for (Reservations.Entry entry : bind.reservations().entries()) {
            devices.add(
                    entry.allotted()
                            .status()
                            .at("allocation", "devices")
                            .array("results")
                            .objects()
                            .getFirst()
                            .string("device"));
        }
        assertEquals(List.of(bind.node().equals("n1") ? "a" : "b", "c"), devices);
    }

    @Test
    void holdsAPodUntilItsClaimsAreThere() {
        PodInfo byTemplate =
                pod("resourceClaims: [{name: gpu, resourceClaimTemplateName: template}]");

        assertEquals(held(), decide(byTemplate));
        assertEquals(held(), decide(pod(ONE)));
        claim("one", "spec: {}");
        assertInstanceOf(Decision.Bind.class, decide(pod(ONE)));
        objects.clear();
        objects.add(
                object(
                        "{kind: ResourceClaim, metadata: {name: one, namespace: ns,"
                                + " deletionTimestamp: '2026-01-01T00:00:00Z'}}"));
        assertEquals(held(), decide(pod(ONE)));
    }

    @Test
    void saysThatAClassIsMissing() {
        claim("one", REQUEST);

        assertEquals(
                "0/2 nodes are available: request r: device class gpu does not exist. no new claims"
                        + " to deallocate, "
                        + NOT_HELPFUL,
                refusal(pod(ONE)));
    }

    @Test
    void waitsForAClaimThatAnotherDecisionIsAbout() {
        type();
        claim("one", REQUEST);
        underWay.add("one");

        assertTrue(
                refusal(pod(ONE))
                        .startsWith(
                                "0/2 nodes are available: resource claim ns/one is in the process"
                                        + " of being allocated. "));
    }

    @Test
    void sharesAClaimOnTheNodeOfItsDevices() {
        claim("one", REQUEST + allotted("a", on("n2")) + ", reservedFor: [{uid: u-other}]}");

        Decision.Bind bind = assertInstanceOf(Decision.Bind.class, decide(pod(ONE)));

        assertEquals("n2", bind.node());
        assertEquals(1, bind.reservations().entries().size());
        assertEquals(null, bind.reservations().entries().getFirst().allocation());
    }

    @Test
    void writesNothingForAClaimThatIsReserved() {
        claim("one", REQUEST + allotted("a", on("n2")) + ", reservedFor: [{uid: u-p}]}");

        assertEquals(new Decision.Bind("n2"), decide(pod(ONE)));
    }

    @Test
    void givesDevicesBackThatNoNodeOfThePodReaches() {
        claim("one", REQUEST + allotted("a", on("n3")) + "}");
        claim("used", REQUEST + allotted("b", on("n3")) + ", reservedFor: [{uid: u-other}]}");

        Decision.NoNode free = assertInstanceOf(Decision.NoNode.class, decide(pod(ONE)));
        Decision.NoNode used =
                assertInstanceOf(Decision.NoNode.class, decide(pod(ONE.replace("one", "used"))));

        assertEquals(
                "0/2 nodes are available: 2 resourceclaim not available on the node. deallocation"
                        + " of ResourceClaim completed, "
                        + NOT_HELPFUL,
                free.message());
        assertEquals("one", free.released().getFirst().name());
        assertEquals(
                "0/2 nodes are available: 2 resourceclaim not available on the node. still not"
                        + " schedulable, "
                        + NOT_HELPFUL,
                used.message());
        assertEquals(List.of(), used.released());
    }

    @Test
    void prefersNodesThatHaveTheBetterOption() {
        objects.add(
                object(
                        "{kind: DeviceClass, metadata: {name: best}, spec: {selectors: [{cel:"
                                + " {expression: 'device.attributes[\"gpu.example.com\"].good'}}]}}"));
        type();
        slice("nodeName: n1", "a");
        objects.add(
                object(
                        "{kind: ResourceSlice, metadata: {name: s-b}, spec: {driver:"
                                + " gpu.example.com, nodeName: n2, pool: {name: b, generation: 1,"
                                + " resourceSliceCount: 1}, devices: [{name: b, attributes: {good:"
                                + " {bool: true}}}]}}"));
        claim(
                "one",
                "spec: {devices: {requests: [{name: r, firstAvailable: [{name: top,"
                        + " deviceClassName: best}, {name: any, deviceClassName: gpu}]}]}}");

        Decision failed = decide(pod(ONE));
        objects.set(
                0,
                object(
                        "{kind: DeviceClass, metadata: {name: best}, spec: {selectors: [{cel:"
                                + " {expression: '\"good\" in"
                                + " device.attributes[\"gpu.example.com\"]'}}]}}"));
        Decision.Bind bind = assertInstanceOf(Decision.Bind.class, decide(pod(ONE)));

        assertEquals(
                new Decision.Failed(
                        "running \"DynamicResources\" filter plugin: class best: selector #0: CEL"
                                + " runtime error: no such key: good"),
                failed);
        assertEquals("n2", bind.node());
    }

    @Test
    void keepsAPodUntilItsDevicesAreAttached() {
        String conditions =
                REQUEST
                        + ", status: {reservedFor: [{uid: u-p}], allocation: {devices: {results:"
                        + " [{request: r, driver: d, pool: p, device: a, bindingConditions:"
                        + " [ready], bindingFailureConditions: [broken]}]}}, devices: [{driver: d,"
                        + " pool: p, device: a, conditions: [{type: TYPE, status: 'True'}]}]}";
        claim("one", conditions);
        claim("two", conditions.replace("TYPE", "ready"));
        claim("three", conditions.replace("TYPE", "broken"));

        Decision.Bind waiting = assertInstanceOf(Decision.Bind.class, decide(pod(ONE)));
        Decision.Bind ready =
                assertInstanceOf(Decision.Bind.class, decide(pod(ONE.replace("one", "two"))));
        Decision.NoNode failed =
                assertInstanceOf(Decision.NoNode.class, decide(pod(ONE.replace("one", "three"))));

        assertTrue(waiting.reservations().mustWait());
        assertEquals(Reservations.NONE, ready.reservations());
        assertEquals("three", failed.released().getFirst().name());
    }

    @Test
    void nobodyMustGoForAPodThatNothingCanBeSaidAbout() {
        type();
        slice("nodeName: n1", "a");
        claim(
                "one",
                "spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu, selectors:"
                        + " [{cel: {expression: 'device.attributes[\"x\"].y'}}]}}]}}");
        String cpu = "containers: [{resources: {requests: {cpu: '3'}}}]";
        NodeInfo full = node("n1", "").with(SchedulingTest.pod("low", cpu));
        PodInfo pod = pod(ONE + ", priority: 9, " + cpu);

        Decision decision =
                new Scheduling(
                                Profile.USUAL,
                                DefaultPlugins.all(cluster, Map.of()),
                                cluster,
                                Randomness.seeded(1),
                                Stages.NONE)
                        .decide(pod, List.of(full), 0)
                        .decision();

        assertTrue(
                assertInstanceOf(Decision.NoNode.class, decision)
                        .message()
                        .contains("1 Insufficient cpu"));
    }
}
