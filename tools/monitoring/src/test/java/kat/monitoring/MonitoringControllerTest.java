package kat.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class MonitoringControllerTest {

    private final Cluster cluster = new Cluster().add(Samples.SHOP);

    @Test
    void fillsWhatPrometheusMountsAndThenRests() {
        cluster.add(Samples.SERVICE_MONITOR).add(Samples.RULE).add(Samples.ALERTS).reconcile();

        assertTrue(
                cluster.file(Kinds.SECRET, MonitoringController.PROMETHEUS, "prometheus.yml")
                        .contains("serviceMonitor/shop/todo/0"));
        assertTrue(
                cluster.file(Kinds.CONFIG_MAP, MonitoringController.RULES, "shop_todo.yaml")
                        .contains("TodoIsSlow"));
        assertTrue(
                cluster.file(
                                Kinds.CONFIG_MAP,
                                MonitoringController.TARGETS,
                                "serviceMonitor_shop_todo_0.json")
                        .contains("10.1.0.1:8080"));
        assertTrue(
                cluster.file(Kinds.SECRET, MonitoringController.ALERTMANAGER, "alertmanager.yml")
                        .contains("shop/blue/hook"));
        assertEquals(List.of(), cluster.plan().changes());
    }

    @Test
    void tellsOfAProblemOnceAndAgainWhenItIsAnother() {
        cluster.add(Samples.RULE.replace("[5m]", "[5")).reconcile();
        assertEquals(1, cluster.memory().messages().size());
        cluster.reconcile();
        assertEquals(1, cluster.memory().messages().size());

        KubeObject rule =
                Objects.requireNonNull(
                        cluster.memory()
                                .get(
                                        MonitoringKinds.PROMETHEUS_RULE,
                                        ObjectKey.of("shop", "todo")));
        cluster.memory()
                .update(
                        MonitoringKinds.PROMETHEUS_RULE,
                        rule.withSpec(
                                _ ->
                                        Cluster.yaml(
                                                "{groups: [{name: a, rules: [{alert: A,"
                                                        + " expr: b(}]}]}")),
                        "");
        cluster.reconcile();

        assertEquals(
                "spec.groups[0].rules[0].expr: at character 1: no function is named 'b'",
                cluster.memory().messages().getLast());
    }

    @Test
    void tellsInTheStatusWhetherAMonitorIsUsed() {
        cluster.add(Samples.SERVICE_MONITOR).add(CompilerTest.monitor("[{path: /}]")).reconcile();

        assertEquals("True", condition("todo").string("status"));
        assertEquals("False", condition("m").string("status"));
        assertEquals("spec.endpoints[0]: names no port", condition("m").string("message"));
        String since = condition("m").string("lastTransitionTime");

        cluster.memory().advance(Duration.ofMinutes(5));
        cluster.reconcile();
        assertEquals(since, condition("m").string("lastTransitionTime"));
    }

    private JsonObject condition(String name) {
        KubeObject monitor =
                Objects.requireNonNull(
                        cluster.memory()
                                .get(MonitoringKinds.SERVICE_MONITOR, ObjectKey.of("shop", name)));
        return monitor.status()
                .array("bindings")
                .objects()
                .getFirst()
                .array("conditions")
                .objects()
                .getFirst();
    }

    @Test
    void doesNothingBeforeTheObjectsAreThere() {
        MemoryCluster empty =
                new MemoryCluster(
                        cluster.memory().now(), new MonitoringController(Settings.defaults()));

        assertEquals(
                List.of(),
                new MonitoringController(Settings.defaults())
                        .reconcile(empty, ObjectKey.of("", "all"), empty.now())
                        .changes());
    }

    @Test
    void aPodThatChangesWhatNoTargetShowsIsNotLookedAt() {
        MonitoringController controller = new MonitoringController(Settings.defaults());
        KubeObject pod =
                Objects.requireNonNull(
                        cluster.memory().get(Kinds.POD, ObjectKey.of("shop", "todo-a")));
        KubeObject ready = pod.withStatus(status -> status.with("message", "all is well"));
        KubeObject ended = pod.withStatus(status -> status.with("phase", "Succeeded"));

        assertFalse(triggers(controller, pod, ready));
        assertTrue(triggers(controller, pod, ended));
    }

    private boolean triggers(MonitoringController controller, KubeObject before, KubeObject after) {
        return controller.watches().stream()
                .filter(watched -> watched.kind().equals(Kinds.POD))
                .anyMatch(
                        watched -> !watched.keys().keys(cluster.memory(), before, after).isEmpty());
    }
}
