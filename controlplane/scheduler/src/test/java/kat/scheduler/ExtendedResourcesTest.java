package kat.scheduler;

import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExtendedResourcesTest {

    private final List<KubeObject> objects = new ArrayList<>();
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
            };

    private Decision decide(PodInfo pod, NodeInfo... nodes) {
        return new Scheduling(
                        Profile.USUAL,
                        DefaultPlugins.all(cluster, Map.of()),
                        cluster,
                        Randomness.seeded(1),
                        Stages.NONE)
                .decide(pod, List.of(nodes), 0)
                .decision();
    }

    private static PodInfo pod(String spec) {
        return PodInfo.of(
                object("{metadata: {name: p, namespace: ns, uid: u-p}, spec: {" + spec + "}}"));
    }

    private static String container(String name, String resource, int count) {
        return "{name: "
                + name
                + ", resources: {requests: {"
                + resource
                + ": '"
                + count
                + "', cpu: 1m}}}";
    }

    private void type(String name, String created, String resource) {
        objects.add(
                object(
                        "{kind: DeviceClass, metadata: {name: "
                                + name
                                + ", creationTimestamp: '"
                                + created
                                + "'}, spec: {extendedResourceName: "
                                + resource
                                + "}}"));
    }

    private void slice(String node, int count) {
        List<String> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add("{name: d" + i + "}");
        }
        objects.add(
                object(
                        "{kind: ResourceSlice, metadata: {name: s}, spec: {driver: gpu.example.com,"
                                + " nodeName: "
                                + node
                                + ", pool: {name: p, generation: 1, resourceSliceCount: 1},"
                                + " devices: ["
                                + String.join(", ", devices)
                                + "]}}"));
    }

    @Test
    void devicesStandForWhatANodeHasNotItself() {
        type("gpu", "2026-01-01T00:00:00Z", "example.com/gpu");
        slice("n2", 2);
        PodInfo pod = pod("containers: [" + container("main", "example.com/gpu", 2) + "]");

        Decision.Bind bind =
                assertInstanceOf(Decision.Bind.class, decide(pod, node("n1", ""), node("n2", "")));

        assertEquals("n2", bind.node());
        Reservations.Entry entry = bind.reservations().entries().getFirst();
        assertEquals("p-extended-resources-", entry.claim().metadata().string("generateName"));
        assertEquals(
                Yaml.parse(
                        "{requests: [{name: container-0-request-1, exactly: {deviceClassName: gpu,"
                                + " allocationMode: ExactCount, count: 2}}]}"),
                entry.claim().spec().object("devices"));
        assertEquals(
                List.of(
                        (JsonObject)
                                Yaml.parse(
                                        "{containerName: main, resourceName: example.com/gpu,"
                                                + " requestName: container-0-request-1}")),
                entry.mappings());
    }

    @Test
    void initContainersUseTheDevicesOfThoseThatStartLater() {
        type("gpu", "2026-01-01T00:00:00Z", "example.com/gpu");
        slice("n1", 9);
        PodInfo pod =
                pod(
                        "initContainers: ["
                                + container("small", "example.com/gpu", 2)
                                + ", "
                                + container("large", "example.com/gpu", 4)
                                + "], containers: ["
                                + container("main", "example.com/gpu", 1)
                                + "]");

        Decision.Bind bind = assertInstanceOf(Decision.Bind.class, decide(pod, node("n1", "")));

        Reservations.Entry entry = bind.reservations().entries().getFirst();
        List<String> requests = new ArrayList<>();
        for (JsonObject each : entry.claim().spec().at("devices").array("requests").objects()) {
            requests.add(each.string("name") + "=" + each.object("exactly").integer("count", 0));
        }
        List<String> uses = new ArrayList<>();
        for (JsonObject each : entry.mappings()) {
            uses.add(each.string("containerName") + "=" + each.string("requestName"));
        }
        assertEquals(List.of("container-1-request-1=3", "container-2-request-1=1"), requests);
        assertEquals(
                List.of(
                        "main=container-2-request-1",
                        "small=container-2-request-1",
                        "small=container-1-request-1",
                        "large=container-2-request-1",
                        "large=container-1-request-1"),
                uses);
    }

    @Test
    void theNewestClassOfANameCounts() {
        type("old", "2026-01-01T00:00:00Z", "example.com/gpu");
        type("b", "2026-01-02T00:00:00Z", "example.com/gpu");
        type("a", "2026-01-02T00:00:00Z", "example.com/gpu");
        ExtendedResources resources = new ExtendedResources(cluster);

        assertEquals("a", resources.classOf("example.com/gpu"));
        assertEquals("old", resources.classOf("deviceclass.resource.kubernetes.io/old"));
        assertEquals(null, resources.classOf("deviceclass.resource.kubernetes.io/none"));
        assertEquals(null, resources.classOf("cpu"));
        assertEquals(null, resources.classOf("example.com/other"));
    }

    @Test
    void aClaimThatWasLeftBehindGoesFirst() {
        type("gpu", "2026-01-01T00:00:00Z", "example.com/gpu");
        slice("n1", 1);
        objects.add(
                object(
                        "{kind: ResourceClaim, metadata: {name: left, namespace: ns, annotations:"
                                + " {resource.kubernetes.io/extended-resource-claim: 'true'},"
                                + " ownerReferences: [{apiVersion: v1, kind: Pod, name: p, uid:"
                                + " u-p, controller: true}]}, spec: {devices: {requests: [{name:"
                                + " r}]}}}"));
        PodInfo pod = pod("containers: [" + container("main", "example.com/gpu", 1) + "]");

        Decision.NoNode refused =
                assertInstanceOf(Decision.NoNode.class, decide(pod, node("n1", "")));

        assertEquals(
                "0/1 nodes are available: 1 cannot schedule extended resource claim. deletion of"
                        + " ResourceClaim completed, preemption: 0/1 nodes are available: 1 Preemption is"
                        + " not helpful for scheduling.",
                refused.message());
        assertEquals("left", refused.released().getFirst().name());
    }

    @Test
    void countsTheDevicesOfAClaimUntilItIsSeen() {
        AssumedClaims assumed = new AssumedClaims();
        PodInfo pod = pod("containers: []");
        JsonObject allocation = JsonObject.EMPTY.with("devices", JsonObject.EMPTY);
        KubeObject form =
                object(
                        "{metadata: {generateName: p-, namespace: ns, annotations:"
                                + " {resource.kubernetes.io/extended-resource-claim: 'true'}}}");
        KubeObject made =
                form.withMetadata(m -> m.with("name", "p-1").with("uid", "u-1"))
                        .withStatus(status -> status.with("allocation", allocation));
        List<Reservations.Entry> entries =
                List.of(
                        new Reservations.Entry(
                                form, allocation, List.of(JsonObject.EMPTY.with("a", "b"))));

        assumed.begin(pod, entries);
        assertEquals(1, assumed.latest(List.of()).size());
        assumed.written(pod, entries, List.of(made));
        assertEquals(List.of(made), assumed.latest(List.of()));
        assertEquals(List.of(made), assumed.latest(List.of(made)));
        assertEquals(List.of(), assumed.latest(List.of()));
    }
}
