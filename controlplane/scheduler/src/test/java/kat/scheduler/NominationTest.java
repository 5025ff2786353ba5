package kat.scheduler;

import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pods that are expected on a node before they have one.
class NominationTest {

    private static final String LEAVING = "deletionTimestamp: '2026-01-01T00:00:00Z'";

    private final NodeTable table = new NodeTable();

    NominationTest() {
        table.put(object("{kind: Node, metadata: {name: n1}, status: {allocatable: {pods: '9'}}}"));
        table.put(object("{kind: Node, metadata: {name: n2}, status: {allocatable: {pods: '9'}}}"));
    }

    private static PodInfo pod(String name, long priority, String status) {
        return pod(name, "", priority, "containers: [{}]", status);
    }

    private static PodInfo pod(
            String name, String metadata, long priority, String spec, String status) {
        return PodInfo.of(
                object(
                        "{metadata: {name: %s, namespace: ns, uid: %s, %s}, spec: {priority: %d, %s}, status: {%s}}"
                                .formatted(name, name, metadata, priority, spec, status)));
    }

    private int podsSeenBy(PodInfo pod) {
        return table.nodesFor(pod).getFirst().pods().size();
    }

    @ParameterizedTest
    @CsvSource({"nominee, 5, 0", "lesser, 4, 1", "equal, 5, 1", "greater, 6, 0"})
    void keepTheirRoomFromWhoMattersNoMore(String name, long priority, int seen) {
        assertEquals(List.of(), table.nominate(pod("nominee", 5, ""), "n1"));

        assertEquals(seen, podsSeenBy(pod(name, priority, "")));
    }

    @Test
    void giveWayToOneThatMattersMore() {
        PodInfo lesser = pod("lesser", 1, "");
        assertEquals(List.of(), table.nominate(lesser, "n1"));
        assertEquals(List.of(), table.nominate(pod("elsewhere", 1, ""), "n2"));

        assertEquals(List.of(lesser), table.nominate(pod("p", 5, ""), "n1"));
        assertEquals(List.of(), table.nominate(pod("equal", 5, ""), "n1"));
        assertEquals(Nomination.NONE, table.nomination(lesser));
    }

    /// What a pod said before and says now, and where it is expected then.
    @ParameterizedTest
    @CsvSource({
        "'', '', n1, 'made by the scheduler, not written yet'",
        "'', n2, n2, said by somebody",
        "n1, '', '', taken back by somebody",
        "n1, n2, n2, changed by somebody",
    })
    void areExpectedWhereTheySay(String before, String now, String node, String why) {
        assertEquals(List.of(), table.nominate(pod("p", 5, ""), "n1"));
        PodInfo pod = pod("p", 5, now.isEmpty() ? "" : "nominatedNodeName: " + now);

        table.nominated(pod, before);

        assertEquals(node, table.nomination(pod).node(), why);
    }

    @ParameterizedTest
    @CsvSource({
        "1, PreemptionByScheduler, true, true",
        "1, EvictionByEvictionAPI, true, false",
        "1, PreemptionByScheduler, false, false",
        "5, PreemptionByScheduler, true, false",
    })
    void waitForThoseThatTheSchedulerSentAway(
            long priority, String reason, boolean leaving, boolean waits) {
        String condition = "conditions: [{type: DisruptionTarget, status: 'True', reason: %s}]";
        table.assign(
                pod(
                        "victim",
                        leaving ? LEAVING : "",
                        priority,
                        "containers: [{}]",
                        condition.formatted(reason)),
                "n1");
        PodInfo pod = pod("p", 5, "");
        assertEquals(List.of(), table.nominate(pod, "n1"));

        assertEquals(new Nomination("n1", waits), table.nomination(pod));
    }

    private static final String CORES = "containers: [{resources: {requests: {cpu: '%d'}}}]";

    private static Decision decide(PodInfo pod, List<NodeInfo> nodes, Nomination nomination) {
        return new Scheduling(DefaultPlugins.all(ClusterObjects.NONE), Randomness.seeded(7))
                .decide(pod, nodes, 0, nomination)
                .decision();
    }

    @Test
    void goWhereTheyAreExpectedAlthoughAnotherNodeIsEmptier() {
        PodInfo one = pod("one", "", 0, CORES.formatted(1), "");
        List<NodeInfo> nodes = List.of(node("n1", "").with(one), node("n2", ""));

        assertEquals(new Decision.Bind("n2"), decide(one, nodes, Nomination.NONE));
        assertEquals(new Decision.Bind("n1"), decide(one, nodes, new Nomination("n1", false)));
        assertEquals(new Decision.Bind("n2"), decide(one, nodes, new Nomination("gone", false)));
        PodInfo large = pod("large", "", 0, CORES.formatted(4), "");
        assertEquals(new Decision.Bind("n2"), decide(large, nodes, new Nomination("n1", false)));
    }

    /// A pod that wants a whole node, where one of priority 1 is.
    @ParameterizedTest
    @CsvSource({
        "5, PreemptLowerPriority, n1, false, preempts, ''",
        "5, PreemptLowerPriority, n1, true, keeps, not eligible due to terminating pod on the"
                + " nominated node.",
        "5, Never, n1, false, keeps, not eligible due to preemptionPolicy=Never.",
        "1, PreemptLowerPriority, n1, false, takes back, 0/1 nodes are available: 1 No preemption"
                + " victims found for incoming pod.",
    })
    void areTakenBackWhenNothingHelpsAnyMore(
            long priority, String policy, String node, boolean room, String then, String why) {
        List<NodeInfo> nodes =
                List.of(node("n1", "").with(pod("v", "", 1, CORES.formatted(2), "")));
        PodInfo pod =
                pod(
                        "p",
                        "",
                        priority,
                        "preemptionPolicy: " + policy + ", " + CORES.formatted(4),
                        "");

        Decision decision = decide(pod, nodes, new Nomination(node, room));

        if (then.equals("preempts")) {
            assertInstanceOf(Decision.Preempt.class, decision);
            return;
        }
        Decision.NoNode none = assertInstanceOf(Decision.NoNode.class, decision);
        assertEquals(then.equals("keeps"), none.keepsNomination());
        assertTrue(none.message().endsWith("preemption: " + why), none::message);
    }

    @Test
    void areTakenBackWhereNoNodeIsLeft() {
        Decision.NoNode none =
                assertInstanceOf(
                        Decision.NoNode.class,
                        decide(pod("p", 5, ""), List.of(), new Nomination("n1", false)));

        assertFalse(none.keepsNomination());
    }
}
