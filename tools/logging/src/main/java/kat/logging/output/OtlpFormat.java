package kat.logging.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.logging.line.LineFields;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;

/// OpenTelemetry's protocol over HTTP, as JSON: lines by their container, which is a resource.
///
/// **Source:** "OTLP Specification 1.5", OTLP/HTTP; semantic conventions for Kubernetes.
public record OtlpFormat() implements Format {

    private static final int FAULTS = 300;

    @Override
    public String path() {
        return "v1/logs";
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] encode(List<LogRecord> lines) {
        Map<LogSource, List<Json>> bySource = new LinkedHashMap<>();
        for (LogRecord line : lines) {
            bySource.computeIfAbsent(line.source(), source -> new ArrayList<>()).add(record(line));
        }
        List<Json> resources = new ArrayList<>();
        bySource.forEach(
                (source, records) -> {
                    JsonObject scope =
                            JsonObject.of(
                                    "scope",
                                    JsonObject.of("name", Json.of("kat")),
                                    "logRecords",
                                    new JsonArray(records));
                    resources.add(
                            JsonObject.of(
                                    "resource",
                                    JsonObject.of("attributes", attributes(source)),
                                    "scopeLogs",
                                    new JsonArray(List.of(scope))));
                });
        return JsonObject.of("resourceLogs", new JsonArray(resources)).toBytes();
    }

    private static JsonObject record(LogRecord line) {
        String level = LineFields.level(line.text(), LineFields.of(line.text()));
        String time = Long.toString(line.timeNanos());
        JsonObject.Builder record =
                JsonObject.builder()
                        .put("timeUnixNano", time)
                        .put("observedTimeUnixNano", time)
                        .put("body", JsonObject.of("stringValue", Json.of(line.text())))
                        .put(
                                "attributes",
                                new JsonArray(List.of(attribute("log.iostream", line.stream()))));
        if (!level.isEmpty()) {
            record.put("severityText", level).put("severityNumber", severity(level));
        }
        return record.build();
    }

    /// The lowest number of each range of the protocol.
    private static long severity(String level) {
        return switch (level) {
            case "trace" -> 1;
            case "debug" -> 5;
            case "info" -> 9;
            case "warn" -> 13;
            case "error" -> 17;
            default -> 21;
        };
    }

    private static JsonArray attributes(LogSource source) {
        List<Json> all = new ArrayList<>();
        all.add(attribute("k8s.namespace.name", source.namespace()));
        all.add(attribute("k8s.pod.name", source.pod()));
        all.add(attribute("k8s.pod.uid", source.uid()));
        all.add(attribute("k8s.container.name", source.container()));
        all.add(attribute("k8s.container.restart_count", Integer.toString(source.restart())));
        all.add(attribute("k8s.node.name", source.node()));
        source.labels().forEach((key, value) -> all.add(attribute("k8s.pod.label." + key, value)));
        return new JsonArray(all);
    }

    private static JsonObject attribute(String key, String value) {
        return JsonObject.of(
                "key", Json.of(key), "value", JsonObject.of("stringValue", Json.of(value)));
    }

    /// A store that takes lines may say that it dropped some: those are not to be sent again.
    @Override
    public Verdict judge(int code, String retryAfter, byte[] body, int count) {
        if (code >= FAULTS || body.length == 0) {
            return Format.super.judge(code, retryAfter, body, count);
        }
        try {
            JsonObject partial =
                    Json.parse(body) instanceof JsonObject tree
                            ? tree.object("partialSuccess")
                            : JsonObject.EMPTY;
            String rejected = String.valueOf(partial.get("rejectedLogRecords")).replace("\"", "");
            int refused = rejected.matches("[0-9]{1,9}") ? Integer.parseInt(rejected) : 0;
            return new Verdict.Taken(refused, partial.string("errorMessage"));
        } catch (JsonException e) {
            return new Verdict.Taken(0, "");
        }
    }
}
