package kat.controllers.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Change;
import kat.client.Plan;
import kat.client.testing.MemoryCluster;
import kat.controllers.replicaset.ReplicaSetController;
import kat.controllers.workload.Conditions;
import kat.controllers.workload.Pods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Deployment and ReplicaSet controllers together, with pods that become ready when the test says
/// so.
class DeploymentRolloutTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectKey KEY = ObjectKey.of("ns", "web");

    private final MemoryCluster cluster =
            new MemoryCluster(
                    START, new DeploymentController(), ReplicaSetController.forReplicaSets());

    @Test
    void createsASetAndItsPods() {
        deploy(2, "{}");
        settleReady();

        KubeObject deployment = deployment();
        assertEquals("1", deployment.annotation(Revisions.REVISION));
        assertEquals(
                "{\"availableReplicas\":2,\"observedGeneration\":1,\"readyReplicas\":2,"
                        + "\"replicas\":2,\"terminatingReplicas\":0,\"updatedReplicas\":2}",
                deployment.status().without("conditions").toString());
        String set = sets().getFirst().name();
        assertEquals(
                List.of("MinimumReplicasAvailable", "NewReplicaSetAvailable"), reasons(deployment));
        assertEquals(
                "Scaled up replica set " + set + " from 0 to 2", cluster.messages().getFirst());
    }

    @Test
    void rollsOutOneByOneAndKeepsTheOldSet() {
        deploy(2, "{}");
        settleReady();
        String old = sets().getFirst().name();

        setImage("app:2");
        settleReady();

        assertEquals(2, sets().size());
        String next =
                sets().stream()
                        .map(KubeObject::name)
                        .filter(name -> !name.equals(old))
                        .findAny()
                        .orElseThrow();
        assertEquals(
                List.of(
                        "Scaled up replica set " + old + " from 0 to 2",
                        "Scaled up replica set " + next + " from 0 to 1",
                        "Scaled down replica set " + old + " from 2 to 1",
                        "Scaled up replica set " + next + " from 1 to 2",
                        "Scaled down replica set " + old + " from 1 to 0"),
                scalings());
        assertEquals("2", deployment().annotation(Revisions.REVISION));
    }

    @Test
    void goesBackToAnOldTemplateWithItsOldSet() {
        deploy(1, "{}");
        settleReady();
        setImage("app:2");
        settleReady();
        setImage("app:1");
        settleReady();

        assertEquals(2, sets().size());
        assertEquals("3", deployment().annotation(Revisions.REVISION));
        KubeObject active =
                sets().stream().filter(set -> Rollout.replicas(set) == 1).findAny().orElseThrow();
        assertEquals("1", active.annotation(Revisions.HISTORY));
    }

    @Test
    void keepsOnlySoManyOldSets() {
        deploy(1, "{}");
        for (int i = 2; i < 18; i++) {
            settleReady();
            setImage("app:" + i);
        }
        settleReady();

        assertEquals(11, sets().size());
    }

    /// The old pod stays until the new one has been ready for so long.
    @Test
    void waitsUntilAPodHasBeenReadyForAWhile() {
        deploy(1, "{}");
        settleReady();
        change(deployment().withSpec(spec -> spec.with("minReadySeconds", 5)));
        cluster.advance(Duration.ofSeconds(5));
        settleReady();
        assertEquals(1, deployment().status().integer("availableReplicas", 0));

        setImage("app:2");
        settleReady();
        assertEquals(List.of("app:1", "app:2"), images().stream().sorted().toList());
        cluster.advance(Duration.ofSeconds(4));
        settleReady();
        assertEquals(2, images().size());

        cluster.advance(Duration.ofSeconds(1));
        settleReady();
        assertEquals(List.of("app:2"), images());
        assertEquals(1, deployment().status().integer("availableReplicas", 0));
    }

    @Test
    void recreatesOnlyWhenTheOldPodsAreGone() {
        deploy(3, "{type: Recreate}");
        settleReady();
        setImage("app:2");
        int most = 0;
        for (int i = 0; i < 40; i++) {
            cluster.round();
            most = Math.max(most, pods().size());
            assertEquals(1, images().size() > 1 ? 2 : 1, "old and new pods together");
        }
        settleReady();

        assertEquals(3, most);
        assertEquals(List.of("app:2"), images());
    }

    @Test
    void saysWhenItIsStuck() {
        deploy(1, "{}");
        cluster.settle();

        cluster.advance(Duration.ofSeconds(700));
        cluster.settle();

        JsonObject progressing = Pods.condition(deployment(), "Progressing");
        assertEquals("ProgressDeadlineExceeded", progressing.string("reason"));
        assertEquals(
                "ReplicaSet \"" + sets().getFirst().name() + "\" has timed out progressing.",
                progressing.string("message"));
    }

    @Test
    void doesNothingWhilePausedButScale() {
        deploy(2, "{}");
        settleReady();
        change(deployment().withSpec(spec -> spec.with("paused", true)));
        settleReady();
        setImage("app:2");
        change(deployment().withSpec(spec -> spec.with("replicas", 3)));
        settleReady();

        assertEquals(1, sets().size());
        assertEquals(3, pods().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverTooFewNorTooMany(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int replicas = 3 + random.nextInt(8);
        int surge = random.nextInt(3);
        int unavailable = surge == 0 ? 1 + random.nextInt(2) : random.nextInt(3);
        deploy(
                replicas,
                "{type: RollingUpdate, rollingUpdate: {maxSurge: %d, maxUnavailable: %d}}"
                        .formatted(surge, unavailable));
        settleReady();
        setImage("app:2");
        for (int i = 0; i < 400 && !images().equals(List.of("app:2")); i++) {
            cluster.round();
            long ready = pods().stream().filter(Pods::isReady).count();
            assertTrue(
                    ready >= replicas - unavailable, "seed " + seed + ": only " + ready + " ready");
            assertTrue(
                    pods().size() <= replicas + surge,
                    "seed " + seed + ": " + pods().size() + " pods");
            pods().stream()
                    .filter(pod -> !Pods.isReady(pod))
                    .findFirst()
                    .ifPresent(this::makeReady);
        }
        settleReady();

        assertEquals(List.of("app:2"), images());
        assertEquals(replicas, pods().size());
    }

    @Test
    void waitsForASetOfItsOwnThatItHasNotSeen() {
        deploy(2, "{}");
        Plan plan = new DeploymentController().reconcile(cluster, KEY, START);
        cluster.run(plan);

        cluster.run(plan);
        settleReady();

        assertEquals(1, sets().size());
        assertFalse(deployment().status().has("collisionCount"));
    }

    @Test
    void takesAnotherNameWhereAnotherTemplateHasIt() {
        deploy(2, "{}");
        Plan plan = new DeploymentController().reconcile(cluster, KEY, START);
        Change.Create create = (Change.Create) plan.changes().getFirst();
        JsonObject other = JsonObject.of("image", Json.of("other:1"), "name", Json.of("main"));
        KubeObject unused =
                cluster.create(
                        Kinds.REPLICA_SET,
                        create.object()
                                .withSpec(
                                        spec ->
                                                spec.withAt(
                                                        JsonArray.of(other),
                                                        "template",
                                                        "spec",
                                                        "containers")));

        cluster.run(plan);
        assertEquals(1, deployment().status().integer("collisionCount", 0));
        settleReady();

        assertEquals(2, sets().size());
    }

    private void deploy(int replicas, String strategy) {
        String yaml =
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: ns}
                spec:
                  replicas: %d
                  revisionHistoryLimit: 10
                  progressDeadlineSeconds: 600
                  selector: {matchLabels: {app: web}}
                  strategy: %s
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: main, image: 'app:1'}]}
                """
                        .formatted(
                                replicas,
                                strategy.equals("{}")
                                        ? "{type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}"
                                        : strategy);
        cluster.create(Kinds.DEPLOYMENT, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }

    private KubeObject deployment() {
        KubeObject found = cluster.get(Kinds.DEPLOYMENT, KEY);
        assertNotNull(found);
        return found;
    }

    private void change(KubeObject deployment) {
        cluster.update(Kinds.DEPLOYMENT, deployment, "");
    }

    private void setImage(String image) {
        JsonArray containers =
                JsonArray.of(JsonObject.of("name", Json.of("main"), "image", Json.of(image)));
        change(
                deployment()
                        .withSpec(
                                spec -> spec.withAt(containers, "template", "spec", "containers")));
    }

    private void settleReady() {
        for (int i = 0; i < 300; i++) {
            boolean changed = cluster.round();
            List<KubeObject> unready = new ArrayList<>(pods());
            unready.removeIf(Pods::isReady);
            unready.forEach(this::makeReady);
            if (!changed && unready.isEmpty()) {
                return;
            }
        }
        throw new AssertionError("not settled: " + deployment().tree());
    }

    private void makeReady(KubeObject pod) {
        JsonArray conditions =
                Conditions.set(
                        JsonArray.EMPTY, Conditions.of("Ready", "True", "", ""), cluster.now());
        cluster.update(
                Kinds.POD,
                pod.withStatus(
                        status -> status.with("phase", "Running").with("conditions", conditions)),
                "status");
    }

    private List<KubeObject> sets() {
        return cluster.list(Kinds.REPLICA_SET, "ns");
    }

    private List<KubeObject> pods() {
        return cluster.list(Kinds.POD, "ns");
    }

    private List<String> images() {
        return pods().stream()
                .map(pod -> pod.spec().array("containers").objects().getFirst().string("image"))
                .distinct()
                .toList();
    }

    private List<String> scalings() {
        return cluster.messages().stream().filter(each -> each.startsWith("Scaled")).toList();
    }

    private static List<String> reasons(KubeObject object) {
        return object.status().array("conditions").objects().stream()
                .map(condition -> condition.string("reason"))
                .sorted()
                .toList();
    }
}
