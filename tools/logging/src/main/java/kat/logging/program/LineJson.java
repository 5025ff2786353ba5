package kat.logging.program;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.logging.line.FieldCounts;
import kat.logging.line.LineFields;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.search.Cursor;
import kat.logging.search.Histogram;
import kat.logging.search.Neighbours;
import kat.logging.search.Page;

/// Lines as they are answered.
final class LineJson {

    private static final long NANOS = 1_000_000_000L;

    private LineJson() {}

    /// @param neighbours of each line of the page; empty when they were not asked for
    /// @param sequence of the last line that was there
    static JsonObject list(Page page, List<Neighbours> neighbours, long sequence) {
        Cursor next = page.next();
        List<Json> items = new ArrayList<>();
        for (int i = 0; i < page.lines().size(); i++) {
            JsonObject item = item(page.lines().get(i));
            items.add(
                    neighbours.isEmpty()
                            ? item
                            : item.with("before", items(neighbours.get(i).before()))
                                    .with("after", items(neighbours.get(i).after())));
        }
        return answer(SearchApi.Resource.LINES)
                .put(
                        "metadata",
                        JsonObject.builder()
                                .putUnlessEmpty("continue", next == null ? "" : next.toString())
                                .build())
                .put("complete", page.complete())
                .put("skipped", page.skipped())
                .put("sequence", sequence)
                .put("items", new JsonArray(items))
                .build();
    }

    static JsonObject histogram(Histogram histogram) {
        List<Json> buckets = new ArrayList<>();
        long time = histogram.fromNanos();
        for (long count : histogram.counts()) {
            buckets.add(
                    JsonObject.builder()
                            .put("time", LogRecord.instant(time).toString())
                            .put("count", count)
                            .build());
            time += histogram.stepNanos();
        }
        boolean complete = histogram.isComplete();
        String countedFrom = LogRecord.instant(histogram.countedFromNanos()).toString();
        return answer(SearchApi.Resource.HISTOGRAM)
                .put("complete", complete)
                .putUnlessEmpty("countedFrom", complete ? "" : countedFrom)
                .put("stepSeconds", histogram.stepNanos() / NANOS)
                .put("total", histogram.total())
                .put("skipped", histogram.skipped())
                .put("buckets", new JsonArray(buckets))
                .build();
    }

    /// @param page in whose lines the fields were found
    static JsonObject fields(List<FieldCounts.Field> fields, Page page) {
        List<Json> items = new ArrayList<>();
        for (FieldCounts.Field field : fields) {
            List<Json> values = new ArrayList<>();
            for (FieldCounts.Value value : field.values()) {
                values.add(
                        JsonObject.builder()
                                .put("value", value.value())
                                .put("count", value.count())
                                .build());
            }
            items.add(
                    JsonObject.builder()
                            .put("name", field.name())
                            .put("count", field.count())
                            .put("values", new JsonArray(values))
                            .build());
        }
        return answer(SearchApi.Resource.FIELDS)
                .put("complete", page.complete())
                .put("lines", page.lines().size())
                .put("items", new JsonArray(items))
                .build();
    }

    private static JsonObject.Builder answer(SearchApi.Resource resource) {
        return JsonObject.builder()
                .put("apiVersion", SearchApi.GROUP + "/" + SearchApi.VERSION)
                .put("kind", resource.kind());
    }

    private static JsonArray items(List<LogRecord> lines) {
        return new JsonArray(lines.stream().<Json>map(LineJson::item).toList());
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
