package kat.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import kat.base.Randomness;
import kat.base.metrics.Metrics;
import kat.base.testing.FakeTicker;
import kat.scheduler.plugins.DefaultPlugins;
import org.junit.jupiter.api.Test;

class SchedulerMetricsTest {

    private static final String WAITS = "scheduler_pod_scheduling_sli_duration_seconds_";
    private static final String STAGES = "scheduler_framework_extension_point_duration_seconds_";

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final Metrics metrics = new Metrics();
    private final SchedulerMetrics figures = new SchedulerMetrics(metrics, ticker);

    private List<String> told(String name) {
        return metrics.text().lines().filter(line -> line.startsWith(name)).toList();
    }

    private QueuedPod tried(int times) {
        PodInfo pod = SchedulingTest.pod("p", "containers: []");
        return new QueuedPod(pod, times, 0, ticker.nanos(), 0, new LinkedHashSet<>());
    }

    @Test
    void tellsHowLongPodsWaitedFromWhenTheyCouldFirstBeTried() {
        QueuedPod first = tried(0);
        QueuedPod many = tried(40);
        ticker.advance(Duration.ofSeconds(3));

        figures.bound("a", first, ticker.nanos());
        figures.bound("a", many, ticker.nanos());

        assertEquals(
                List.of(WAITS + "sum{attempts=\"1\"} 3", WAITS + "sum{attempts=\"15+\"} 3"),
                told(WAITS + "sum"));
    }

    @Test
    void tellsTheStagesThatADecisionWentThrough() {
        Scheduling scheduling =
                new Scheduling(
                        Profile.USUAL,
                        DefaultPlugins.all(ClusterObjects.NONE),
                        ClusterObjects.NONE,
                        Randomness.seeded(1),
                        figures.stages("a"));
        PodInfo pod = SchedulingTest.pod("p", "nodeName: elsewhere");
        List<NodeInfo> nodes = List.of(SchedulingTest.node("n", ""));

        Decision decision = scheduling.decide(pod, nodes, 0).decision();

        assertEquals(Decision.NoNode.class, decision.getClass());
        String profile = ",profile=\"a\",status=";
        String count = STAGES + "count{extension_point=";
        assertEquals(
                List.of(
                        count + "\"Filter\"" + profile + "\"Success\"} 1",
                        count + "\"PostFilter\"" + profile + "\"Unschedulable\"} 1",
                        count + "\"PreFilter\"" + profile + "\"Success\"} 1"),
                told(STAGES + "count"));
    }
}
