package kat.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulingTest {

    private static final String NOT_HELPFUL = "3 Preemption is not helpful for scheduling.";

    /// A pod that no node takes, and what is said of it.
    record Refusal(String name, String spec, String reasons, String hopes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Refusal> refusals() {
        return List.of(
                new Refusal(
                        "too much cpu",
                        "containers: [{resources: {requests: {cpu: '900'}}}]",
                        "3 Insufficient cpu",
                        NOT_HELPFUL),
                new Refusal(
                        "too much of two",
                        "containers: [{resources: {requests: {cpu: '900', memory: 9Ti}}}]",
                        "3 Insufficient cpu, 3 Insufficient memory",
                        NOT_HELPFUL),
                new Refusal(
                        "no such label",
                        "nodeSelector: {disk: ssd}",
                        "3 node(s) didn't match Pod's node affinity/selector",
                        NOT_HELPFUL),
                new Refusal(
                        "nodes named by a field",
                        "{containers: [{resources: {requests: {cpu: '900'}}}],"
                                + " affinity: {nodeAffinity:"
                                + " {requiredDuringSchedulingIgnoredDuringExecution:"
                                + " {nodeSelectorTerms: [{matchFields: [{key: metadata.name,"
                                + " operator: In, values: [n2, other]}]}]}}}}",
                        "1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]",
                        NOT_HELPFUL),
                new Refusal(
                        "a rule that restarts all containers",
                        "containers: [{restartPolicyRules: [{action: RestartAllContainers}]}]",
                        "3 node(s) didn't match Pod's required features",
                        NOT_HELPFUL),
                new Refusal(
                        "the node's network with users of its own",
                        "{hostNetwork: true, hostUsers: false}",
                        "3 node(s) didn't match Pod's required features",
                        NOT_HELPFUL),
                new Refusal(
                        "another node's name",
                        "nodeName: elsewhere",
                        "3 node(s) didn't match the requested node name",
                        NOT_HELPFUL),
                new Refusal(
                        "port taken on one",
                        "{nodeSelector: {zone: a}, containers: [{ports: [{hostPort: 80}]}]}",
                        "1 node(s) didn't have free ports for the requested pod ports,"
                                + " 2 node(s) didn't match Pod's node affinity/selector",
                        "1 No preemption victims found for incoming pod,"
                                + " 2 Preemption is not helpful for scheduling."));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhyNoNodeSuits(Refusal refusal) {
        List<NodeInfo> nodes = List.of(node("n1", "zone: a"), node("n2", ""), node("n3", ""));
        List<NodeInfo> used = new ArrayList<>(nodes);
        used.set(0, nodes.get(0).with(pod("taken", "containers: [{ports: [{hostPort: 80}]}]")));

        Decision decision = decide(pod("p", refusal.spec()), used);

        assertEquals(
                "0/3 nodes are available: "
                        + refusal.reasons()
                        + ". no new claims to deallocate, preemption: 0/3 nodes are available: "
                        + refusal.hopes(),
                assertInstanceOf(Decision.NoNode.class, decision).message());
    }

    /// Nor counts them as looked at: the next pod begins behind those that were.
    @Test
    void looksAtNoNodeThatAPodDoesNotName() {
        List<NodeInfo> nodes = List.of(node("n1", ""), node("n2", ""), node("n3", ""));
        PodInfo pod =
                pod(
                        "p",
                        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                                + " {nodeSelectorTerms: [{matchFields: [{key: metadata.name,"
                                + " operator: In, values: [n2]}]}]}}}");
        Scheduling scheduling =
                new Scheduling(DefaultPlugins.all(ClusterObjects.NONE), Randomness.seeded(1));

        Scheduling.Result first = scheduling.decide(pod, nodes, 0);
        Scheduling.Result second = scheduling.decide(pod, nodes, 2);

        assertEquals(new Scheduling.Result(new Decision.Bind("n2"), 1), first);
        assertEquals(new Scheduling.Result(new Decision.Bind("n2"), 0), second);
    }

    @Test
    void looksAtNoNodeForAPodThatNamesTwoAtOnce() {
        String field = "{key: metadata.name, operator: In, values: [%s]}";
        String fields = field.formatted("n1") + ", " + field.formatted("n2");
        PodInfo pod =
                pod(
                        "p",
                        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                                + " {nodeSelectorTerms: [{matchFields: [%s]}]}}}"
                                        .formatted(fields));

        Decision decision = decide(pod, List.of(node("n1", ""), node("n2", "")));

        assertEquals(
                "0/2 nodes are available: pod affinity terms conflict. not found",
                assertInstanceOf(Decision.NoNode.class, decision).message());
    }

    @Test
    void prefersTheEmptierNode() {
        NodeInfo full =
                node("full", "")
                        .with(pod("big", "containers: [{resources: {requests: {cpu: '3'}}}]"));

        Decision decision = decide(pod("p", "containers: [{}]"), List.of(full, node("empty", "")));

        assertEquals(new Decision.Bind("empty"), decision);
    }

    @Test
    void podsWithoutRequestsSpreadToo() {
        List<NodeInfo> nodes =
                new ArrayList<>(List.of(node("a", ""), node("b", ""), node("c", "")));
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            PodInfo pod = pod("p" + i, "containers: [{}]");
            String chosen = assertInstanceOf(Decision.Bind.class, decide(pod, nodes)).node();
            nodes.replaceAll(node -> node.name().equals(chosen) ? node.with(pod) : node);
            counts.merge(chosen, 1, Integer::sum);
        }

        assertEquals("{a=10, b=10, c=10}", counts.toString());
    }

    @Test
    void waitsWhileAGateIsClosed() {
        Decision decision =
                decide(pod("p", "schedulingGates: [{name: quota}]"), List.of(node("a", "")));

        assertEquals(new Decision.Gated(List.of("quota")), decision);
    }

    @Test
    void toleratesTaintsItIsAllowedTo() {
        NodeInfo tainted =
                NodeInfo.of(
                        object(
                                "{metadata: {name: t}, spec: {taints: [{key: k, value: v, effect:"
                                        + " NoSchedule}]}, status: {allocatable: {pods: 10}}}"),
                        List.of());

        Decision refused = decide(pod("p", "containers: [{}]"), List.of(tainted));
        Decision taken =
                decide(pod("p", "tolerations: [{key: k, operator: Exists}]"), List.of(tainted));

        assertInstanceOf(Decision.NoNode.class, refused);
        assertEquals(new Decision.Bind("t"), taken);
    }

    @Test
    void looksAtPartOfALargeClusterAndGoesOnThere() {
        List<NodeInfo> nodes = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            nodes.add(node("n" + i, ""));
        }
        Scheduling scheduling =
                new Scheduling(DefaultPlugins.all(ClusterObjects.NONE), Randomness.seeded(1));

        Scheduling.Result result = scheduling.decide(pod("p", "containers: [{}]"), nodes, 900);

        assertEquals((900 + Scheduling.nodesToFind(1000, 0)) % 1000, result.nextStart());
    }

    @Test
    void countsSidecarsAndInitContainersAsTheyRun() {
        PodInfo pod =
                pod(
                        "p",
                        """
                        initContainers:
                        - {resources: {requests: {cpu: 100m}}, restartPolicy: Always}
                        - {resources: {requests: {cpu: '2'}}}
                        containers:
                        - {resources: {requests: {cpu: 500m}}}
                        - {resources: {requests: {cpu: 500m}}}
                        overhead: {cpu: 50m}
                        """);

        assertEquals(2150, pod.requests().get("cpu"));
    }

    @Test
    void findsTheNodeThatSaysWhatItCanDo() {
        PodInfo pod =
                pod("p", "containers: [{restartPolicyRules: [{action: RestartAllContainers}]}]");
        NodeInfo able =
                NodeInfo.of(
                        object(
                                "{metadata: {name: able}, status: {declaredFeatures:"
                                        + " [RestartAllContainersOnContainerExits],"
                                        + " allocatable: {cpu: 4, memory: 8Gi, pods: 110}}}"),
                        List.of());

        assertEquals(new Decision.Bind("able"), decide(pod, List.of(node("unable", ""), able)));
    }

    private static Decision decide(PodInfo pod, List<NodeInfo> nodes) {
        return new Scheduling(DefaultPlugins.all(ClusterObjects.NONE), Randomness.seeded(7))
                .decide(pod, nodes, 0)
                .decision();
    }

    static NodeInfo node(String name, String labels) {
        return NodeInfo.of(
                object(
                        "{metadata: {name: %s, labels: {%s}}, status: {allocatable: {cpu: 4, memory: 8Gi, pods: 110}}}"
                                .formatted(name, labels)),
                List.of());
    }

    static PodInfo pod(String name, String spec) {
        JsonObject tree =
                object("{metadata: {name: %s, namespace: ns, uid: uid-%s}}".formatted(name, name))
                        .tree();
        return PodInfo.of(new KubeObject(tree.with("spec", parse(spec))));
    }

    static KubeObject object(String yaml) {
        return new KubeObject(parse(yaml));
    }

    private static JsonObject parse(String yaml) {
        Json tree = Yaml.parse(yaml);
        return tree instanceof JsonObject object ? object : JsonObject.EMPTY;
    }
}
