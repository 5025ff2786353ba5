package kat.controllers.disruption;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Plan;
import kat.client.testing.MemoryCluster;
import kat.controllers.podautoscaler.CustomScales;
import kat.controllers.podautoscaler.MetricFault;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DisruptionBudgetsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String READY =
            "phase: Running, conditions: [{type: Ready, status: 'True', lastTransitionTime:"
                    + " '2026-01-01T00:00:00Z'}]";

    private final MemoryCluster cluster =
            new MemoryCluster(NOW, new DisruptionBudgets(new Things()), new StaleDisruptions());

    /// Custom resources of the kind Thing, each four large, and Plain, which has no size.
    private static final class Things implements CustomScales {
        @Override
        public @Nullable Kind kind(String apiVersion, String kind) {
            Kind like = kind.equals("Thing") ? Kinds.STATEFUL_SET : Kinds.CONFIG_MAP;
            return apiVersion.equals("x.io/v1")
                    ? new Kind(
                            "x.io",
                            "v1",
                            kind,
                            kind.toLowerCase(Locale.ROOT) + "s",
                            "",
                            true,
                            List.of(),
                            List.of(),
                            like.subresources(),
                            List.of(),
                            "")
                    : null;
        }

        @Override
        public JsonObject scale(Kind kind, ObjectKey key) throws MetricFault {
            if (key.name().equals("down")) {
                throw MetricFault.of(Status.internalError("no conversion"));
            }
            if (!key.name().equals("t")) {
                throw MetricFault.of(Status.notFound(kind, key.name()));
            }
            return (JsonObject) Yaml.parse("{metadata: {uid: u}, spec: {replicas: 4}}");
        }
    }

    /// @param owner of the one pod, as YAML
    /// @param status fields of the budget's status
    private record Case(String name, String owner, String status, List<String> messages) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String UNMANAGED =
            "Pods selected by this PodDisruptionBudget (selector:"
                    + " &LabelSelector{MatchLabels:map[string]string{app:"
                    + " a,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be"
                    + " unmanaged. As a result, the status of the PDB cannot be calculated correctly,"
                    + " which may result in undefined behavior. To account for these pods please set"
                    + " \".spec.minAvailable\" field of the PDB to an integer value.";

    private static Case refused(String name, String owner, String why) {
        return new Case(
                name,
                owner,
                "SyncFailed " + why + " 0 of 0",
                List.of("Failed to calculate the number of expected pods: " + why));
    }

    static List<Case> owners() {
        return List.of(
                new Case("nobody", "", "InsufficientPods  1 of 0", List.of(UNMANAGED)),
                new Case(
                        "a custom resource",
                        "{apiVersion: x.io/v1, kind: Thing, name: t, uid: u, controller: true}",
                        "InsufficientPods  1 of 4",
                        List.of()),
                refused(
                        "a job",
                        "{apiVersion: batch/v1, kind: Job, name: j, uid: u, controller: true}",
                        "jobs.batch does not implement the scale subresource"),
                refused(
                        "a custom resource without size",
                        "{apiVersion: x.io/v1, kind: Plain, name: t, uid: u, controller: true}",
                        "plains.x.io does not implement the scale subresource"),
                refused(
                        "a custom resource that is gone",
                        "{apiVersion: x.io/v1, kind: Thing, name: no, uid: u, controller: true}",
                        "found no controllers for pod \"p\""),
                refused(
                        "a custom resource that cannot be read",
                        "{apiVersion: x.io/v1, kind: Thing, name: down, uid: u, controller: true}",
                        Status.internalError("no conversion").message()),
                refused(
                        "a set that is gone",
                        "{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller:"
                                + " true}",
                        "found no controllers for pod \"p\""),
                refused(
                        "a kind that nobody knows",
                        "{apiVersion: y.io/v1, kind: Nope, name: n, uid: u, controller: true}",
                        "no matches for kind \"Nope\" in version \"y.io/v1\""));
    }

    @ParameterizedTest
    @MethodSource("owners")
    void countsByTheOwnersOfPods(Case each) {
        pod("ownerReferences: [" + each.owner() + "]", READY);
        budget("maxUnavailable: 1", "");

        cluster.settle();

        JsonObject status = budget().status();
        JsonObject condition = Pods.condition(budget(), "DisruptionAllowed");
        assertEquals(
                each.status(),
                "%s %s %d of %d"
                        .formatted(
                                condition.string("reason"),
                                condition.string("message"),
                                status.integer("currentHealthy", -1),
                                status.integer("expectedPods", -1)));
        assertEquals(0, status.integer("disruptionsAllowed", -1));
        assertEquals(each.messages(), cluster.messages());
    }

    @Test
    void looksAgainWhileItDoesNotKnowHowManyPodsThereShouldBe() {
        pod(
                "ownerReferences: [{apiVersion: x.io/v1, kind: Thing, name: down, uid: u,"
                        + " controller: true}]",
                READY);
        budget("maxUnavailable: 1", "");
        cluster.settle();

        Plan again = new DisruptionBudgets(new Things()).reconcile(cluster, budget().key(), NOW);

        assertEquals(List.of(), again.changes());
        assertEquals(Duration.ofMinutes(1), again.requeueAfter());
    }

    @Test
    void needsNoOwnersForANumberOfPods() {
        pod("", READY);
        budget("minAvailable: 0", "");

        cluster.settle();

        assertEquals(1, budget().status().integer("disruptionsAllowed", 0));
        assertEquals(List.of(), cluster.messages());
    }

    @Test
    void tellsAPodThatWasGrantedToGoAndStayed() {
        pod("", READY);
        budget("minAvailable: 1", "disruptedPods: {p: '2026-01-01T00:00:00Z'}");
        cluster.settle();
        assertEquals(0, budget().status().integer("currentHealthy", 0));

        cluster.advance(Duration.ofSeconds(121));
        cluster.settle();

        assertEquals(1, budget().status().integer("currentHealthy", 0));
        assertEquals(
                List.of("Pod was expected by PDB ns/ns to be deleted but it wasn't"),
                cluster.messages());
    }

    @Test
    void takesBackWhatWasAnnouncedToAPodThatStayed() {
        pod("", announced("EvictionByEvictionAPI"));
        cluster.settle();
        assertEquals("True", announcement().string("status"));

        cluster.advance(Duration.ofSeconds(121));
        cluster.settle();

        assertEquals("False", announcement().string("status"));
        assertEquals("", announcement().string("reason"));
        assertEquals("2026-01-01T00:02:01Z", announcement().string("lastTransitionTime"));
    }

    @Test
    void leavesWhatAKubeletAnnounced() {
        pod("", announced("TerminationByKubelet"));

        cluster.settle();
        cluster.advance(Duration.ofSeconds(121));
        cluster.settle();

        assertEquals("True", announcement().string("status"));
    }

    private static String announced(String reason) {
        return "phase: Running, conditions: [{type: DisruptionTarget, status: 'True', reason: "
                + reason
                + ", message: m, lastTransitionTime: '2026-01-01T00:00:00Z'}]";
    }

    private JsonObject announcement() {
        return Pods.condition(
                Objects.requireNonNull(cluster.get(Kinds.POD, ObjectKey.of("ns", "p"))),
                "DisruptionTarget");
    }

    private void pod(String metadata, String status) {
        create(
                Kinds.POD,
                "metadata: {name: p, namespace: ns, labels: {app: a}, %s}, status: {%s}"
                        .formatted(metadata, status));
    }

    private void budget(String spec, String status) {
        create(
                Kinds.POD_DISRUPTION_BUDGET,
                "metadata: {name: b, namespace: ns}, spec: {selector: {matchLabels: {app: a}}, %s},"
                                .formatted(spec)
                        + " status: {%s}".formatted(status));
    }

    private void create(Kind kind, String text) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse("{" + text + "}")));
    }

    private KubeObject budget() {
        return Objects.requireNonNull(
                cluster.get(Kinds.POD_DISRUPTION_BUDGET, ObjectKey.of("ns", "b")));
    }
}
