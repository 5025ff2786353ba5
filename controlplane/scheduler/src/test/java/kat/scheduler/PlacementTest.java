package kat.scheduler;

import static kat.scheduler.SchedulingTest.object;
import static kat.scheduler.ScoresTest.arguments;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.scheduler.ScoresTest.KnownObjects;
import kat.scheduler.plugins.DefaultPlugins;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where pods go that say much about it: with all fields of affinity and spreading.
///
/// **Source:** kube-scheduler's plug-ins `interpodaffinity`, `podtopologyspread`, `nodeaffinity`
/// and `tainttoleration`.
class PlacementTest {

    private final KnownObjects objects =
            new KnownObjects()
                    .with(Kinds.NAMESPACE, "{metadata: {name: ns, labels: {team: red}}}")
                    .with(Kinds.NAMESPACE, "{metadata: {name: other, labels: {team: blue}}}");

    private static PodInfo pod(String namespace, String name, String labels, String spec) {
        return PodInfo.of(
                object(
                        "{metadata: {name: %1$s, namespace: %2$s, uid: %1$s, labels: {%3$s}}, spec: {%4$s}}"
                                .formatted(name, namespace, labels, spec)));
    }

    private static NodeInfo node(String name, String zone, String taints, String... pods) {
        NodeInfo node =
                NodeInfo.of(
                        object(
                                "{metadata: {name: %s, labels: {zone: %s}}, spec: {taints: [%s]}, status: {allocatable: {cpu: '9', memory: 8Gi, pods: '9'}}}"
                                        .formatted(name, zone, taints)),
                        List.of());
        for (int i = 0; i < pods.length; i++) {
            node = node.with(pod("ns", name + "-" + i, pods[i], ""));
        }
        return node;
    }

    private static String affinity(String kind, boolean required, String term) {
        String list =
                required
                        ? "requiredDuringSchedulingIgnoredDuringExecution: [{%s, topologyKey: zone}]"
                        : "preferredDuringSchedulingIgnoredDuringExecution: [{weight: 10,"
                                + " podAffinityTerm: {%s, topologyKey: zone}}]";
        return "affinity: {" + kind + ": {" + list.formatted(term) + "}}";
    }

    private static final String OF_WEB = "labelSelector: {matchLabels: {app: web}}";
    private static final String OF_P = "labelSelector: {matchLabels: {app: p}}";

    /// What the pod wants, what the one in the first of two zones wants, and what comes of it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "podAffinity     | false |                 |       | {} | 100 | 0",
                "podAntiAffinity | false |                 |       | {} | 0 | 100",
                "                |       | podAffinity     | false | {} | 100 | 0",
                "                |       | podAntiAffinity | false | {} | 0 | 100",
                "                |       | podAffinity     | true  | {} | 100 | 0",
                "                |       | podAffinity     | true  | {hardPodAffinityWeight: 0} | 0 | 0",
                "                |       | podAffinity     | false | {ignorePreferredTermsOfExistingPods: true} | 0 | 0",
                "podAffinity     | false | podAntiAffinity | false | {} | 0 | 0",
                "podAffinity     | false | podAntiAffinity | false | {ignorePreferredTermsOfExistingPods: true} | 0 | 0",
                "podAntiAffinity | false | podAffinity     | true  | {hardPodAffinityWeight: 20} | 100 | 0",
            })
    void prefersToBeNearOrApart(
            String own,
            Boolean required,
            String others,
            Boolean hard,
            String args,
            long a,
            long b) {
        PodInfo pod = pod("ns", "p", "app: p", own == null ? "" : affinity(own, required, OF_WEB));
        PodInfo web =
                pod("ns", "w", "app: web", others == null ? "" : affinity(others, hard, OF_P));

        assertEquals(
                List.of(a, b),
                scores(
                        "InterPodAffinity",
                        arguments("InterPodAffinity", args),
                        pod,
                        node("n1", "a", "").with(web),
                        node("n2", "b", "")));
    }

    /// What a term says of namespaces and labels, and which of three pods it means: one beside the
    /// pod, one of another namespace, one of another tier.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                              | 100 | 0   | 100",
                "namespaces: [other]                             | 0   | 100 | 0",
                "'namespaces: [ns, other]'                       | 100 | 100 | 100",
                "namespaceSelector: {}                           | 100 | 100 | 100",
                "namespaceSelector: {matchLabels: {team: blue}}  | 0   | 100 | 0",
                "'namespaces: [ns], namespaceSelector: {matchLabels: {team: blue}}' | 100 | 100 | 100",
                "matchLabelKeys: [tier]                          | 100 | 0   | 0",
                "mismatchLabelKeys: [tier]                       | 0   | 0   | 100",
                "matchLabelKeys: [none]                          | 100 | 0   | 100",
            })
    void meansPodsOfTheNamespacesAndLabelsThatItNames(
            String more, long beside, long elsewhere, long otherTier) {
        String term = OF_WEB + (more.isEmpty() ? "" : ", " + more);
        PodInfo pod = pod("ns", "p", "app: p, tier: x", affinity("podAffinity", false, term));

        assertEquals(
                List.of(beside, elsewhere, otherTier, 0L),
                scores(
                        "InterPodAffinity",
                        Map.of(),
                        pod,
                        node("n1", "a", "").with(pod("ns", "1", "app: web, tier: x", "")),
                        node("n2", "b", "").with(pod("other", "2", "app: web, tier: x", "")),
                        node("n3", "c", "").with(pod("ns", "3", "app: web, tier: y", "")),
                        node("n4", "d", "")));
    }

    private static String spread(String how, String more) {
        return "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: "
                + how
                + ", "
                + OF_WEB
                + more
                + "}]";
    }

    private static final String TAINT = "{key: k, effect: NoSchedule}";

    /// A constraint, the pod's other wishes, how many of its kind are in both zones, whether the
    /// second is tainted, and where the pod goes; empty for nowhere.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                           | ''                     | 1 | 1 | false | n1 n2",
                "', minDomains: 2'            | ''                     | 1 | 1 | false | n1 n2",
                "', minDomains: 3'            | ''                     | 1 | 1 | false | ''",
                "', minDomains: 3'            | ''                     | 1 | 0 | false | n2",
                "''                           | ''                     | 1 | 0 | true  | ''",
                "', nodeTaintsPolicy: Ignore' | ''                     | 1 | 0 | true  | ''",
                "', nodeTaintsPolicy: Honor'  | ''                     | 1 | 0 | true  | n1",
                "''                           | 'nodeSelector: {zone: a}' | 1 | 0 | false | n1",
                "', nodeAffinityPolicy: Honor'  | 'nodeSelector: {zone: a}' | 1 | 0 | false | n1",
                "', nodeAffinityPolicy: Ignore' | 'nodeSelector: {zone: a}' | 1 | 0 | false | ''",
            })
    void spreadsOverTheZonesThatCount(
            String more, String wish, int inFirst, int inSecond, boolean tainted, String where) {
        String spec = spread("DoNotSchedule", more) + (wish.isEmpty() ? "" : ", " + wish);
        NodeInfo[] nodes = {
            node("n1", "a", "", webs(inFirst)),
            node("n2", "b", tainted ? TAINT : "", webs(inSecond)),
        };

        Decision decision = decide(pod("ns", "p", "app: web", spec), nodes);

        if (where.isEmpty()) {
            Decision.NoNode none = assertInstanceOf(Decision.NoNode.class, decision);
            String rules = "node(s) didn't match pod topology spread constraints";
            assertTrue(none.message().contains(rules), none::message);
        } else {
            Decision.Bind bind = assertInstanceOf(Decision.Bind.class, decision);
            assertTrue(List.of(where.split(" ", -1)).contains(bind.node()), bind::node);
        }
    }

    private static String[] webs(int number) {
        return java.util.Collections.nCopies(number, "app: web").toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | n2", "', matchLabelKeys: [version]' | n1"})
    void spreadsPodsOfItsVersionAlone(String more, String node) {
        String old = "app: web, version: '1'";
        String same = "app: web, version: '2'";

        Decision decision =
                decide(
                        pod("ns", "p", same, spread("DoNotSchedule", more)),
                        node("n1", "a", "", old, old),
                        node("n2", "b", "", same));

        assertEquals(new Decision.Bind(node), decision);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0, 100", "0, 0, 100, 100", "3, 1, 25, 100"})
    void ratherSpreadsWhereItNeedNot(int inFirst, int inSecond, long a, long b) {
        PodInfo pod = pod("ns", "p", "app: web", spread("ScheduleAnyway", ""));

        assertEquals(
                List.of(a, b),
                scores(
                        "PodTopologySpread",
                        Map.of(),
                        pod,
                        node("n1", "a", "", webs(inFirst)),
                        node("n2", "b", "", webs(inSecond))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NodeAffinity    | affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution:"
                        + " [{weight: 30, preference: {matchExpressions: [{key: zone, operator: In,"
                        + " values: [a, b]}]}}, {weight: 10, preference: {matchExpressions: [{key: zone,"
                        + " operator: In, values: [b]}]}}]}} | 75 | 100 | 0",
                "NodeAffinity    | '' | 0 | 0 | 0",
                "TaintToleration | '' | 0 | 50 | 100",
                "TaintToleration | tolerations: [{key: one, operator: Exists, effect: PreferNoSchedule}] | 0 | 100 | 100",
                "TaintToleration | tolerations: [{operator: Exists}] | 100 | 100 | 100",
            })
    void weighsLabelsAndTaints(String plugin, String spec, long a, long b, long c) {
        String one = "{key: one, effect: PreferNoSchedule}";
        String two = "{key: two, effect: PreferNoSchedule}";

        assertEquals(
                List.of(a, b, c),
                scores(
                        plugin,
                        Map.of(),
                        pod("ns", "p", "", spec),
                        node("n1", "a", one + ", " + two),
                        node("n2", "b", one),
                        node("n3", "c", "")));
    }

    private List<Long> scores(
            String plugin, Map<String, JsonObject> arguments, PodInfo pod, NodeInfo... nodes) {
        return ScoresTest.scores(objects, plugin, arguments, pod, nodes);
    }

    private Decision decide(PodInfo pod, NodeInfo... nodes) {
        return new Scheduling(DefaultPlugins.all(objects), Randomness.seeded(7))
                .decide(pod, List.of(nodes), 0)
                .decision();
    }
}
