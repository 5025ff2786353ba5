package kat.scheduler;

import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the scheduler believes of nodes.
class NodeTableTest {

    private final NodeTable table = new NodeTable();

    NodeTableTest() {
        table.put(object("{kind: Node, metadata: {name: n1}, status: {allocatable: {pods: '9'}}}"));
        table.put(object("{kind: Node, metadata: {name: n2}, status: {allocatable: {pods: '9'}}}"));
    }

    private static PodInfo pod(String name, String metadata) {
        return PodInfo.of(
                object(
                        "{kind: Pod, metadata: {name: %s, namespace: ns, uid: %s, %s}, spec: {}}"
                                .formatted(name, name, metadata)));
    }

    private List<Integer> counts(int node) {
        return table.nodes().get(node).alike().stream().map(NodeInfo.Alike::count).toList();
    }

    private Likeness first(int node) {
        return table.nodes().get(node).alike().getFirst().likeness();
    }

    @Test
    void countsPodsTogetherThatSelectorsCannotTellApart() {
        table.assign(pod("a", "labels: {app: web}"), "n1");
        table.assign(pod("b", "labels: {app: web}"), "n1");
        table.assign(pod("c", "labels: {app: db}"), "n1");
        table.assign(
                pod("d", "labels: {app: web}, deletionTimestamp: '2026-01-01T00:00:00Z'"), "n1");

        assertEquals(List.of(2, 1, 1), counts(0));
    }

    @Test
    void keepsOneLikenessForAllThatAreAlike() {
        table.assign(pod("a", "labels: {app: web}"), "n1");
        table.assign(pod("b", "labels: {app: web}"), "n2");
        Likeness shared = first(0);

        assertSame(shared, first(1));

        table.release("a");
        table.release("b");
        table.assign(pod("c", "labels: {app: web}"), "n1");

        assertEquals(shared, first(0));
        assertNotSame(shared, first(0), "nobody had it any more");
    }

    /// A pod that is reserved for, and what is done next.
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "stays,  1, true, false",
        "left,   0, false, false",
        "moved,  0, true, false",
        "begun,  1, true, true",
        "ended,  0, false, false",
    })
    void aReservedPlaceCountsForAllUntilItIsGivenUp(
            String then, int onFirst, boolean counted, boolean placed) {
        PodInfo pod = pod("a", "labels: {app: web}");
        table.reserve(pod, "n1");
        assertFalse(table.isPlaced("a"));
        assertEquals(1, table.nodesFor(important()).getFirst().pods().size());

        switch (then) {
            case "left" -> assertTrue(table.unreserve("a"));
            case "moved" -> table.reserve(pod, "n2");
            case "begun" -> table.assign(pod, "n1");
            case "ended" -> assertTrue(table.release("a"));
            default -> {}
        }

        assertEquals(onFirst, table.nodesFor(important()).getFirst().pods().size());
        assertEquals(counted, table.nodeOf("a") != null);
        assertEquals(placed, table.isPlaced("a"));
    }

    private static PodInfo important() {
        return PodInfo.of(
                object(
                        "{kind: Pod, metadata: {name: x, namespace: ns, uid: x},"
                                + " spec: {priority: 1000}}"));
    }

    @Test
    void whatIsAssignedIsNotUnreserved() {
        table.assign(pod("a", "labels: {app: web}"), "n1");

        assertFalse(table.unreserve("a"));
        assertEquals("n1", table.nodeOf("a"));
    }
}
