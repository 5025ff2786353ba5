package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class LineTextTest {

    private static final LineText TEXT = new LineText(false);

    private static JsonObject line(String pod, int sequence) {
        return JsonObject.builder()
                .put("time", "t" + sequence)
                .put("sequence", sequence)
                .put("namespace", "shop")
                .put("pod", pod)
                .put("podUid", "uid-" + pod)
                .put("container", "app")
                .put("text", "line " + sequence)
                .build();
    }

    private static JsonObject around(JsonObject line, int[] before, int[] after) {
        String pod = line.string("pod");
        return line.with("before", lines(pod, before)).with("after", lines(pod, after));
    }

    private static JsonArray lines(String pod, int... sequences) {
        return new JsonArray(
                Arrays.stream(sequences).<Json>mapToObj(each -> line(pod, each)).toList());
    }

    private static JsonObject object(String text) throws JsonException {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject object
                ? object
                : JsonObject.EMPTY;
    }

    private static int[] of(int... sequences) {
        return sequences;
    }

    @Test
    void showsLinesWithTheirPlace() {
        assertEquals("t1 web app: line 1", TEXT.line(line("web", 1)));
        assertEquals("t1 shop/web app: line 1", new LineText(true).line(line("web", 1)));
    }

    @Test
    void joinsNeighboursThatMeetAndPartsOthers() {
        List<JsonObject> found =
                List.of(
                        around(line("web", 2), of(1), of(4)),
                        around(line("db", 3), of(), of(7)),
                        around(line("web", 4), of(2), of(5)),
                        around(line("web", 20), of(19), of()));

        assertEquals(
                List.of(
                        "t1 web app- line 1",
                        "t2 web app: line 2",
                        "t4 web app: line 4",
                        "t5 web app- line 5",
                        "--",
                        "t3 db app: line 3",
                        "t7 db app- line 7",
                        "--",
                        "t19 web app- line 19",
                        "t20 web app: line 20"),
                TEXT.withContext(found));
    }

    @Test
    void drawsABarForEachStep() throws JsonException {
        JsonObject histogram =
                object(
                        """
                                {"complete":true,"total":102,"buckets":[
                                  {"time":"a","count":100},{"time":"b","count":0},
                                  {"time":"c","count":2}]}
                                """);

        assertEquals(
                List.of("a 100 " + "#".repeat(50), "b   0", "c   2 #", "102 lines"),
                TEXT.histogram(histogram));
        assertEquals(
                "102 lines; those before z are not all counted: ask for less time",
                TEXT.histogram(histogram.with("complete", false).with("countedFrom", "z"))
                        .getLast());
    }

    @Test
    void listsFieldsWithTheirValues() throws JsonException {
        JsonObject fields =
                object(
                        """
                                {"lines":9,"items":[{"name":"level","count":5,"values":[
                                  {"value":"info","count":4},{"value":"warn","count":1}]}]}
                                """);

        assertEquals(
                List.of("level (5): info (4), warn (1)", "in the newest 9 lines"),
                TEXT.fields(fields));
    }
}
