package kat.scheduler.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AllocatorTest {

    static final String NODE = "nodeName: n1";
    private static final Place PLACE = new Place("n1", Map.of("zone", "a"));

    static final String TWO =
            slice(
                    NODE,
                    "{name: d1, attributes: {model: {string: fish}}},"
                            + " {name: d2, attributes: {model: {string: bird}}},"
                            + " {name: d3, attributes: {model: {string: fish}}}");

    static KubeObject object(String yaml) {
        return Yaml.parse(yaml) instanceof JsonObject tree
                ? new KubeObject(tree)
                : new KubeObject(JsonObject.EMPTY);
    }

    static String slice(String reach, String devices) {
        return slice("s1", "p1", "generation: 1, resourceSliceCount: 1", reach, devices);
    }

    static String slice(String name, String pool, String generation, String reach, String devices) {
        return "{metadata: {name: "
                + name
                + "}, spec: {driver: gpu.example.com, pool: {name: "
                + pool
                + ", "
                + generation
                + "}, "
                + reach
                + ", devices: ["
                + devices
                + "]}}";
    }

    static String claim(String requests) {
        return "{metadata: {name: c, namespace: ns}, spec: {devices: {requests: ["
                + requests
                + "]}}}";
    }

    static String exactly(String name, String more) {
        return "{name: " + name + ", exactly: {deviceClassName: gpu" + more + "}}";
    }

    static String selector(String expression) {
        return ", selectors: [{cel: {expression: '" + expression + "'}}]";
    }

    private static @Nullable KubeObject type(String name) {
        return switch (name) {
            case "gpu" ->
                    object(
                            "{metadata: {name: gpu}, spec: {selectors: [{cel: {expression:"
                                    + " 'device.driver == \"gpu.example.com\"'}}]}}");
            case "set" ->
                    object(
                            "{metadata: {name: set}, spec: {config: [{opaque: {driver:"
                                    + " gpu.example.com, parameters: {a: 1}}}]}}");
            default -> null;
        };
    }

    static Allocator.Outcome outcome(
            List<String> slices, List<String> claims, List<String> others) {
        List<Slice> seen = new ArrayList<>();
        slices.forEach(text -> seen.add(Slice.of(object(text))));
        List<KubeObject> holders = others.stream().map(AllocatorTest::object).toList();
        Allocator allocator =
                new Allocator(
                        seen,
                        AllocatorTest::type,
                        Taken.by(holders),
                        new Expressions(),
                        () -> "share");
        List<ClaimRequests> asked =
                claims.stream().map(text -> ClaimRequests.of(object(text))).toList();
        return allocator.allocate(PLACE, asked, () -> false);
    }

    static List<JsonObject> found(List<String> slices, List<String> claims, List<String> others) {
        return assertInstanceOf(Allocator.Found.class, outcome(slices, claims, others))
                .allocations();
    }

    /// `request=device` for each device of each claim.
    static String shown(Allocator.Outcome outcome) {
        if (!(outcome instanceof Allocator.Found(var allocations))) {
            return outcome.toString();
        }
        List<String> all = new ArrayList<>();
        for (JsonObject allocation : allocations) {
            for (JsonObject result : allocation.object("devices").array("results").objects()) {
                all.add(result.string("request") + "=" + result.string("device"));
            }
        }
        return String.join(" ", all);
    }

    static String holder(String device, String more) {
        return "{metadata: {name: h}, status: {allocation: {devices: {results: [{request: r,"
                + " driver: gpu.example.com, pool: p1, device: "
                + device
                + more
                + "}]}}}}";
    }

    /// @param slices of the cluster
    /// @param claims of the pod
    /// @param others claims that have devices
    record Case(
            String name, List<String> slices, List<String> claims, List<String> others, String is) {
        @Override
        public String toString() {
            return name;
        }

        static Case of(String name, String slice, String requests, String is) {
            return new Case(name, List.of(slice), List.of(claim(requests)), List.of(), is);
        }
    }

    static List<Case> choices() {
        String fish = selector("device.attributes[\"gpu.example.com\"].model == \"fish\"");
        return List.of(
                Case.of("the first that is free", TWO, exactly("r", ""), "r=d1"),
                new Case(
                        "none that another claim has",
                        List.of(TWO),
                        List.of(claim(exactly("r", ""))),
                        List.of(holder("d1", "")),
                        "r=d2"),
                new Case(
                        "one that an administrator watches",
                        List.of(TWO),
                        List.of(claim(exactly("r", ""))),
                        List.of(holder("d1", ", adminAccess: true")),
                        "r=d1"),
                new Case(
                        "an administrator takes what is in use",
                        List.of(TWO),
                        List.of(claim(exactly("r", ", adminAccess: true, allocationMode: All"))),
                        List.of(holder("d1", "")),
                        "r=d1 r=d2 r=d3"),
                Case.of("by an expression", TWO, exactly("r", ", count: 2" + fish), "r=d1 r=d3"),
                Case.of("too many", TWO, exactly("r", ", count: 3" + fish), "NOTHING_LEFT"),
                Case.of("all", TWO, exactly("r", ", allocationMode: All"), "r=d1 r=d2 r=d3"),
                new Case(
                        "all, of which one is taken",
                        List.of(TWO),
                        List.of(claim(exactly("r", ", allocationMode: All"))),
                        List.of(holder("d3", "")),
                        "NOTHING_LEFT"));
    }

    static List<Case> options() {
        String fish = selector("device.attributes[\"gpu.example.com\"].model == \"fish\"");
        return List.of(
                Case.of(
                        "goes back for a later request",
                        TWO,
                        exactly("a", "") + ", " + exactly("b", ", count: 2" + fish),
                        "a=d2 b=d1 b=d3"),
                Case.of(
                        "the second option",
                        TWO,
                        "{name: r, firstAvailable: [{name: x, deviceClassName: gpu, count: 4},"
                                + " {name: small, deviceClassName: gpu, count: 1}]}",
                        "r/small=d1"),
                Case.of(
                        "options that need fewer",
                        slice(NODE, many(40)),
                        exactly("a", ", count: 31")
                                + ", {name: r, firstAvailable: [{name: x, deviceClassName: gpu,"
                                + " count: 2}, {name: small, deviceClassName: gpu, count: 1}]}",
                        "a=m10 " + String.join(" ", thirty()) + " r/small=m41"));
    }

    static List<Case> more() {
        return List.of(
                new Case(
                        "two claims",
                        List.of(TWO),
                        List.of(claim(exactly("a", "")), claim(exactly("b", ", count: 2"))),
                        List.of(),
                        "a=d1 b=d2 b=d3"),
                Case.of(
                        "no such class",
                        TWO,
                        "{name: r, exactly: {deviceClassName: none}}",
                        "Faulty[message=claim ns/c, request r: could not retrieve device class"
                                + " none: deviceclass.resource.k8s.io \"none\" not found]"),
                Case.of(
                        "an expression without a value",
                        TWO,
                        exactly("r", selector("device.attributes[\"gpu.example.com\"].size > 1")),
                        "Faulty[message=claim ns/c: selector #0: CEL runtime error: no such key:"
                                + " size]"),
                Case.of(
                        "more than a claim can have",
                        TWO,
                        exactly("r", ", count: 33"),
                        "Faulty[message=claim ns/c: number of requested devices 33 exceeds the"
                                + " claim limit of 32]"));
    }

    private static String many(int count) {
        List<String> devices = new ArrayList<>();
        for (int i = 10; i < 10 + count; i++) {
            devices.add("{name: m" + i + "}");
        }
        return String.join(", ", devices);
    }

    private static List<String> thirty() {
        List<String> devices = new ArrayList<>();
        for (int i = 11; i < 41; i++) {
            devices.add("a=m" + i);
        }
        return devices;
    }

    static List<Case> reaches() {
        String one = exactly("r", "");
        return List.of(
                Case.of("another node", slice("nodeName: n2", "{name: d}"), one, "NOTHING_LEFT"),
                Case.of("all nodes", slice("allNodes: true", "{name: d}"), one, "r=d"),
                Case.of("by label", slice(zone("a"), "{name: d}"), one, "r=d"),
                Case.of("by another", slice(zone("b"), "{name: d}"), one, "NOTHING_LEFT"),
                Case.of(
                        "each device by itself",
                        slice(
                                "perDeviceNodeSelection: true",
                                "{name: d1, nodeName: n2}, {name: d2, nodeName: n1}"),
                        one,
                        "r=d2"),
                Case.of(
                        "a pool that is not whole",
                        slice(
                                "s1",
                                "p1",
                                "generation: 1, resourceSliceCount: 2",
                                NODE,
                                "{name: d}"),
                        one,
                        "NOTHING_LEFT"),
                Case.of(
                        "all of a pool that is not whole",
                        slice(
                                "s1",
                                "p1",
                                "generation: 1, resourceSliceCount: 2",
                                NODE,
                                "{name: d}"),
                        exactly("r", ", allocationMode: All"),
                        "Faulty[message=claim ns/c, request r: asks for all devices, but resource"
                                + " pool gpu.example.com/p1 is currently being updated]"));
    }

    static List<Case> generations() {
        String one = exactly("r", "");
        return List.of(
                new Case(
                        "the newest generation",
                        List.of(
                                slice(
                                        "s1",
                                        "p1",
                                        "generation: 1, resourceSliceCount: 1",
                                        NODE,
                                        "{name: old}"),
                                slice(
                                        "s2",
                                        "p1",
                                        "generation: 2, resourceSliceCount: 1",
                                        NODE,
                                        "{name: new}")),
                        List.of(claim(one)),
                        List.of(),
                        "r=new"),
                new Case(
                        "a newer generation elsewhere",
                        List.of(
                                slice(
                                        "s1",
                                        "p1",
                                        "generation: 1, resourceSliceCount: 1",
                                        NODE,
                                        "{name: old}"),
                                slice(
                                        "s2",
                                        "p1",
                                        "generation: 2, resourceSliceCount: 2",
                                        "nodeName: n2",
                                        "{name: new}"),
                                slice(
                                        "s3",
                                        "p1",
                                        "generation: 2, resourceSliceCount: 2",
                                        "nodeName: n2",
                                        "{name: new2}")),
                        List.of(claim(one)),
                        List.of(),
                        "r=old"));
    }

    static List<Case> pools() {
        String one = exactly("r", "");
        return List.of(
                Case.of(
                        "names that repeat",
                        slice(NODE, "{name: d}, {name: d}"),
                        one,
                        "INVALID_POOLS"),
                new Case(
                        "pools in the order of their names",
                        List.of(
                                slice(
                                        "s2",
                                        "p2",
                                        "generation: 1, resourceSliceCount: 1",
                                        NODE,
                                        "{name: late}"),
                                slice(
                                        "s1",
                                        "p1",
                                        "generation: 1, resourceSliceCount: 1",
                                        NODE,
                                        "{name: first}")),
                        List.of(claim(one)),
                        List.of(),
                        "r=first"),
                new Case(
                        "binding conditions last",
                        List.of(
                                slice(
                                        "s1",
                                        "p1",
                                        "generation: 1, resourceSliceCount: 1",
                                        NODE,
                                        "{name: slow, bindingConditions: [ready]}"),
                                slice(
                                        "s2",
                                        "p2",
                                        "generation: 1, resourceSliceCount: 1",
                                        NODE,
                                        "{name: plain}")),
                        List.of(claim(one)),
                        List.of(),
                        "r=plain"));
    }

    private static String zone(String zone) {
        return "nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In,"
                + " values: ["
                + zone
                + "]}]}]}";
    }

    @ParameterizedTest
    @MethodSource({"choices", "options", "more", "reaches", "generations", "pools"})
    void chooses(Case each) {
        assertEquals(each.is(), shown(outcome(each.slices(), each.claims(), each.others())));
    }

    @Test
    void tellsTheAllocationAsKubernetesDoes() {
        String claim =
                "{metadata: {name: c, namespace: ns}, spec: {devices: {requests: [{name: a,"
                        + " exactly: {deviceClassName: set}}, {name: b, firstAvailable: [{name: x,"
                        + " deviceClassName: set}]}], config: [{requests: [b/x], opaque: {driver:"
                        + " gpu.example.com, parameters: {b: 2}}}]}}}";

        JsonObject allocation = found(List.of(TWO), List.of(claim), List.of()).getFirst();

        assertEquals(
                Yaml.parse(
                        "{devices: {config: [{opaque: {driver: gpu.example.com, parameters: {a:"
                                + " 1}}, requests: [a, b/x], source: FromClass}, {opaque: {driver:"
                                + " gpu.example.com, parameters: {b: 2}}, requests: [b/x], source:"
                                + " FromClaim}], results: [{request: a, driver: gpu.example.com,"
                                + " pool: p1, device: d1}, {request: b/x, driver: gpu.example.com,"
                                + " pool: p1, device: d2}]}, nodeSelector: {nodeSelectorTerms:"
                                + " [{matchFields: [{key: metadata.name, operator: In, values:"
                                + " [n1]}]}]}}"),
                allocation);
    }

    @Test
    void bindsToWhereTheDevicesCanBeUsed() {
        String claim = claim(exactly("r", ""));

        assertEquals(
                JsonObject.EMPTY,
                found(List.of(slice("allNodes: true", "{name: d}")), List.of(claim), List.of())
                        .getFirst()
                        .object("nodeSelector"));
        assertEquals(
                object("{" + zone("a") + "}").tree().object("nodeSelector"),
                found(List.of(slice(zone("a"), "{name: d}")), List.of(claim), List.of())
                        .getFirst()
                        .object("nodeSelector"));
    }

    @Test
    void endsWhenTheTimeIsOver() {
        Allocator allocator =
                new Allocator(
                        List.of(Slice.of(object(TWO))),
                        AllocatorTest::type,
                        Taken.by(List.of()),
                        new Expressions(),
                        () -> "share");

        assertEquals(
                Allocator.Refusal.LATE,
                allocator.allocate(
                        PLACE,
                        List.of(ClaimRequests.of(object(claim(exactly("r", ""))))),
                        () -> true));
    }
}
