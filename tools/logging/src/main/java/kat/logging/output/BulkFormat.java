package kat.logging.output;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;

/// Elasticsearch's and OpenSearch's bulk requests. Each line has an identity, so that what is
/// sent twice is there once.
///
/// **Source:** Elasticsearch's page "Bulk API"; OpenSearch's page "Bulk".
///
/// @param index a name of an index or of a data stream
/// @param store tells lines of this store from those of others
public record BulkFormat(String index, String store) implements Format {

    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int FAULTS = 300;
    private static final int SERVER_FAULTS = 500;

    @Override
    public String path() {
        return "_bulk";
    }

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public byte[] encode(List<LogRecord> lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (LogRecord line : lines) {
            JsonObject create =
                    JsonObject.builder()
                            .put("_id", store + "-" + line.sequence())
                            .put("_index", index)
                            .build();
            out.writeBytes(JsonObject.of("create", create).toBytes());
            out.write('\n');
            out.writeBytes(document(line).toBytes());
            out.write('\n');
        }
        return out.toByteArray();
    }

    private static JsonObject document(LogRecord line) {
        LogSource source = line.source();
        JsonObject pod =
                JsonObject.builder().put("name", source.pod()).put("uid", source.uid()).build();
        JsonObject kubernetes =
                JsonObject.builder()
                        .put("container", JsonObject.of("name", Json.of(source.container())))
                        .put("labels", JsonObject.ofStrings(source.labels()))
                        .put("namespace", source.namespace())
                        .put("node", JsonObject.of("name", Json.of(source.node())))
                        .put("pod", pod)
                        .build();
        return JsonObject.builder()
                .put("@timestamp", line.time().toString())
                .put("message", line.text())
                .put("stream", line.stream())
                .put("kubernetes", kubernetes)
                .build();
    }

    @Override
    public Verdict judge(int code, String retryAfter, byte[] body, int count) {
        if (code >= FAULTS) {
            return Format.super.judge(code, retryAfter, body, count);
        }
        JsonObject answer;
        try {
            answer = Json.parse(body) instanceof JsonObject tree ? tree : JsonObject.EMPTY;
        } catch (JsonException e) {
            return new Verdict.Again(0, "the store's answer is no JSON");
        }
        List<JsonObject> items = answer.array("items").objects();
        if (items.size() != count) {
            String text = new String(body, StandardCharsets.UTF_8);
            return new Verdict.Again(0, "the store answered for some lines alone: " + text);
        }
        return judge(items);
    }

    private static Verdict judge(List<JsonObject> items) {
        BitSet again = new BitSet();
        int refused = 0;
        String why = "";
        for (int i = 0; i < items.size(); i++) {
            JsonObject item = items.get(i).object("create");
            long status = item.integer("status", SERVER_FAULTS);
            if (status < FAULTS || status == CONFLICT) {
                continue;
            }
            why = String.valueOf(item.get("error"));
            if (status == TOO_MANY || status >= SERVER_FAULTS) {
                again.set(i);
            } else {
                refused++;
            }
        }
        return again.isEmpty()
                ? new Verdict.Taken(refused, why)
                : new Verdict.Partly(again, refused, why);
    }
}
