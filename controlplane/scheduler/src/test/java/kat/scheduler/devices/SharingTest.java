package kat.scheduler.devices;

import static kat.scheduler.devices.AllocatorTest.NODE;
import static kat.scheduler.devices.AllocatorTest.TWO;
import static kat.scheduler.devices.AllocatorTest.claim;
import static kat.scheduler.devices.AllocatorTest.exactly;
import static kat.scheduler.devices.AllocatorTest.found;
import static kat.scheduler.devices.AllocatorTest.holder;
import static kat.scheduler.devices.AllocatorTest.outcome;
import static kat.scheduler.devices.AllocatorTest.shown;
import static kat.scheduler.devices.AllocatorTest.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/// What devices have in common with others, and give to several.
class SharingTest {

    private static final String BY_MODEL = "gpu.example.com/model";

    @Test
    void keepsDevicesOfOneValueTogetherOrApart() {
        String common =
                "{metadata: {name: c, namespace: ns}, spec: {devices: {requests: ["
                        + exactly("r", ", count: 2")
                        + "], constraints: [{matchAttribute: "
                        + BY_MODEL
                        + "}]}}}";

        assertEquals("r=d1 r=d3", shown(outcome(List.of(TWO), List.of(common), List.of())));
        assertEquals(
                "r=d1 r=d2",
                shown(
                        outcome(
                                List.of(TWO),
                                List.of(common.replace("match", "distinct")),
                                List.of())));
        assertEquals(
                "NOTHING_LEFT",
                shown(
                        outcome(
                                List.of(TWO),
                                List.of(common.replace("match", "distinct").replace("2", "3")),
                                List.of())));
    }

    @Test
    void leavesTaintedDevicesToThoseWhoTolerateThem() {
        String tainted =
                slice(
                        NODE,
                        "{name: d, taints: [{key: broken, value: very, effect: NoExecute},"
                                + " {key: old, effect: None}]}");
        String tolerant = claim(exactly("r", ", tolerations: [{key: broken, operator: Exists}]"));

        assertEquals(
                "NOTHING_LEFT",
                shown(outcome(List.of(tainted), List.of(claim(exactly("r", ""))), List.of())));
        JsonObject result =
                found(List.of(tainted), List.of(tolerant), List.of())
                        .getFirst()
                        .object("devices")
                        .array("results")
                        .objects()
                        .getFirst();
        assertEquals("broken", result.array("tolerations").objects().getFirst().string("key"));
    }

    @Test
    void takesPartsFromTheCountersOfTheirPool() {
        String counters =
                "{metadata: {name: s0}, spec: {driver: gpu.example.com, pool: {name: p1,"
                        + " generation: 1, resourceSliceCount: 2}, nodeName: n1, sharedCounters:"
                        + " [{name: card, counters: {memory: {value: 10Gi}}}]}}";
        String parts =
                slice(
                        "s1",
                        "p1",
                        "generation: 1, resourceSliceCount: 2",
                        NODE,
                        "{name: whole, consumesCounters: [{counterSet: card, counters: {memory:"
                                + " {value: 10Gi}}}]}, {name: half, consumesCounters:"
                                + " [{counterSet: card, counters: {memory: {value: 5Gi}}}]},"
                                + " {name: rest, consumesCounters: [{counterSet: card, counters:"
                                + " {memory: {value: 5Gi}}}]}");
        List<String> slices = List.of(counters, parts);

        assertEquals(
                "r=half r=rest",
                shown(outcome(slices, List.of(claim(exactly("r", ", count: 2"))), List.of())));
        assertEquals(
                "r=half",
                shown(
                        outcome(
                                slices,
                                List.of(claim(exactly("r", ""))),
                                List.of(holder("rest", "")))));
        assertEquals(
                "NOTHING_LEFT",
                shown(
                        outcome(
                                slices,
                                List.of(claim(exactly("r", ""))),
                                List.of(holder("whole", "")))));
        assertEquals(
                "INVALID_POOLS",
                shown(
                        outcome(
                                List.of(
                                        counters,
                                        parts.replace("counterSet: card", "counterSet: x")),
                                List.of(claim(exactly("r", ""))),
                                List.of())));
    }

    @Test
    void givesSharesOfADevice() {
        String shared =
                slice(
                        NODE,
                        "{name: d, allowMultipleAllocations: true, capacity: {memory: {value:"
                                + " 10Gi, requestPolicy: {default: 1Gi, validRange: {min: 1Gi,"
                                + " step: 2Gi}}}}}");
        String claim = claim(exactly("r", ", capacity: {requests: {memory: 4Gi}}"));
        String holder = ", shareID: other, consumedCapacity: {memory: ";

        JsonObject result =
                found(List.of(shared), List.of(claim), List.of(holder("d", holder + "5Gi}")))
                        .getFirst()
                        .object("devices")
                        .array("results")
                        .objects()
                        .getFirst();

        assertEquals("share", result.string("shareID"));
        assertEquals("5Gi", result.object("consumedCapacity").string("memory"));
        assertEquals(
                "NOTHING_LEFT",
                shown(
                        outcome(
                                List.of(shared),
                                List.of(claim),
                                List.of(holder("d", holder + "6Gi}")))));
        assertEquals(
                "r=d b=d",
                shown(
                        outcome(
                                List.of(shared),
                                List.of(claim, claim(exactly("b", ""))),
                                List.of())));
    }
}
