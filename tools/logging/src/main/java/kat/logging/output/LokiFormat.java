package kat.logging.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;

/// Loki's push requests: lines by their stream. Of a pod's labels `app` alone becomes one of
/// Loki's, since each combination of them is a stream that costs.
///
/// **Source:** Loki's page "HTTP API", `POST /loki/api/v1/push`.
public record LokiFormat() implements Format {

    private record Stream(LogSource source, boolean error) {}

    @Override
    public String path() {
        return "loki/api/v1/push";
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] encode(List<LogRecord> lines) {
        Map<Stream, List<Json>> streams = new LinkedHashMap<>();
        for (LogRecord line : lines) {
            Json value =
                    new JsonArray(
                            List.of(
                                    Json.of(Long.toString(line.timeNanos())),
                                    Json.of(line.text())));
            streams.computeIfAbsent(
                            new Stream(line.source(), line.error()), stream -> new ArrayList<>())
                    .add(value);
        }
        List<Json> all = new ArrayList<>();
        streams.forEach(
                (stream, values) ->
                        all.add(
                                JsonObject.of(
                                        "stream",
                                        labels(stream),
                                        "values",
                                        new JsonArray(values))));
        return JsonObject.of("streams", new JsonArray(all)).toBytes();
    }

    private static JsonObject labels(Stream stream) {
        LogSource source = stream.source();
        String app =
                source.labels()
                        .getOrDefault(
                                "app.kubernetes.io/name", source.labels().getOrDefault("app", ""));
        return JsonObject.builder()
                .putUnlessEmpty("app", app)
                .put("container", source.container())
                .put("namespace", source.namespace())
                .put("node_name", source.node())
                .put("pod", source.pod())
                .put("stream", stream.error() ? "stderr" : "stdout")
                .build();
    }
}
