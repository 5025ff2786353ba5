package kat.scheduler;

import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which node's pods give way, and which of them.
class PreemptionTest {

    private final List<KubeObject> budgets = new ArrayList<>();

    private final ClusterObjects objects =
            new ClusterObjects() {
                @Override
                public @Nullable KubeObject get(Kind kind, ObjectKey key) {
                    return null;
                }

                @Override
                public List<KubeObject> list(Kind kind, String namespace) {
                    return kind == Kinds.POD_DISRUPTION_BUDGET ? budgets : List.of();
                }
            };

    private static PodInfo pod(String name, long priority, int cores, String started) {
        String status = started.isEmpty() ? "{}" : "{startTime: '" + started + "'}";
        return PodInfo.of(
                object(
                        "{metadata: {name: %s, namespace: ns, uid: uid-%s, labels: {app: %s}}, spec: {priority: %d, containers: [{resources: {requests: {cpu: '%d'}}}]}, status: %s}"
                                .formatted(name, name, name, priority, cores, status)));
    }

    private void addBudget(String selector, int allowed) {
        budgets.add(
                object(
                        "{metadata: {name: b, namespace: ns, uid: b}, spec: {selector: %s}, status: {disruptionsAllowed: %d}}"
                                .formatted(selector, allowed)));
    }

    /// The node and its pods that make room for one of priority 9 that wants three cores.
    private String choice(NodeInfo... nodes) {
        Scheduling scheduling =
                new Scheduling(
                        Profile.USUAL,
                        DefaultPlugins.all(objects),
                        objects,
                        Randomness.seeded(7),
                        Stages.NONE);
        Decision decision = scheduling.decide(pod("p", 9, 3, ""), List.of(nodes), 0).decision();
        Decision.Preempt preempt = assertInstanceOf(Decision.Preempt.class, decision);
        return preempt.node()
                + " "
                + preempt.victims().stream().map(victim -> victim.key().name()).toList();
    }

    @Test
    void rathersPodsThatNoBudgetProtects() {
        addBudget("{matchLabels: {app: a}}", 0);

        assertEquals(
                "n2 [b]",
                choice(
                        node("n1", "zone: a").with(pod("a", 1, 3, "")),
                        node("n2", "zone: a").with(pod("b", 5, 3, ""))));
    }

    @Test
    void keepsTheProtectedOneOfANode() {
        addBudget("{matchLabels: {app: a}}", 0);

        assertEquals(
                "n1 [b]",
                choice(node("n1", "zone: a").with(pod("a", 1, 1, "")).with(pod("b", 5, 2, ""))));
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "{matchLabels: {app: a}}; 1; n1 [a]",
                "{matchLabels: {app: a}}; 0; n2 [b]",
                "{}; 0; n1 [a]",
            },
            delimiter = ';')
    void aBudgetProtectsWhatItSelectsAndAnEmptyOneNothing(
            String selector, int allowed, String choice) {
        addBudget(selector, allowed);

        assertEquals(
                choice,
                choice(
                        node("n1", "zone: a").with(pod("a", 1, 3, "")),
                        node("n2", "zone: a").with(pod("b", 5, 3, ""))));
    }

    @Test
    void takesTheNodeWhereAllVictimsTogetherMatterLeast() {
        assertEquals(
                "n2 [c, d]",
                choice(
                        node("n1", "zone: a").with(pod("a", 5, 2, "")).with(pod("b", 4, 2, "")),
                        node("n2", "zone: a").with(pod("c", 5, 2, "")).with(pod("d", 3, 2, ""))));
    }

    @Test
    void takesTheNodeWhoseMostImportantVictimStartedLast() {
        assertEquals(
                "n2 [b]",
                choice(
                        node("n1", "zone: a").with(pod("a", 5, 3, "2026-11-23T12:00:00Z")),
                        node("n2", "zone: a").with(pod("b", 5, 3, "2026-11-23T13:00:00Z"))));
    }

    @Test
    void countsAPodThatHasNotStartedAsTheYoungest() {
        assertEquals(
                "n1 [a]",
                choice(
                        node("n1", "zone: a").with(pod("a", 5, 3, "")),
                        node("n2", "zone: a").with(pod("b", 5, 3, "2026-11-23T13:00:00Z"))));
        assertEquals(
                "n1 [a]",
                choice(
                        node("n1", "zone: a")
                                .with(pod("a", 5, 2, ""))
                                .with(pod("b", 5, 1, "2026-11-23T13:00:00Z"))));
    }
}
