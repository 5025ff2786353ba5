package kat.scheduler;

import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What plug-ins make of nodes, without arguments and with them.
class ScoresTest {

    private static final String OWNED =
            "labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web,"
                    + " uid: u, controller: true}]";

    private final KnownObjects objects =
            new KnownObjects()
                    .with(
                            Kinds.REPLICA_SET,
                            "{metadata: {name: web, namespace: ns}, spec: {selector: {matchLabels:"
                                    + " {app: web}}}}");

    @Test
    void spreadsPodsOfAWorkloadOverHosts() {
        NodeInfo used = node("n1", "").with(pod("a", OWNED, "")).with(pod("b", OWNED, ""));
        NodeInfo free = node("n2", "").with(pod("other", "labels: {app: db}", ""));

        assertEquals(List.of(40L, 100L), scores("PodTopologySpread", Map.of(), OWNED, used, free));
        assertEquals(
                List.of(0L, 0L),
                scores("PodTopologySpread", Map.of(), "labels: {app: web}", used, free));
    }

    @Test
    void spreadsPodsOfAServiceOverZones() {
        KnownObjects served =
                new KnownObjects()
                        .with(
                                Kinds.SERVICE,
                                "{metadata: {name: s, namespace: ns}, spec: {selector: {app: web}}}");
        String pod = "labels: {app: web}";
        NodeInfo used = node("n1", ZONE_A);
        NodeInfo beside = node("n2", ZONE_A).with(pod("a", pod, ""));
        NodeInfo far = node("n3", "topology.kubernetes.io/zone: b");

        List<Long> scores = scores(served, "PodTopologySpread", Map.of(), pod, used, beside, far);

        // log(5) a pod on the host, log(4) in the zone, and 2 + 4 for what is tolerated
        assertEquals(List.of(88L, 66L, 100L), scores);
    }

    private static final String ZONE_A = "topology.kubernetes.io/zone: a";

    @Test
    void spreadsByTheListOfAProfile() {
        Map<String, JsonObject> arguments =
                arguments(
                        "PodTopologySpread",
                        "{defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey:"
                                + " topology.kubernetes.io/zone, whenUnsatisfiable:"
                                + " DoNotSchedule}]}");
        NodeInfo used = node("n1", ZONE_A).with(pod("a", OWNED, ""));
        NodeInfo empty = node("n2", "topology.kubernetes.io/zone: b");

        assertEquals(new Decision.Bind("n2"), decide(arguments, pod("p", OWNED, ""), used, empty));
        assertEquals(
                "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints"
                        + " (missing required label). no new claims to deallocate, preemption: 0/1"
                        + " nodes are available: 1 Preemption is not helpful for scheduling.",
                assertInstanceOf(
                                Decision.NoNode.class,
                                decide(arguments, pod("p", OWNED, ""), node("n3", "")))
                        .message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                       | 50 | 87",
                "{scoringStrategy: {type: MostAllocated}}                                 | 50 | 12",
                "{scoringStrategy: {resources: [{name: cpu, weight: 3}, {name: memory}]}} | 37 | 87",
                "{scoringStrategy: {type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape:"
                        + " [{utilization: 0, score: 0}, {utilization: 100, score: 10}]}}} | 50 | 12",
            })
    void judgesByWhatIsLeftAsTheStrategySays(String arguments, long half, long empty) {
        String spec = "containers: [{resources: {requests: {cpu: 500m, memory: 1Gi}}}]";
        NodeInfo used =
                node("n1", "")
                        .with(
                                pod(
                                        "taken",
                                        "",
                                        "containers: [{resources: {requests: {cpu: '2500m', memory:"
                                                + " 1Gi}}}]"));

        assertEquals(
                List.of(half, empty),
                scores(
                        "NodeResourcesFit",
                        arguments("NodeResourcesFit", arguments),
                        spec,
                        used,
                        node("n2", "")));
    }

    @Test
    void prefersNodesThatThePodBalances() {
        String spec = "containers: [{resources: {requests: {cpu: '2'}}}]";
        NodeInfo memory =
                node("n1", "")
                        .with(
                                pod(
                                        "taken",
                                        "",
                                        "containers: [{resources: {requests: {memory: 4Gi}}}]"));

        assertEquals(
                List.of(87L, 62L),
                scores("NodeResourcesBalancedAllocation", Map.of(), spec, memory, node("n2", "")));
        assertEquals(
                List.of(0L, 0L),
                scores("NodeResourcesBalancedAllocation", Map.of(), "", memory, node("n2", "")));
    }

    @Test
    void keepsPodsOnNodesThatTheProfileDemands() {
        Map<String, JsonObject> arguments =
                arguments(
                        "NodeAffinity",
                        "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                                + " {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator:"
                                + " In, values: [batch]}]}]}}}");

        assertEquals(
                new Decision.Bind("n2"),
                decide(arguments, pod("p", "", ""), node("n1", ""), node("n2", "pool: batch")));
    }

    @Test
    void leavesIgnoredResourcesToOthers() {
        Map<String, JsonObject> arguments =
                arguments("NodeResourcesFit", "{ignoredResourceGroups: [example.com]}");
        PodInfo pod = pod("p", "", "containers: [{resources: {requests: {example.com/gpu: '1'}}}]");

        assertEquals(new Decision.Bind("n1"), decide(arguments, pod, node("n1", "")));
        assertInstanceOf(Decision.NoNode.class, decide(Map.of(), pod, node("n1", "")));
    }

    @Test
    void givesAClaimForOnePodToOnePod() {
        KnownObjects claimed =
                new KnownObjects()
                        .with(
                                Kinds.PERSISTENT_VOLUME_CLAIM,
                                "{metadata: {name: c, namespace: ns}, spec: {volumeName: v,"
                                        + " accessModes: [ReadWriteOncePod]}}");
        String spec = "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]";

        Decision decision =
                new Scheduling(DefaultPlugins.all(claimed), Randomness.seeded(1))
                        .decide(
                                pod("p", "", spec),
                                List.of(
                                        node("n1", "").with(pod("first", "", spec)),
                                        node("n2", "")),
                                0)
                        .decision();

        assertEquals(
                "0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with"
                        + " ReadWriteOncePod access mode already in-use by another pod. no new claims"
                        + " to deallocate, preemption: 0/2 nodes are available: 2 No preemption"
                        + " victims found for incoming pod.",
                assertInstanceOf(Decision.NoNode.class, decision).message());
    }

    @Test
    void keepsVolumesInTheirZoneAndBelowTheDriversLimit() {
        KnownObjects volumes =
                new KnownObjects()
                        .with(
                                Kinds.PERSISTENT_VOLUME_CLAIM,
                                "{metadata: {name: c, namespace: ns}, spec: {volumeName: v}}")
                        .with(
                                Kinds.PERSISTENT_VOLUME,
                                "{metadata: {name: v, labels: {topology.kubernetes.io/zone: a__b}},"
                                        + " spec: {csi: {driver: d, volumeHandle: h}}}")
                        .with(
                                Kinds.PERSISTENT_VOLUME_CLAIM,
                                "{metadata: {name: c2, namespace: ns}, spec: {volumeName: v2}}")
                        .with(
                                Kinds.PERSISTENT_VOLUME,
                                "{metadata: {name: v2}, spec: {csi: {driver: d, volumeHandle: h2}}}")
                        .with(
                                Kinds.builtIn().require("storage.k8s.io/v1", "CSINode"),
                                "{metadata: {name: n2}, spec: {drivers: [{name: d, allocatable:"
                                        + " {count: 1}}]}}");
        String spec = "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]";
        NodeInfo elsewhere = node("n1", "topology.kubernetes.io/zone: c");
        NodeInfo full = node("n2", ZONE_A).with(pod("taken", "", spec.replace("c}", "c2}")));

        Decision decision =
                new Scheduling(DefaultPlugins.all(volumes), Randomness.seeded(1))
                        .decide(pod("p", "", spec), List.of(elsewhere, full), 0)
                        .decision();

        assertEquals(
                "0/2 nodes are available: 1 node(s) exceed max volume count, 1 node(s) had no"
                        + " available volume zone.",
                assertInstanceOf(Decision.NoNode.class, decision)
                        .message()
                        .replaceFirst(" no new claims.*", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NodeResourcesFit | {scoringStrategy: {type: Most}} | scoringStrategy.type: Unsupported"
                        + " value: \"Most\": supported values: \"LeastAllocated\", \"MostAllocated\","
                        + " \"RequestedToCapacityRatio\"",
                "InterPodAffinity | {hardPodAffinityWeight: 101} | hardPodAffinityWeight: Invalid value:"
                        + " 101: not in valid range [0, 100]",
                "PodTopologySpread | {defaultConstraints: [{maxSkew: 1}]} | defaultingType: Invalid"
                        + " value: \"System\": when .defaultConstraints are not empty",
                "DefaultPreemption | {minCandidateNodesPercentage: 101} | minCandidateNodesPercentage:"
                        + " Invalid value: 101: not in valid range [0, 100]",
            })
    void refusesWrongArguments(String plugin, String arguments, String message) {
        JsonObject tree =
                tree(
                        "{apiVersion: kubescheduler.config.k8s.io/v1, kind:"
                                + " KubeSchedulerConfiguration, profiles: [{pluginConfig: [{name: "
                                + plugin
                                + ", args: "
                                + arguments
                                + "}]}]}");

        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> SchedulerConfig.parse(tree))
                        .getMessage());
    }

    private List<Long> scores(
            String plugin, Map<String, JsonObject> arguments, String pod, NodeInfo... nodes) {
        return scores(objects, plugin, arguments, pod, nodes);
    }

    /// @param pod its labels and owners, or its spec
    private static List<Long> scores(
            ClusterObjects objects,
            String name,
            Map<String, JsonObject> arguments,
            String pod,
            NodeInfo... nodes) {
        boolean isMetadata = pod.startsWith("labels");
        PodInfo info = isMetadata ? pod("p", pod, "") : pod("p", "", pod);
        return scores(objects, name, arguments, info, nodes);
    }

    /// What one plug-in makes of nodes.
    static List<Long> scores(
            ClusterObjects objects,
            String name,
            Map<String, JsonObject> arguments,
            PodInfo info,
            NodeInfo... nodes) {
        for (Plugin each : DefaultPlugins.all(objects, arguments)) {
            if (each.name().equals(name) && each instanceof Plugin.Score score) {
                Plugin.Score plugin = score.prepareScore(info, List.of(nodes), List.of(nodes));
                long[] scores =
                        Arrays.stream(nodes).mapToLong(node -> plugin.score(info, node)).toArray();
                return Arrays.stream(plugin.normalize(scores)).boxed().toList();
            }
        }
        throw new AssertionError("no plug-in " + name);
    }

    private Decision decide(Map<String, JsonObject> arguments, PodInfo pod, NodeInfo... nodes) {
        Profile profile = new Profile("s", Map.of(), Map.of(), 0, arguments);
        return new Scheduling(
                        profile,
                        DefaultPlugins.all(objects, arguments),
                        objects,
                        Randomness.seeded(3),
                        Stages.NONE)
                .decide(pod, List.of(nodes), 0)
                .decision();
    }

    static Map<String, JsonObject> arguments(String plugin, String yaml) {
        return Map.of(plugin, tree(yaml));
    }

    private static JsonObject tree(String yaml) {
        return (JsonObject) Objects.requireNonNull(Yaml.parse(yaml));
    }

    static NodeInfo node(String name, String labels) {
        return NodeInfo.of(
                object(
                        "{metadata: {name: %s, labels: {kubernetes.io/hostname: %s%s}}, status: {allocatable: {cpu: '4', memory: 8Gi, pods: '9'}}}"
                                .formatted(name, name, labels.isEmpty() ? "" : ", " + labels)),
                List.of());
    }

    private static PodInfo pod(String name, String metadata, String spec) {
        return PodInfo.of(
                object(
                        "{metadata: {name: %s, namespace: ns, uid: uid-%s%s}, spec: {%s}}"
                                .formatted(
                                        name,
                                        name,
                                        metadata.isEmpty() ? "" : ", " + metadata,
                                        spec)));
    }

    /// Objects by kind and key.
    static final class KnownObjects implements ClusterObjects {

        private final Map<Kind, Map<ObjectKey, KubeObject>> all = new HashMap<>();

        KnownObjects with(Kind kind, String yaml) {
            KubeObject object = object(yaml);
            all.computeIfAbsent(kind, _ -> new HashMap<>()).put(object.key(), object);
            return this;
        }

        @Override
        public @Nullable KubeObject get(Kind kind, ObjectKey key) {
            return all.getOrDefault(kind, Map.of()).get(key);
        }

        @Override
        public List<KubeObject> list(Kind kind, String namespace) {
            return all.getOrDefault(kind, Map.of()).values().stream()
                    .filter(each -> namespace.isEmpty() || each.namespace().equals(namespace))
                    .toList();
        }
    }
}
