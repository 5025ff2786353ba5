package kat.logging.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final StoreLimits SMALL =
            new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(9_999));

    /// What the other store does with one request.
    private interface Behaviour {
        void answer(HttpExchange exchange, String body) throws IOException;
    }

    /// Real time, but nobody sleeps.
    private static final class Hasty implements Ticker {
        private final Ticker real = new SystemTicker();
        private final List<Duration> slept = new ArrayList<>();

        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public long nanos() {
            return real.nanos();
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            return real.schedule(delay, task);
        }

        @Override
        public void sleep(Duration delay) {
            slept.add(delay);
        }
    }

    @TempDir private Path folder;
    private final Hasty ticker = new Hasty();
    private final Queue<Behaviour> behaviours = new ConcurrentLinkedQueue<>();
    private final List<String> taken = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private LineStore store;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        store = LineStore.open(folder.resolve("lines"), SMALL);
    }

    @AfterEach
    void stop() throws IOException {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
        store.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Behaviour next = behaviours.poll();
        (next == null ? (Behaviour) this::take : next).answer(exchange, body);
        exchange.close();
    }

    private static void reply(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized void take(HttpExchange exchange, String body) throws IOException {
        messages(body).forEach(taken::add);
        reply(exchange, 200, items(messages(body).size(), 201));
    }

    /// The lines of a bulk request.
    private static List<String> messages(String body) {
        List<String> messages = new ArrayList<>();
        for (String line : body.split("\n", -1)) {
            if (line.contains("\"message\"")) {
                JsonObject document =
                        (JsonObject) Json.parse(line.getBytes(StandardCharsets.UTF_8));
                messages.add(document.string("message"));
            }
        }
        return messages;
    }

    private static String items(int count, int status) {
        return items(IntStream.range(0, count).map(i -> status).toArray());
    }

    private static String items(int... states) {
        List<String> items = new ArrayList<>();
        for (int status : states) {
            items.add("{\"create\":{\"status\":" + status + ",\"error\":{\"type\":\"x\"}}}");
        }
        return "{\"items\":[" + String.join(",", items) + "]}";
    }

    private void add(String... texts) throws IOException {
        for (String text : texts) {
            addWithout(text);
        }
        store.commit();
    }

    private void addWithout(String text) {
        LogSource source =
                new LogSource("default", "web", "uid", "app", 0, "node", new TreeMap<>(Map.of()));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        store.add(source, LogRecord.nanos(NOW), false, bytes, 0, bytes.length);
    }

    private void send() throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (HttpPost post = new HttpPost(address, SignIn.NONE, Duration.ofSeconds(2))) {
            send(post);
        }
    }

    private Output send(Post post) throws IOException, InterruptedException {
        Output output =
                new Output(
                        new BulkFormat("logs", "test"),
                        post,
                        new Progress(folder.resolve("progress")),
                        store,
                        ticker,
                        told::add);
        while (output.step()) {}
        assertFalse(output.step());
        return output;
    }

    private synchronized List<String> taken() {
        return List.copyOf(taken);
    }

    @Test
    void sendsEachLineOnceAndGoesOnAfterAStop() throws IOException, InterruptedException {
        add("one", "two");
        send();
        send();
        add("three");
        send();

        assertEquals(List.of("one", "two", "three"), taken());
        assertEquals(3, new Progress(folder.resolve("progress")).read());
    }

    @Test
    void waitsUntilItsSignInCanBeRead() throws IOException, InterruptedException {
        add("one");
        AtomicInteger asked = new AtomicInteger();
        SignIn late =
                () -> {
                    if (asked.incrementAndGet() < 3) {
                        throw new IOException("its sign-in cannot be read: gone");
                    }
                    return "Bearer late";
                };
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (HttpPost post = new HttpPost(address, late, Duration.ofSeconds(2))) {
            Output unused = send(post);
        }

        assertEquals(List.of("one"), taken());
        assertEquals(3, asked.get());
        assertTrue(told.getFirst().contains("its sign-in cannot be read: gone"), told.toString());
    }

    @Test
    void goesOnWhereItCannotNoteHowFarItHasComeAndNotesItLater()
            throws IOException, InterruptedException {
        Path absent = folder.resolve("absent");
        Progress progress = new Progress(absent.resolve("progress"));
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (HttpPost post = new HttpPost(address, SignIn.NONE, Duration.ofSeconds(2))) {
            Output output =
                    new Output(
                            new BulkFormat("logs", "test"),
                            post,
                            progress,
                            store,
                            ticker,
                            told::add);
            add("one");
            assertTrue(output.step());
            add("two");
            assertTrue(output.step());

            assertEquals(List.of("one", "two"), taken());
            assertEquals(1, told.size(), told.toString());
            assertTrue(told.getFirst().startsWith("how far it has come cannot be written: "));
            assertEquals(3, output.needed());

            Files.createDirectory(absent);
            assertFalse(output.step());
            assertEquals(2, progress.read());
            assertEquals("", told.getLast());
        }
    }

    @Test
    void sendsAgainWhatFailsHangsAndIsCutOff() throws IOException, InterruptedException {
        behaviours.add((exchange, body) -> reply(exchange, 500, "out of order"));
        behaviours.add((exchange, body) -> reply(exchange, 503, ""));
        behaviours.add((exchange, body) -> awaitEnd());
        behaviours.add((exchange, body) -> exchange.close());
        behaviours.add((exchange, body) -> reply(exchange, 200, "{\"items\":["));
        behaviours.add((exchange, body) -> reply(exchange, 200, items(1, 201)));
        add("one", "two");

        send();

        assertEquals(List.of("one", "two"), taken());
        assertEquals(
                Arrays.asList(1L, 2L, 4L, 8L, 16L, 32L),
                ticker.slept.stream().map(Duration::toSeconds).toList());
        assertEquals("", told.getLast());
        assertTrue(told.getFirst().contains("500 out of order"), told.toString());
    }

    private void awaitEnd() throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IOException("the test ends", e);
        }
    }

    @Test
    void waitsAsLongAsItIsAskedTo() throws IOException, InterruptedException {
        behaviours.add(
                (exchange, body) -> {
                    exchange.getResponseHeaders().set("Retry-After", "77");
                    reply(exchange, 429, "");
                });
        add("one");

        send();

        assertEquals(List.of("one"), taken());
        assertEquals(List.of(Duration.ofSeconds(77)), ticker.slept);
    }

    @Test
    void sendsOnlyThoseAgainThatWereNotTaken() throws IOException, InterruptedException {
        behaviours.add((exchange, body) -> reply(exchange, 200, items(201, 429, 409, 400, 503)));
        add("taken", "later", "there already", "never", "later too");

        send();

        assertEquals(List.of("later", "later too"), taken());
        assertTrue(told.stream().anyMatch(text -> text.startsWith("1 lines were refused")));
    }

    @Test
    void leavesOutTheOneLineThatSpoilsABatch() throws IOException, InterruptedException {
        add("a", "b", "bad", "c", "d");
        Post post =
                (path, type, body) -> {
                    List<String> sent = messages(new String(body, StandardCharsets.UTF_8));
                    boolean spoilt = sent.contains("bad");
                    if (!spoilt) {
                        taken.addAll(sent);
                    }
                    return new Fixed(spoilt ? 400 : 200, spoilt ? "no" : items(sent.size(), 201));
                };

        Output output = send(post);

        assertEquals(List.of("a", "b", "c", "d"), taken());
        assertEquals(1, output.leftOut());
        assertEquals(6, output.needed());
    }

    private record Fixed(int code, String text) implements Post.Reply {
        @Override
        public String retryAfter() {
            return "";
        }

        @Override
        public byte[] body() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /// A store that was away for long: lines wait, the size is kept, and nothing is missing.
    @Test
    void losesNothingWhileTheStoreIsAway() throws IOException, InterruptedException {
        Queue<String> expected = new ArrayDeque<>();
        String filler = "x".repeat(400);
        for (int i = 0; i < 8_000; i++) {
            String text = i + " " + filler;
            expected.add(text);
            addWithout(text);
            if (i % 2_000 == 0) {
                store.commit();
                store.maintain(NOW.plus(Duration.ofDays(99_999)), 1);
            }
        }
        store.commit();
        store.maintain(NOW.plus(Duration.ofDays(99_999)), 1);

        send();

        assertEquals(List.copyOf(expected), taken());
    }

    @Test
    void writesWhatLokiAndOpenTelemetryRead() {
        LogSource source =
                new LogSource(
                        "default",
                        "web",
                        "uid",
                        "app",
                        2,
                        "node",
                        new TreeMap<>(Map.of("app", "todo")));
        List<LogRecord> lines =
                List.of(
                        new LogRecord(1, 1_000_000_001L, source, false, "ERROR a"),
                        new LogRecord(2, 1_000_000_002L, source, true, "b"));

        JsonObject loki = (JsonObject) Json.parse(new LokiFormat().encode(lines));
        JsonObject otlp = (JsonObject) Json.parse(new OtlpFormat().encode(lines));

        assertEquals(
                "{\"stream\":{\"app\":\"todo\",\"container\":\"app\",\"namespace\":\"default\","
                        + "\"node_name\":\"node\",\"pod\":\"web\",\"stream\":\"stdout\"},"
                        + "\"values\":[[\"1000000001\",\"ERROR a\"]]}",
                loki.array("streams").objects().getFirst().toString());
        assertEquals(2, loki.array("streams").objects().size());
        JsonObject resource = otlp.array("resourceLogs").objects().getFirst();
        assertTrue(
                resource.object("resource")
                        .toString()
                        .contains(
                                "{\"key\":\"k8s.pod.name\",\"value\":{\"stringValue\":\"web\"}}"));
        List<JsonObject> records =
                resource.array("scopeLogs").objects().getFirst().array("logRecords").objects();
        assertEquals("1000000001", records.getFirst().string("timeUnixNano"));
        assertEquals("ERROR a", records.getFirst().object("body").string("stringValue"));
        assertEquals(17, records.getFirst().integer("severityNumber", 0));
    }

    @Test
    void readsWhatOpenTelemetrySaysOfLinesThatItDropped() {
        byte[] body =
                "{\"partialSuccess\":{\"rejectedLogRecords\":\"3\",\"errorMessage\":\"old\"}}"
                        .getBytes(StandardCharsets.UTF_8);

        assertEquals(new Verdict.Taken(3, "old"), new OtlpFormat().judge(200, "", body, 9));
    }
}
