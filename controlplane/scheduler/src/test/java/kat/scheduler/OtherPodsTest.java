package kat.scheduler;

import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kat.api.KubeObject;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.junit.jupiter.api.Test;

/// Decisions that depend on other pods.
class OtherPodsTest {

    private static final String NEAR_WEB =
            "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector:"
                    + " {matchLabels: {app: web}}, topologyKey: zone}]}}";

    private static final String APART_FROM_WEB = NEAR_WEB.replace("podAff", "podAntiAff");

    private final NodeInfo first = node("n1", "zone: a");
    private final NodeInfo second = node("n2", "zone: b");

    @Test
    void goesWhereThePodsAreThatItWantsNear() {
        Decision decision =
                decide(pod("p", "db", NEAR_WEB), first, second.with(pod("w", "web", "")));

        assertEquals(new Decision.Bind("n2"), decision);
    }

    @Test
    void theFirstOfAGroupMayGoAnywhere() {
        assertInstanceOf(Decision.Bind.class, decide(pod("p", "web", NEAR_WEB), first, second));
        assertTrue(
                message(decide(pod("p", "db", NEAR_WEB), first, second))
                        .startsWith(
                                "0/2 nodes are available: 2 node(s) didn't match pod affinity"
                                        + " rules."));
    }

    @Test
    void keepsApartAsEitherSideWants() {
        NodeInfo web = second.with(pod("w", "web", ""));
        NodeInfo shy = second.with(pod("s", "db", APART_FROM_WEB));

        assertEquals(new Decision.Bind("n1"), decide(pod("p", "db", APART_FROM_WEB), first, web));
        assertEquals(new Decision.Bind("n1"), decide(pod("p", "web", ""), first, shy));
        assertTrue(
                message(decide(pod("p", "web", ""), shy))
                        .contains("1 node(s) didn't satisfy existing pods anti-affinity rules"));
    }

    @Test
    void spreadsEvenlyOverParts() {
        String spread =
                "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable:"
                        + " DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]";
        NodeInfo used = first.with(pod("w", "web", ""));

        assertEquals(new Decision.Bind("n2"), decide(pod("p", "web", spread), used, second));
        assertTrue(
                message(decide(pod("p", "web", spread), node("n", "")))
                        .contains(
                                "1 node(s) didn't match pod topology spread constraints (missing"
                                        + " required label)"));
    }

    @Test
    void takesTheNodeWhereTheLeastImportantPodMustGo() {
        NodeInfo one = first.with(pod("low", "a", "priority: 5, " + cpu(3)));
        NodeInfo two = second.with(pod("lower", "a", "priority: 1, " + cpu(3)));

        Decision decision = decide(pod("p", "a", "priority: 9, " + cpu(3)), one, two);

        Decision.Preempt preempt = assertInstanceOf(Decision.Preempt.class, decision);
        assertEquals("n2", preempt.node());
        assertEquals(
                List.of("lower"), preempt.victims().stream().map(v -> v.key().name()).toList());
        assertEquals("0/2 nodes are available: 2 Insufficient cpu.", preempt.message());
    }

    @Test
    void leavesPodsAloneThatNeedNotGo() {
        NodeInfo full =
                first.with(pod("big", "a", "priority: 2, " + cpu(1)))
                        .with(pod("small", "a", "priority: 1, " + cpu(2)));

        Decision decision = decide(pod("p", "a", "priority: 9, " + cpu(3)), full);

        Decision.Preempt preempt = assertInstanceOf(Decision.Preempt.class, decision);
        assertEquals(
                List.of("small"), preempt.victims().stream().map(v -> v.key().name()).toList());
    }

    @Test
    void saysThatAClaimIsMissing() {
        assertEquals(
                "0/1 nodes are available: persistentvolumeclaim \"c\" not found. not found",
                message(
                        decide(
                                pod(
                                        "p",
                                        "a",
                                        "volumes: [{name: v, persistentVolumeClaim: {claimName:"
                                                + " c}}]"),
                                first)));
    }

    private static String cpu(int cores) {
        return "containers: [{resources: {requests: {cpu: '" + cores + "'}}}]";
    }

    private static String message(Decision decision) {
        return assertInstanceOf(Decision.NoNode.class, decision).message();
    }

    private static Decision decide(PodInfo pod, NodeInfo... nodes) {
        return new Scheduling(DefaultPlugins.all(ClusterObjects.NONE), Randomness.seeded(7))
                .decide(pod, List.of(nodes), 0)
                .decision();
    }

    private static PodInfo pod(String name, String app, String spec) {
        KubeObject pod =
                object(
                        "{metadata: {name: %s, namespace: ns, uid: uid-%s, labels: {app: %s}}, spec: {%s}}"
                                .formatted(name, name, app, spec));
        return PodInfo.of(pod);
    }
}
