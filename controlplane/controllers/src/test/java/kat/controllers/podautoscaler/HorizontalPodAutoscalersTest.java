package kat.controllers.podautoscaler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Change;
import kat.client.Plan;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class HorizontalPodAutoscalersTest {

    private static final Kind AUTOSCALER =
            Kinds.builtIn().require("autoscaling/v2", "HorizontalPodAutoscaler");
    private static final ObjectKey KEY = ObjectKey.of("ns", "h");
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final String CPU =
            "[{type: Resource, resource: {name: cpu, target: {type: Utilization,"
                    + " averageUtilization: 50}}}]";

    private final List<KubeObject> measured = new ArrayList<>();
    private final Metrics.OfPodsOnly metrics = _ -> List.copyOf(measured);
    private final HorizontalPodAutoscalers controller =
            new HorizontalPodAutoscalers(metrics, CustomScales.NONE);
    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T01:00:00Z"), controller);

    @Test
    void looksForTheFirstTimeFifteenSecondsAfterItIsCreated() {
        deployment(1);
        autoscaler(CPU);

        Plan atOnce = controller.reconcile(cluster, KEY, cluster.now());
        cluster.advance(PERIOD.minusSeconds(5));
        Plan early = controller.reconcile(cluster, KEY, cluster.now());
        cluster.advance(Duration.ofSeconds(5));
        Plan due = controller.reconcile(cluster, KEY, cluster.now());

        assertEquals(Plan.builder().requeueAfter(PERIOD).build(), atOnce);
        assertEquals(Plan.builder().requeueAfter(Duration.ofSeconds(5)).build(), early);
        assertFalse(due.changes().isEmpty());
    }

    @Test
    void scalesUpByTheShareOfRequests() {
        deployment(2);
        pod("a", "400m");
        pod("b", "600m");
        autoscaler(CPU);

        look();

        assertEquals(4, replicas());
        assertEquals(
                "New size: 4; reason: cpu resource utilization (percentage of request) above"
                        + " target",
                cluster.messages().getLast());
        assertEquals(
                List.of(
                        "AbleToScale True SucceededRescale",
                        "ScalingActive True ValidMetricFound",
                        "ScalingLimited False DesiredWithinRange"),
                conditions());
        assertEquals(
                "[{\"resource\":{\"current\":{\"averageUtilization\":100,\"averageValue\":\"500m\"},"
                        + "\"name\":\"cpu\"},\"type\":\"Resource\"}]",
                autoscaler().status().array("currentMetrics").toString());
        assertEquals(2, autoscaler().status().integer("currentReplicas", 0));
        assertEquals(4, autoscaler().status().integer("desiredReplicas", 0));
    }

    @Test
    void scalesUpByOneContainerAlone() {
        deployment(2);
        pod("a", "100m", "150m");
        pod("b", "100m", "250m");
        autoscaler(ofContainer("side"));

        look();

        assertEquals(4, replicas());
        assertEquals(
                "New size: 4; reason: cpu container resource utilization (percentage of request)"
                        + " above target",
                cluster.messages().getLast());
        assertEquals(
                "the HPA was able to successfully calculate a replica count from cpu container"
                        + " resource utilization (percentage of request)",
                autoscaler().status().array("conditions").objects().get(1).string("message"));
        assertEquals(
                "[{\"containerResource\":{\"container\":\"side\",\"current\":"
                        + "{\"averageUtilization\":100,\"averageValue\":\"200m\"},"
                        + "\"name\":\"cpu\"},\"type\":\"ContainerResource\"}]",
                autoscaler().status().array("currentMetrics").toString());
    }

    @Test
    void staysWhereOnlyAnotherContainerIsBusy() {
        deployment(2);
        pod("a", "230m", "2");
        pod("b", "270m", "2");
        autoscaler(ofContainer("main"));

        look();

        assertEquals(2, replicas());
    }

    @Test
    void saysThatPodsHaveNoSuchContainer() {
        deployment(1);
        pod("a", "100m", "200m");
        autoscaler(ofContainer("none"));

        look();

        String why = "failed to get cpu utilization: container none not found in Pod a";
        JsonObject active = autoscaler().status().array("conditions").objects().getLast();
        assertEquals("FailedGetContainerResourceMetric", active.string("reason"));
        assertEquals(
                "the HPA was unable to compute the replica count: " + why,
                active.string("message"));
        assertEquals(
                List.of(
                        why,
                        "invalid metrics (1 invalid out of 1), first error is: failed to get none"
                                + " container metric value: "
                                + why),
                cluster.messages());
    }

    @Test
    void scalesACustomResourceByItsScale() throws MetricFault {
        Kind kind =
                new Kind(
                        "argoproj.io",
                        "v1alpha1",
                        "Rollout",
                        "rollouts",
                        "rollout",
                        true,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        "");
        JsonObject scale =
                (JsonObject)
                        Yaml.parse(
                                "{metadata: {name: web, namespace: ns, resourceVersion: '7'}, spec:"
                                        + " {replicas: 2}, status: {replicas: 2, selector: 'app=a'}}");
        CustomScales scales =
                new CustomScales() {
                    @Override
                    public Kind kind(String apiVersion, String name) {
                        return name.equals("Rollout") ? kind : null;
                    }

                    @Override
                    public JsonObject scale(Kind asked, ObjectKey key) {
                        return scale;
                    }
                };
        KubeObject autoscaler =
                new KubeObject(
                        (JsonObject)
                                Yaml.parse(
                                        "{metadata: {name: h, namespace: ns}, spec: {scaleTargetRef:"
                                                + " {apiVersion: argoproj.io/v1alpha1, kind: Rollout,"
                                                + " name: web}}}"));

        ScaleTarget target = ScaleTarget.find(cluster, scales, autoscaler);

        assertEquals(2, target.specReplicas());
        assertEquals("app=a", target.selectorText());
        assertEquals(
                "{\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\",\"resourceVersion\":\"7\"},"
                        + "\"spec\":{\"replicas\":5}}",
                ((Change.Update) target.scaledTo(5, _ -> List.of()))
                        .object()
                        .tree()
                        .without("kind")
                        .without("apiVersion")
                        .toString());
    }

    @Test
    void tellsOfAnotherAutoscalerOfTheSamePods() {
        deployment(2);
        pod("a", "400m");
        pod("b", "600m");
        autoscaler(CPU);
        autoscaler("i", CPU);
        ObjectKey other = ObjectKey.of("ns", "i");

        look(other);
        look();

        String told = "pods by selector app=d are controlled by multiple HPAs: [{h ns} {i ns}]";
        assertEquals(
                List.of("AmbiguousSelector", told),
                autoscaler().status().array("conditions").objects().stream()
                        .filter(each -> each.string("type").equals("ScalingActive"))
                        .flatMap(each -> Stream.of(each.string("reason"), each.string("message")))
                        .toList());
        assertTrue(cluster.messages().contains(told), cluster.messages().toString());

        cluster.delete(AUTOSCALER, Objects.requireNonNull(cluster.get(AUTOSCALER, other)));
        look(other);
        look();

        assertEquals("ScalingActive True ValidMetricFound", conditions().get(1));
    }

    @Test
    void staysWithinItsTolerance() {
        deployment(2);
        pod("a", "260m");
        pod("b", "260m");
        autoscaler(CPU);

        look();

        assertEquals(2, replicas());
        assertEquals("AbleToScale True ReadyForNewScale", conditions().getFirst());
    }

    @Test
    void countsPodsThatDoNotTellAgainstTheChange() {
        deployment(2);
        pod("a", "100m");
        pod("b", "");
        autoscaler(CPU);

        look();

        assertEquals(2, replicas());
    }

    @Test
    void goesDownAfterAWhile() {
        deployment(4);
        for (String name : List.of("a", "b", "c", "d")) {
            pod(name, "50m");
        }
        autoscaler(CPU);
        look();
        assertEquals(4, replicas());
        assertEquals("AbleToScale True ScaleDownStabilized", conditions().getFirst());

        cluster.advance(Duration.ofSeconds(301));
        look();

        assertEquals(1, replicas());
        assertEquals("New size: 1; reason: All metrics below target", cluster.messages().getLast());
    }

    @Test
    void bringsTheTargetWithinItsLimits() {
        deployment(30);
        autoscaler(CPU);

        look();

        assertEquals(10, replicas());
        assertEquals(
                "New size: 10; reason: Current number of replicas above Spec.MaxReplicas",
                cluster.messages().getLast());
    }

    @Test
    void saysWhyAMetricCannotBeHad() {
        deployment(1);
        pod("a", "100m");
        autoscaler("[{type: Pods, pods: {metric: {name: hits}, target: {averageValue: 1}}}]");

        look();

        assertEquals(
                "the HPA was unable to compute the replica count: unable to get metric hits: unable"
                        + " to fetch metrics from custom metrics API: no custom metrics API"
                        + " (custom.metrics.k8s.io) registered",
                autoscaler().status().array("conditions").objects().getLast().string("message"));
    }

    @Test
    void saysThatItsTargetIsNotThere() {
        autoscaler(CPU);

        look();

        assertEquals(List.of("AbleToScale False FailedGetScale"), conditions());
        assertEquals("deployments.apps \"d\" not found", cluster.messages().getLast());
    }

    @Test
    void tellsThatAScaleCannotBeWritten() {
        deployment(2);
        pod("a", "400m");
        pod("b", "600m");
        autoscaler(CPU);

        refuse(Status.forbidden(Kinds.DEPLOYMENT, "d", "no"));

        assertEquals(2, replicas());
        assertEquals(
                List.of(
                        "New size: 4; reason: cpu resource utilization (percentage of request)"
                                + " above target; error: deployments.apps \"d\" is forbidden: no"),
                cluster.messages());
        assertEquals("AbleToScale False FailedUpdateScale", conditions().getFirst());
        assertEquals(0, autoscaler().status().integer("desiredReplicas", -1));
        assertEquals(2, autoscaler().status().integer("currentReplicas", -1));
        assertEquals("", autoscaler().status().string("lastScaleTime"));
    }

    @Test
    void saysNothingWhenSomebodyElseScaledAtTheSameTime() {
        deployment(2);
        pod("a", "400m");
        pod("b", "600m");
        autoscaler(CPU);

        refuse(Status.modified(Kinds.DEPLOYMENT, "d"));
        assertEquals(List.of(), cluster.messages());

        look();
        assertEquals(4, replicas());
    }

    /// One look whose scale the server refuses.
    private void refuse(Status why) {
        Plan plan = looked(KEY);
        Change.Update scale =
                plan.changes().stream()
                        .filter(Change.Update.class::isInstance)
                        .map(Change.Update.class::cast)
                        .filter(each -> each.subresource().equals("scale"))
                        .findFirst()
                        .orElseThrow();
        cluster.run(new Plan(scale.refused().apply(why), null));
    }

    @Test
    void leavesATargetOfNoReplicasAlone() {
        deployment(0);
        autoscaler(CPU);

        look();

        assertEquals(0, replicas());
        assertEquals("ScalingActive False ScalingDisabled", conditions().getLast());
    }

    /// The plan of the next look, 15 s after the last one.
    private Plan looked(ObjectKey key) {
        controller.reconcile(cluster, key, cluster.now());
        cluster.advance(PERIOD);
        return controller.reconcile(cluster, key, cluster.now());
    }

    /// One look; the scale is written the way that the server would.
    private void look() {
        look(KEY);
    }

    private void look(ObjectKey key) {
        Plan plan = looked(key);
        List<Change> others = new ArrayList<>();
        for (Change change : plan.changes()) {
            if (change instanceof Change.Update(var kind, var scale, var part, _, _)
                    && part.equals("scale")) {
                KubeObject target = Objects.requireNonNull(cluster.get(kind, scale.key()));
                Json replicas = Objects.requireNonNull(scale.spec().get("replicas"));
                cluster.update(kind, target.withSpec(spec -> spec.with("replicas", replicas)), "");
            } else {
                others.add(change);
            }
        }
        cluster.run(new Plan(others, null));
    }

    private KubeObject autoscaler() {
        return Objects.requireNonNull(cluster.get(AUTOSCALER, KEY));
    }

    private long replicas() {
        return Objects.requireNonNull(cluster.get(Kinds.DEPLOYMENT, ObjectKey.of("ns", "d")))
                .spec()
                .integer("replicas", -1);
    }

    private List<String> conditions() {
        return autoscaler().status().array("conditions").objects().stream()
                .map(
                        each ->
                                each.string("type")
                                        + " "
                                        + each.string("status")
                                        + " "
                                        + each.string("reason"))
                .toList();
    }

    private void deployment(int replicas) {
        create(
                Kinds.DEPLOYMENT,
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: ns}, spec:"
                        + " {selector: {matchLabels: {app: d}}, replicas: "
                        + replicas
                        + "}}");
    }

    private void autoscaler(String wanted) {
        autoscaler("h", wanted);
    }

    private void autoscaler(String name, String wanted) {
        create(
                AUTOSCALER,
                "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
                        + name
                        + ", namespace: ns}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind:"
                        + " Deployment, name: d}, minReplicas: 1, maxReplicas: 10, metrics: "
                        + wanted
                        + "}}");
    }

    private static String ofContainer(String name) {
        return "[{type: ContainerResource, containerResource: {name: cpu, container: "
                + name
                + ", target: {type: Utilization, averageUtilization: 50}}}]";
    }

    /// A pod of a container `main`.
    ///
    /// @param cpu what is measured; empty for nothing
    private void pod(String name, String cpu) {
        pod(name, "{name: main, resources: {requests: {cpu: 500m}}}", cpu, "");
    }

    /// A pod of two containers, `main` and `side`.
    private void pod(String name, String main, String side) {
        pod(
                name,
                "{name: main, resources: {requests: {cpu: 500m}}},"
                        + " {name: side, resources: {requests: {cpu: 200m}}}",
                main,
                ", {name: side, usage: {cpu: " + side + "}}");
    }

    private void pod(String name, String containers, String cpu, String others) {
        create(
                Kinds.POD,
                "{apiVersion: v1, kind: Pod, metadata: {name: "
                        + name
                        + ", namespace: ns, labels: {app: d}}, spec: {containers: ["
                        + containers
                        + "]}, status: {phase: Running,"
                        + " startTime: '2026-01-01T00:00:00Z', conditions: [{type: Ready, status:"
                        + " 'True', lastTransitionTime: '2026-01-01T00:00:01Z'}]}}");
        if (!cpu.isEmpty()) {
            measured.add(
                    new KubeObject(
                            (JsonObject)
                                    Yaml.parse(
                                            "{metadata: {name: "
                                                    + name
                                                    + ", labels: {app: d}}, timestamp:"
                                                    + " '2026-01-01T01:00:00Z', window: 10s,"
                                                    + " containers: [{name: main, usage: {cpu: "
                                                    + cpu
                                                    + "}}"
                                                    + others
                                                    + "]}")));
        }
    }

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }
}
