package kat.controllers.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Controller;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class NodeLifecycleTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> clock = new AtomicReference<>(START);
    private final NodeLifecycle lifecycle = new NodeLifecycle(START, clock::get);
    private final MemoryCluster cluster = new MemoryCluster(START, lifecycle, new TaintEviction());

    @Test
    void takesASilentNodeForUnreachable() {
        node("a", "True");
        node("b", "True");
        cluster.advance(Duration.ofSeconds(51));
        renew("b");

        cluster.settle();

        assertEquals(
                List.of(
                        "node.kubernetes.io/unreachable:NoSchedule",
                        "node.kubernetes.io/unreachable:NoExecute"),
                taints("a"));
        assertEquals(List.of(), taints("b"));
        assertEquals(List.of("Node a status is now: NodeNotReady"), messages());
    }

    /// The times that nodes write are those of their own clocks.
    @Test
    void measuresFromWhenItSawARenewal() {
        node("fast", "True");
        node("slow", "True");
        renew("fast", START.plusSeconds(3600));
        renew("slow", START.minusSeconds(3600));
        cluster.settle();
        cluster.advance(Duration.ofSeconds(30));
        renew("slow", START.minusSeconds(3570));
        cluster.settle();

        cluster.advance(Duration.ofSeconds(30));
        cluster.settle();

        assertEquals(2, taints("fast").size());
        assertEquals(List.of(), taints("slow"));
    }

    /// A node that is looked at late is silent since its heartbeat came, not since the look.
    @Test
    void noticesARenewalWhenItComes() {
        node("a", "True");
        node("b", "True");
        cluster.settle();
        clock.set(START.plusSeconds(30));
        renew("a", START.plusSeconds(30));
        assertEquals(List.of(), told("a"));
        cluster.advance(Duration.ofSeconds(79));
        renew("b");
        cluster.settle();
        assertEquals(List.of(), taints("a"));

        cluster.advance(Duration.ofSeconds(2));
        cluster.settle();

        assertEquals(2, taints("a").size());
        assertEquals(List.of(), taints("b"));
    }

    @Test
    void looksAtAGivenUpNodeWhenItsLeaseIsRenewedOrGone() {
        node("up", "True");
        node("down", "Unknown");
        for (String name : List.of("up", "down", "stranger")) {
            renew(name);
        }

        assertEquals(List.of(), told("up"));
        assertEquals(List.of(ObjectKey.of("", "down")), told("down"));
        assertEquals(List.of(), told("stranger"));
        KubeObject lease = cluster.get(Kinds.LEASE, ObjectKey.of("kube-node-lease", "up"));
        assertEquals(List.of(ObjectKey.of("", "up")), leases().keys().keys(cluster, lease, null));
    }

    @Test
    void takesLeasesOfOthersForNoHeartbeats() {
        node("down", "Unknown");
        KubeObject other =
                new KubeObject(
                        (JsonObject)
                                Yaml.parse("{metadata: {name: down, namespace: kube-system}}"));

        assertEquals(List.of(), leases().keys().keys(cluster, null, other));
    }

    private Controller.Watched leases() {
        return lifecycle.watches().stream()
                .filter(each -> each.kind().equals(Kinds.LEASE))
                .findFirst()
                .orElseThrow();
    }

    /// Which nodes are looked at when the lease of one has changed into what it is.
    private Collection<ObjectKey> told(String name) {
        KubeObject lease = cluster.get(Kinds.LEASE, ObjectKey.of("kube-node-lease", name));
        return leases().keys().keys(cluster, lease, lease);
    }

    @Test
    void leavesPodsWhereTheyAreWhenAllNodesAreSilent() {
        node("a", "True");
        cluster.advance(Duration.ofSeconds(51));

        cluster.settle();

        assertEquals(List.of("node.kubernetes.io/unreachable:NoSchedule"), taints("a"));
    }

    @Test
    void freesANodeThatIsReadyAgain() {
        node("a", "False");
        node("b", "True");
        cluster.settle();
        assertEquals(2, taints("a").size());

        status("a", "True");
        cluster.settle();

        assertEquals(List.of(), taints("a"));
    }

    @Test
    void movesPodsAwayWhenTheirPatienceEnds() {
        node("a", "False");
        node("b", "True");
        pod("hasty", "[]");
        pod(
                "patient",
                "[{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute,"
                        + " tolerationSeconds: 300}]");
        pod("loyal", "[{operator: Exists}]");
        cluster.settle();
        assertNull(cluster.get(Kinds.POD, ObjectKey.of("ns", "hasty")));
        assertNotNull(cluster.get(Kinds.POD, ObjectKey.of("ns", "patient")));

        cluster.advance(Duration.ofSeconds(301));
        renew("b");
        cluster.settle();

        assertNull(cluster.get(Kinds.POD, ObjectKey.of("ns", "patient")));
        assertNotNull(cluster.get(Kinds.POD, ObjectKey.of("ns", "loyal")));
        assertEquals(
                List.of("Marking for deletion Pod ns/hasty", "Marking for deletion Pod ns/patient"),
                messages());
    }

    @Test
    void tellsOnceOfNodesThatComeAndGo() {
        node("a", "True");
        cluster.settle();
        cluster.settle();

        cluster.delete(Kinds.NODE, get("a"));
        cluster.run(lifecycle.reconcile(cluster, ObjectKey.of("", "a"), START));
        cluster.run(lifecycle.reconcile(cluster, ObjectKey.of("", "a"), START));

        assertEquals(
                List.of(
                        "Node a event: Registered Node a in Controller",
                        "Node a event: Removing Node a from Controller"),
                cluster.messages());
    }

    /// What was told but for nodes that came.
    private List<String> messages() {
        return cluster.messages().stream()
                .filter(message -> !message.contains(" event: Registered Node "))
                .toList();
    }

    private void node(String name, String ready) {
        create(
                Kinds.NODE,
                "{metadata: {name: %s}, status: {conditions: [{type: Ready, status: '%s'}]}}"
                        .formatted(name, ready));
    }

    private void status(String name, String ready) {
        KubeObject node = get(name);
        JsonObject condition = JsonObject.EMPTY.with("type", "Ready").with("status", ready);
        cluster.update(
                Kinds.NODE,
                node.withStatus(status -> status.with("conditions", JsonArray.of(condition))),
                "status");
    }

    private void renew(String name) {
        renew(name, cluster.now());
    }

    /// @param time that the node writes
    private void renew(String name, Instant time) {
        ObjectKey key = ObjectKey.of("kube-node-lease", name);
        KubeObject known = cluster.get(Kinds.LEASE, key);
        if (known != null) {
            cluster.delete(Kinds.LEASE, known);
        }
        create(
                Kinds.LEASE,
                "{metadata: {name: %s, namespace: kube-node-lease}, spec: {renewTime: '%s'}}"
                        .formatted(name, time));
    }

    private void pod(String name, String tolerations) {
        create(
                Kinds.POD,
                "{metadata: {name: %s, namespace: ns}, spec: {nodeName: a, tolerations: %s}}"
                        .formatted(name, tolerations));
    }

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }

    private KubeObject get(String name) {
        KubeObject node = cluster.get(Kinds.NODE, ObjectKey.of("", name));
        assertNotNull(node);
        return node;
    }

    private List<String> taints(String name) {
        return get(name).spec().array("taints").objects().stream()
                .map(taint -> taint.string("key") + ":" + taint.string("effect"))
                .toList();
    }
}
