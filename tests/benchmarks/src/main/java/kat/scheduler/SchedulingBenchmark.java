package kat.scheduler;

import java.util.concurrent.TimeUnit;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Decisions about 2,000 new pods on 100 nodes that fill up, in decisions a second.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class SchedulingBenchmark {

    private static final int NODES = 100;
    private static final int PODS = 2_000;

    private final KubeObject[] nodes = new KubeObject[NODES];
    private final KubeObject[] pods = new KubeObject[PODS];

    public SchedulingBenchmark() {
        for (int i = 0; i < NODES; i++) {
            nodes[i] = node(i);
        }
        for (int i = 0; i < PODS; i++) {
            pods[i] = pod(i);
        }
    }

    private static KubeObject node(int index) {
        JsonObject allocatable =
                JsonObject.builder()
                        .put("cpu", "8")
                        .put("memory", "32Gi")
                        .put("pods", "110")
                        .build();
        return new KubeObject(
                JsonObject.EMPTY
                        .withAt(Json.of("node-" + index), "metadata", "name")
                        .withAt(allocatable, "status", "allocatable"));
    }

    private static KubeObject pod(int index) {
        JsonObject requests = JsonObject.of("cpu", Json.of("10m"), "memory", Json.of("16Mi"));
        JsonObject container =
                JsonObject.of("name", Json.of("c")).withAt(requests, "resources", "requests");
        return new KubeObject(
                JsonObject.EMPTY
                        .withAt(Json.of("pod-" + index), "metadata", "name")
                        .withAt(Json.of("default"), "metadata", "namespace")
                        .withAt(Json.of("uid-" + index), "metadata", "uid")
                        .withAt(JsonArray.of(container), "spec", "containers"));
    }

    @Benchmark
    @OperationsPerInvocation(PODS)
    public int place() {
        Scheduling scheduling =
                new Scheduling(DefaultPlugins.all(ClusterObjects.NONE), Randomness.seeded(1));
        NodeTable table = new NodeTable();
        for (KubeObject node : nodes) {
            var _ = table.put(node);
        }
        int start = 0;
        int placed = 0;
        for (KubeObject object : pods) {
            PodInfo pod = PodInfo.of(object);
            Scheduling.Result result = scheduling.decide(pod, table.nodes(), start);
            start = result.nextStart();
            if (result.decision() instanceof Decision.Bind(String node, var _)) {
                table.assign(pod, node);
                placed++;
            }
        }
        return placed;
    }
}
