package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.JsonObject;
import kat.base.testing.FakeTicker;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchApiTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String ALL = "/apis/logs.kat.dev/v1/lines";
    private static final String HISTOGRAM = "/apis/logs.kat.dev/v1/histogram";
    private static final String BLUE = "/apis/logs.kat.dev/v1/namespaces/blue/lines";

    /// Administrators may read all, `ann` what is in the namespace `blue`.
    private static final Rights RIGHTS =
            (user, namespace) ->
                    user.groups().contains("system:masters")
                            || (user.name().equals("ann") && namespace.equals("blue"));

    private static final User ADMIN = new User("admin", List.of("system:masters"));
    private static final User ANN = new User("ann", List.of("system:authenticated"));

    @TempDir private Path folder;
    private final FakeTicker ticker = new FakeTicker(NOW);
    private LineStore store;
    private Places places;
    private SearchApi api;

    @BeforeEach
    void open() throws IOException {
        store =
                LineStore.open(
                        folder, new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(1)));
        places = new Places(Duration.ZERO);
        api = new SearchApi(store, RIGHTS, places, ticker);
        add("blue", "web-1", 60, "one ERROR");
        add("red", "web-2", 50, "two");
        add("blue", "db-1", 40, "{\"level\":\"warn\",\"ms\":7}");
        store.commit();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void add(String namespace, String pod, long ago, String text) {
        LogSource source =
                new LogSource(
                        namespace,
                        pod,
                        "uid-" + pod,
                        "app",
                        0,
                        "node",
                        new TreeMap<>(Map.of("app", pod.substring(0, pod.indexOf('-')))));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        store.add(source, LogRecord.nanos(NOW.minusSeconds(ago)), false, bytes, 0, bytes.length);
    }

    private List<String> texts(JsonObject list) {
        List<String> texts = new ArrayList<>();
        list.array("items").objects().forEach(item -> texts.add(item.string("text")));
        return texts;
    }

    private SearchApi.Answer ask(String path, User user, String query) throws InterruptedException {
        return api.answer(path, Door.parameters(query), user);
    }

    @Test
    void showsLinesOfNamespacesThatTheAskerMayReadAndNoOthers() throws InterruptedException {
        assertEquals(
                List.of("{\"level\":\"warn\",\"ms\":7}", "two", "one ERROR"),
                texts(ask(ALL, ADMIN, "").body()));
        assertEquals(
                List.of("{\"level\":\"warn\",\"ms\":7}", "one ERROR"),
                texts(ask(ALL, ANN, "").body()));
        assertEquals(List.of(), texts(ask(ALL, new User("bob", List.of()), "").body()));
    }

    @Test
    void refusesANamespaceThatTheAskerMayNotRead() throws InterruptedException {
        SearchApi.Answer answer = ask(BLUE.replace("blue", "red"), ANN, "");

        assertEquals(403, answer.code());
        assertEquals("Forbidden", answer.body().string("reason"));
        assertTrue(answer.body().string("message").contains("\"red\""));
        assertEquals(200, ask(BLUE, ANN, "").code());
    }

    @Test
    void tellsAllOfALine() throws InterruptedException {
        JsonObject line =
                ask(BLUE, ANN, "labelSelector=app%3Ddb").body().array("items").objects().getFirst();

        assertEquals("2026-01-02T03:03:25Z", line.string("time"));
        assertEquals("db-1", line.string("pod"));
        assertEquals("app", line.string("container"));
        assertEquals("stdout", line.string("stream"));
        assertEquals("warn", line.string("level"));
        assertEquals("7", line.object("fields").string("ms"));
        assertEquals("db", line.object("labels").string("app"));
    }

    @Test
    void choosesByWordsExpressionTimeAndPod() throws InterruptedException {
        assertEquals(List.of("one ERROR"), texts(ask(ALL, ADMIN, "words=error+one").body()));
        assertEquals(List.of("two"), texts(ask(ALL, ADMIN, "grep=t.o").body()));
        assertEquals(
                List.of("two"),
                texts(ask(ALL, ADMIN, "since=55s&until=2026-01-02T03:03:20Z").body()));
        assertEquals(List.of("one ERROR"), texts(ask(ALL, ADMIN, "pod=web-1").body()));
    }

    @Test
    void goesThroughPages() throws InterruptedException {
        List<String> found = new ArrayList<>();
        String next = "";
        for (int i = 0; i < 3; i++) {
            JsonObject page = ask(ALL, ADMIN, "limit=1&order=oldest&continue=" + next).body();
            found.addAll(texts(page));
            next = page.object("metadata").string("continue");
        }

        assertEquals(List.of("one ERROR", "two", "{\"level\":\"warn\",\"ms\":7}"), found);
    }

    @Test
    void followsInTheOrderOfIntake() throws IOException, InterruptedException {
        long sequence = ask(ALL, ADMIN, "").body().integer("sequence", -1);
        add("blue", "web-1", 999, "late");
        add("red", "web-2", 1, "of others");
        store.commit();

        JsonObject first = ask(ALL, ANN, "beyond=" + sequence).body();
        JsonObject second = ask(ALL, ANN, "beyond=" + first.integer("sequence", -1)).body();

        assertEquals(List.of("late"), texts(first));
        assertEquals(List.of(), texts(second));
        assertEquals(
                List.of("one ERROR", "two"), texts(ask(ALL, ADMIN, "beyond=0&limit=2").body()));
    }

    @ParameterizedTest
    @CsvSource({
        "grep=(, grep",
        "limit=0, limit",
        "limit=5001, limit",
        "since=yesterday, since",
        "labelSelector=a%3D%3D%3Db, labelSelector",
        "continue=x, cursor",
        "order=up, order",
        "context=51, context",
        "buckets=5, buckets",
        "colour=red, colour"
    })
    void saysWhatIsWrong(String query, String about) throws InterruptedException {
        SearchApi.Answer answer = ask(ALL, ADMIN, query);

        assertEquals(400, answer.code());
        assertTrue(answer.body().string("message").contains(about), answer.body().toString());
    }

    @Test
    void looksThroughLongLinesForGroupsThatRepeat() throws IOException, InterruptedException {
        add("blue", "long-1", 30, "ab".repeat(60_000));
        store.commit();

        SearchApi.Answer answer = ask(ALL, ADMIN, "grep=(a%7Cb)*b$");

        assertEquals(200, answer.code());
        assertEquals(1, texts(answer.body()).size());
    }

    @Test
    void showsLinesOfTheSameContainerAroundALine() throws IOException, InterruptedException {
        add("blue", "web-1", 61, "before");
        add("blue", "db-1", 60, "of another one");
        add("blue", "web-1", 59, "after");
        add("blue", "web-1", 58, "further");
        store.commit();

        JsonObject found =
                ask(BLUE, ANN, "words=error&context=1").body().array("items").objects().getFirst();
        JsonObject single =
                ask(BLUE, ANN, "context=2&sequence=" + found.integer("sequence", -1)).body();
        JsonObject around = single.array("items").objects().getFirst();

        assertEquals("one ERROR", found.string("text"));
        assertEquals(List.of("before"), texts(found, "before"));
        assertEquals(List.of("after"), texts(found, "after"));
        assertEquals(List.of("one ERROR"), texts(single));
        assertEquals(List.of("after", "further"), texts(around, "after"));
    }

    @Test
    void showsNoLineByItsSequenceToThoseWhoMayNotReadIt() throws InterruptedException {
        long red =
                ask(ALL, ADMIN, "words=two")
                        .body()
                        .array("items")
                        .objects()
                        .getFirst()
                        .integer("sequence", -1);

        assertEquals(List.of("two"), texts(ask(ALL, ADMIN, "sequence=" + red).body()));
        assertEquals(List.of(), texts(ask(ALL, ANN, "context=1&sequence=" + red).body()));
        assertEquals(List.of(), texts(ask(BLUE, ANN, "sequence=" + red).body()));
        assertEquals(List.of(), texts(ask(ALL, ADMIN, "sequence=999").body()));
    }

    @Test
    void endsAPageEarlierWhenItsLinesAreLong() throws IOException, InterruptedException {
        for (int i = 0; i < 20; i++) {
            add("blue", "web-1", 30 - i, i + "x".repeat(200_000));
        }
        store.commit();

        JsonObject plain = ask(BLUE, ANN, "grep=x&limit=20").body();
        JsonObject first = ask(BLUE, ANN, "grep=x&context=2&limit=20").body();
        String next = first.object("metadata").string("continue");
        JsonObject second = ask(BLUE, ANN, "grep=x&limit=1&continue=" + next).body();

        assertEquals(10, texts(plain).size());
        assertEquals(3, texts(first).size());
        assertTrue(texts(second).getFirst().startsWith("16x"), texts(second).toString());
    }

    @Test
    void countsLinesOverTimeThatTheAskerMayRead() throws InterruptedException {
        JsonObject all = ask(HISTOGRAM, ADMIN, "since=60s&buckets=6").body();
        JsonObject some = ask(HISTOGRAM, ANN, "since=60s&buckets=6").body();

        assertEquals("LineHistogram", all.string("kind"));
        assertTrue(all.bool("complete"));
        assertEquals(15, all.integer("stepSeconds", 0));
        assertEquals(List.of(1L, 2L, 0L, 0L, 0L), counts(all));
        assertEquals(
                "2026-01-02T03:03:00Z", all.array("buckets").objects().getFirst().string("time"));
        assertEquals(3, all.integer("total", 0));
        assertEquals(2, some.integer("total", 0));
        assertEquals(1, ask(HISTOGRAM, ADMIN, "grep=ERR").body().integer("total", 0));
        assertEquals(403, ask(BLUE.replace("blue/lines", "red/histogram"), ANN, "").code());
    }

    private static List<Long> counts(JsonObject histogram) {
        return histogram.array("buckets").objects().stream()
                .map(bucket -> bucket.integer("count", -1))
                .toList();
    }

    @Test
    void tellsWhichFieldsLinesHave() throws IOException, InterruptedException {
        add("blue", "db-1", 39, "{\"level\":\"info\",\"http\":{\"code\":200}}");
        add("blue", "db-1", 38, "{\"level\":\"info\"}");
        add("red", "web-2", 37, "{\"secret\":\"of others\"}");
        store.commit();

        JsonObject fields = ask(BLUE.replace("lines", "fields"), ANN, "").body();
        JsonObject level = fields.array("items").objects().getFirst();

        assertEquals("LineFieldList", fields.string("kind"));
        assertEquals(4, fields.integer("lines", 0));
        assertEquals(List.of("level", "http.code", "ms"), strings(fields, "items", "name"));
        assertEquals(3, level.integer("count", 0));
        assertEquals(List.of("info", "warn"), strings(level, "values", "value"));
        assertEquals(403, ask(BLUE.replace("blue/lines", "red/fields"), ANN, "").code());
    }

    private static List<String> strings(JsonObject tree, String list, String name) {
        return tree.array(list).objects().stream().map(each -> each.string(name)).toList();
    }

    private static List<String> texts(JsonObject line, String side) {
        return strings(line, side, "text");
    }

    @Test
    void letsSearchesRunWhileFollowersWait() throws InterruptedException {
        List<Places.Place> waiting = new ArrayList<>();
        for (int i = 0; i < Places.MOST_FOLLOWERS; i++) {
            waiting.add(places.follower());
        }

        SearchApi.Answer follower = ask(ALL, ADMIN, "beyond=0");
        SearchApi.Answer search = ask(ALL, ADMIN, "");
        waiting.forEach(Places.Place::close);

        assertEquals(200, search.code());
        assertEquals(429, follower.code());
        assertEquals("TooManyRequests", follower.body().string("reason"));
        assertEquals(
                "Too many requests, please try again later.", follower.body().string("message"));
        assertEquals(1, follower.body().object("details").integer("retryAfterSeconds", 0));
        assertEquals(200, ask(ALL, ADMIN, "beyond=0").code());
    }

    @Test
    void takesNoMoreSearchesThanThereArePlacesAndGivesThemBack() throws InterruptedException {
        List<Places.Place> searching = new ArrayList<>();
        for (int i = 1; i < Places.MOST_SEARCHES; i++) {
            searching.add(places.search());
        }

        assertEquals(200, ask(ALL, ADMIN, "").code());
        assertEquals(400, ask(ALL, ADMIN, "grep=(").code());
        assertEquals(200, ask(HISTOGRAM, ADMIN, "").code());
        searching.add(places.search());
        assertEquals(429, ask(ALL, ADMIN, "").code());
        assertEquals(429, ask(HISTOGRAM, ADMIN, "").code());
        searching.forEach(Places.Place::close);
        assertEquals(200, ask(ALL, ADMIN, "").code());
    }

    @Test
    void asksForRightsWithAllThatIsKnownOfTheUser() {
        Headers headers = new Headers();
        headers.add("X-Remote-User", "ann");
        headers.add("X-Remote-Uid", "17");
        headers.add("X-Remote-Group", "blue");
        headers.add("X-Remote-Group", "red");
        headers.add("X-Remote-Extra-Example.com%2fScopes", "logs");

        JsonObject spec = ReviewedRights.question(Door.user(headers), "shop").object("spec");

        assertEquals("ann", spec.string("user"));
        assertEquals("17", spec.string("uid"));
        assertEquals("[\"blue\",\"red\"]", spec.array("groups").toString());
        assertEquals("{\"example.com/scopes\":[\"logs\"]}", spec.object("extra").toString());
        assertEquals("shop", spec.object("resourceAttributes").string("namespace"));
    }

    @Test
    void tellsWhatThereIs() throws InterruptedException {
        SearchApi.Answer answer = ask("/apis/logs.kat.dev/v1", ANN, "");

        assertEquals("APIResourceList", answer.body().string("kind"));
        assertEquals(404, ask("/apis/logs.kat.dev/v1/other", ADMIN, "").code());
    }
}
