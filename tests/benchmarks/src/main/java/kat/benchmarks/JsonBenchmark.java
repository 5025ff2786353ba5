package kat.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A pod of about 4 KB: read, written, and changed at one place.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class JsonBenchmark {

    private static final int VARIABLES = 40;

    private final JsonObject tree = pod();
    private final byte[] bytes = tree.toString().getBytes(StandardCharsets.UTF_8);

    private static JsonObject pod() {
        Json[] variables = new Json[VARIABLES];
        for (int i = 0; i < VARIABLES; i++) {
            variables[i] =
                    JsonObject.of(
                            "name",
                            Json.of("VARIABLE_" + i),
                            "value",
                            Json.of("v".repeat(VARIABLES)));
        }
        JsonObject container = JsonObject.of("env", JsonArray.of(variables), "name", Json.of("c"));
        return JsonObject.EMPTY
                .withAt(Json.of("pod-1"), "metadata", "name")
                .withAt(JsonArray.of(container), "spec", "containers");
    }

    @Benchmark
    public Json read() {
        return Json.parse(bytes);
    }

    @Benchmark
    public byte[] write() {
        return tree.toBytes();
    }

    @Benchmark
    public JsonObject change() {
        return tree.withAt(Json.of("node-1"), "spec", "nodeName");
    }
}
