package kat.controllers.daemonset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class DaemonSetControllerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String SURGE =
            "updateStrategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";

    private final DaemonSetController controller = new DaemonSetController();
    private final MemoryCluster cluster = new MemoryCluster(NOW, controller);

    @Test
    void runsOnePodOnEachNodeThatFits() {
        node("a", "");
        node("b", "taints: [{key: k, effect: NoSchedule}]");
        node("c", "taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]");
        set("updateStrategy: {type: RollingUpdate}");

        finish();

        assertEquals(List.of("a", "c"), nodes());
        assertEquals(2, set().status().integer("desiredNumberScheduled", 0));
        assertEquals(2, set().status().integer("numberAvailable", 0));
    }

    @Test
    void leavesNodesThatNoLongerFit() {
        node("a", "");
        set("template: {metadata: {labels: {app: a}}, spec: {nodeSelector: {x: one}}}");
        finish();
        assertEquals(List.of(), nodes());

        relabel("a", "one");
        finish();
        assertEquals(List.of("a"), nodes());

        relabel("a", "two");
        finish();
        assertEquals(List.of(), nodes());
    }

    @Test
    void replacesOneAfterAnother() {
        for (String name : List.of("a", "b", "c")) {
            node(name, "");
        }
        set("updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}");
        finish();

        change();
        for (int i = 0; i < 20; i++) {
            cluster.round();
            assertTrue(nodes().size() >= 2, "more than one node without its pod");
            ready();
        }

        assertEquals(3, set().status().integer("updatedNumberScheduled", 0));
    }

    @Test
    void keepsTheOldPodUntilTheNewOneIsReadyWhenItMaySurge() {
        node("a", "");
        set(SURGE);
        finish();

        change();
        cluster.settle();
        assertEquals(List.of("a", "a"), nodes());

        finish();
        assertEquals(List.of("a"), nodes());
        assertEquals(1, set().status().integer("updatedNumberScheduled", 0));
    }

    @Test
    void letsTheOldPodGoAtOnceWhenItIsNotReadyAndTheNewOneIsThere() {
        node("a", "");
        set(SURGE);
        cluster.settle();

        change();
        cluster.settle();

        assertEquals(List.of("a"), nodes());
        assertTrue(pods().getFirst().spec().bool("hostNetwork"), "the pod of the new template");
    }

    @Test
    void keepsAnAvailablePodOnANodeThatIsTaintedUntilOthersAreAvailableWhenItMaySurge() {
        node("a", "");
        set(SURGE);
        finish();
        replace("a", "taints: [{key: k, effect: NoSchedule}]");
        node("b", "");
        node("c", "taints: [{key: k, effect: NoSchedule}]");
        change();

        cluster.settle();
        assertEquals(List.of("a", "b"), nodes());

        finish();
        assertEquals(List.of("b"), nodes());
    }

    @Test
    void keepsOnlyTheOldestOfSeveralPodsOnANodeWithoutSurge() {
        node("a", "");
        set("updateStrategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0}}");
        finish();
        KubeObject first = pods().getFirst();
        KubeObject second =
                first.withMetadata(
                        m ->
                                m.with("name", "z")
                                        .withAt(Json.of("other"), "labels", DaemonPods.HASH)
                                        .without("uid")
                                        .with("creationTimestamp", "2026-01-01T00:00:09Z"));

        cluster.create(Kinds.POD, second);
        finish();

        assertEquals(List.of(first.name()), pods().stream().map(KubeObject::name).toList());
    }

    @Test
    void replacesAPodThatEndedAndIsHeldByAFinalizer() {
        node("a", "");
        set("updateStrategy: {type: RollingUpdate}");
        finish();
        KubeObject pod = pods().getFirst();
        cluster.update(
                Kinds.POD,
                pod.withMetadata(
                        m ->
                                m.with("finalizers", JsonArray.ofStrings(List.of("x/y")))
                                        .with("deletionTimestamp", NOW.toString())),
                "");
        KubeObject held = pods().getFirst();
        cluster.update(Kinds.POD, held.withStatus(s -> s.with("phase", "Failed")), "status");

        finish();

        assertEquals(List.of("a", "a"), nodes());
        assertEquals(1, set().status().integer("numberReady", 0));
    }

    @Test
    void waitsTwiceAsLongBeforeEachFurtherFailedPodIsReplaced() {
        node("a", "");
        node("b", "");
        set("updateStrategy: {type: RollingUpdate}");
        finish();

        assertEquals(0, secondsUntilReplaced("a"));
        assertEquals(1, secondsUntilReplaced("a"));
        assertEquals(2, secondsUntilReplaced("a"));
        assertEquals(4, secondsUntilReplaced("a"));
        assertEquals(0, secondsUntilReplaced("b"));
        change();
        finish();
        assertEquals(0, secondsUntilReplaced("a"));
    }

    /// Lets the node's pod fail and tells how long it stays.
    private long secondsUntilReplaced(String node) {
        KubeObject pod = podOn(node);
        cluster.update(Kinds.POD, pod.withStatus(s -> s.with("phase", "Failed")), "status");
        finish();
        if (!podOn(node).uid().equals(pod.uid())) {
            return 0;
        }
        ObjectKey key = ObjectKey.of("ns", "m");
        Duration left = controller.reconcile(cluster, key, cluster.now()).requeueAfter();
        cluster.advance(Objects.requireNonNull(left).minusMillis(1));
        finish();
        assertEquals(pod.uid(), podOn(node).uid());
        cluster.advance(Duration.ofMillis(1));
        finish();
        assertNotEquals(pod.uid(), podOn(node).uid());
        return left.toSeconds();
    }

    private KubeObject podOn(String node) {
        return pods().stream()
                .filter(pod -> NodeFit.nodeOf(pod).equals(node))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void waitsUntilAPodHasBeenReadyForAWhile() {
        node("a", "");
        node("b", "");
        set(
                "minReadySeconds: 5, updateStrategy: {type: RollingUpdate,"
                        + " rollingUpdate: {maxUnavailable: 1}}");
        finish();
        assertEquals(2, set().status().integer("numberReady", 0));
        assertEquals(0, set().status().integer("numberAvailable", 0));
        cluster.advance(Duration.ofSeconds(5));
        finish();
        assertEquals(2, set().status().integer("numberAvailable", 0));

        change();
        finish();
        assertEquals(1, set().status().integer("updatedNumberScheduled", 0));
        cluster.advance(Duration.ofSeconds(4));
        finish();
        assertEquals(1, set().status().integer("updatedNumberScheduled", 0));

        cluster.advance(Duration.ofSeconds(1));
        finish();
        assertEquals(2, set().status().integer("updatedNumberScheduled", 0));
    }

    @Test
    void keepsOnlySoManyOldRevisions() {
        node("a", "");
        set("revisionHistoryLimit: 1, updateStrategy: {type: RollingUpdate}");
        finish();
        for (String each : List.of("two", "three", "four")) {
            Json label = Json.of(each);
            cluster.update(
                    Kinds.DAEMON_SET,
                    set().withSpec(
                                    spec ->
                                            spec.withAt(
                                                    label, "template", "metadata", "labels", "v")),
                    "");
            finish();
        }

        assertEquals(
                List.of(3L, 4L),
                cluster.list(Kinds.CONTROLLER_REVISION, "ns").stream()
                        .map(each -> each.tree().integer("revision", 0))
                        .sorted()
                        .toList());
    }

    @Test
    void changesNothingByItselfOnDelete() {
        node("a", "");
        set("updateStrategy: {type: OnDelete}");
        finish();
        String uid = pods().getFirst().uid();

        change();
        finish();

        assertEquals(uid, pods().getFirst().uid());
        assertEquals(0, set().status().integer("updatedNumberScheduled", 0));
    }

    private void node(String name, String spec) {
        String text =
                "{apiVersion: v1, kind: Node, metadata: {name: "
                        + name
                        + "}, spec: {"
                        + spec
                        + "}}";
        cluster.create(Kinds.NODE, new KubeObject((JsonObject) Yaml.parse(text)));
    }

    private void replace(String name, String spec) {
        KubeObject node = Objects.requireNonNull(cluster.get(Kinds.NODE, ObjectKey.of("", name)));
        JsonObject changed = (JsonObject) Yaml.parse("{" + spec + "}");
        cluster.update(Kinds.NODE, node.withSpec(_ -> changed), "");
    }

    private void relabel(String name, String value) {
        KubeObject node = Objects.requireNonNull(cluster.get(Kinds.NODE, ObjectKey.of("", name)));
        cluster.update(
                Kinds.NODE,
                node.withMetadata(m -> m.with("labels", JsonObject.of("x", Json.of(value)))),
                "");
    }

    private void set(String more) {
        String template =
                more.startsWith("template") ? "" : "template: {metadata: {labels: {app: a}}}, ";
        String text =
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: m, namespace: ns}, spec:"
                        + " {selector: {matchLabels: {app: a}}, "
                        + template
                        + more
                        + "}}";
        cluster.create(Kinds.DAEMON_SET, new KubeObject((JsonObject) Yaml.parse(text)));
    }

    private void change() {
        cluster.update(
                Kinds.DAEMON_SET,
                set().withSpec(
                                spec ->
                                        spec.withAt(
                                                Json.of(true), "template", "spec", "hostNetwork")),
                "");
    }

    private KubeObject set() {
        return Objects.requireNonNull(cluster.get(Kinds.DAEMON_SET, ObjectKey.of("ns", "m")));
    }

    private List<KubeObject> pods() {
        return cluster.list(Kinds.POD, "ns");
    }

    private List<String> nodes() {
        return pods().stream().map(NodeFit::nodeOf).sorted().toList();
    }

    private void ready() {
        Json ready =
                JsonArray.of(
                        JsonObject.of("type", Json.of("Ready"), "status", Json.of("True"))
                                .with("lastTransitionTime", cluster.now().toString()));
        for (KubeObject pod : pods()) {
            if (pod.status().isEmpty()) {
                cluster.update(
                        Kinds.POD,
                        pod.withStatus(s -> s.with("phase", "Running").with("conditions", ready)),
                        "status");
            }
        }
    }

    private void finish() {
        for (int i = 0; i < 6; i++) {
            cluster.settle();
            ready();
        }
        cluster.settle();
    }
}
