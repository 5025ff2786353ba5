package kat.logging.program;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.logging.line.LineFields;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.search.Cursor;
import org.jspecify.annotations.Nullable;

/// Lines as they are answered.
final class LineJson {

    private LineJson() {}

    /// @param next where to go on; null when nothing is left
    /// @param sequence of the last line that was there
    static JsonObject list(
            List<LogRecord> lines, @Nullable Cursor next, boolean complete, long sequence) {
        List<Json> items = new ArrayList<>();
        for (LogRecord line : lines) {
            items.add(item(line));
        }
        return JsonObject.builder()
                .put("apiVersion", SearchApi.GROUP + "/" + SearchApi.VERSION)
                .put("kind", "LineList")
                .put(
                        "metadata",
                        JsonObject.builder()
                                .putUnlessEmpty("continue", next == null ? "" : next.toString())
                                .build())
                .put("complete", complete)
                .put("sequence", sequence)
                .put("items", new JsonArray(items))
                .build();
    }

    private static JsonObject item(LogRecord line) {
        LogSource source = line.source();
        SequencedMap<String, String> fields = LineFields.of(line.text());
        JsonObject.Builder item =
                JsonObject.builder()
                        .put("time", line.time().toString())
                        .put("sequence", line.sequence())
                        .put("namespace", source.namespace())
                        .put("pod", source.pod())
                        .put("podUid", source.uid())
                        .put("container", source.container())
                        .put("restart", source.restart())
                        .put("node", source.node())
                        .put("stream", line.stream())
                        .putUnlessEmpty("level", LineFields.level(line.text(), fields))
                        .put("text", line.text());
        if (!source.labels().isEmpty()) {
            item.put("labels", JsonObject.ofStrings(source.labels()));
        }
        if (!fields.isEmpty()) {
            item.put("fields", JsonObject.ofStrings(fields));
        }
        return item.build();
    }
}
