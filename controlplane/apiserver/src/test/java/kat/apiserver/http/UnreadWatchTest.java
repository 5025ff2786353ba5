package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.client.DeleteOptions;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import kat.store.StoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is kept for watches whose clients do not read, and what they are told once they do.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UnreadWatchTest {

    private static final String PATH =
            "/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=";

    /// So few that none waits for a pause between writes, which this clock would never end.
    private static final int WATCHES = 4;

    /// Each is near the largest that a ConfigMap may be; all are far more than sockets hold.
    private static final int WRITES = 150;

    private static final int BYTES = 900_000;

    private static final long HISTORY_BYTES = 8L << 20;

    /// For each watch: what is taken at once with the last object reaching beyond it, as it is,
    /// framed and sealed for its connection; for all: the history, and what the JVM pleases to
    /// keep.
    private static final long MOST_BYTES = WATCHES * 3 * ((1L << 20) + BYTES) + 4 * HISTORY_BYTES;

    @TempDir Path folder;
    private final MemoryStore store = new MemoryStore(shortHistory());
    private final FakeTicker ticker = new FakeTicker(Instant.now());
    private ApiServer server;
    private SSLContext trusting;

    private static StoreConfig shortHistory() {
        StoreConfig usual = StoreConfig.defaults();
        return new StoreConfig(
                usual.topics(),
                new StoreConfig.Retention(100_000, HISTORY_BYTES, Duration.ofMinutes(5)),
                usual.log());
    }

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(ApiServerConfig.local(folder), store, ticker, Randomness.system());
        server.start();
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setCertificateEntry("ca", server.pki().authority().certificate());
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(keys);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, managers.getTrustManagers(), null);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String token() {
        JsonObject config = (JsonObject) Json.parse(server.kubeconfig("t", true).getBytes(UTF_8));
        return config.array("users").objects().getFirst().object("user").string("token");
    }

    @Test
    void overConnectionsThatAreNotReadTakeLittleAndEndAsExpired() throws Exception {
        String head =
                "GET "
                        + PATH
                        + store.revision()
                        + " HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
                        + token()
                        + "\r\n\r\n";
        List<UnreadAnswer> watches = new ArrayList<>();
        try {
            for (int i = 0; i < WATCHES; i++) {
                watches.add(new UnreadAnswer(trusting, server.address().getPort(), head));
            }

            writeManyTimes();

            for (UnreadAnswer watch : watches) {
                assertEndsEarly(watch.rest());
            }
        } finally {
            for (UnreadAnswer watch : watches) {
                watch.close();
            }
        }
    }

    @Test
    void overStreamsWhoseWindowStaysShutTakeLittleAndEndAsExpired() throws Exception {
        byte[] request =
                RawHttp2.headers(
                        ":method",
                        "GET",
                        ":scheme",
                        "https",
                        ":authority",
                        "localhost",
                        ":path",
                        PATH + store.revision(),
                        "authorization",
                        "Bearer " + token());
        try (RawHttp2 client = new RawHttp2(trusting, server.address().getPort())) {
            client.greet();
            for (int i = 0; i < WATCHES; i++) {
                client.frame(
                                RawHttp2.HEADERS,
                                RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                                2 * i + 1,
                                request)
                        .flush();
                assertEquals(2 * i + 1, client.await(RawHttp2.HEADERS).stream());
            }

            writeManyTimes();

            client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(1 << 30));
            for (int i = 0; i < WATCHES; i++) {
                client.frame(RawHttp2.WINDOW_UPDATE, 0, 2 * i + 1, RawHttp2.number(1 << 30));
            }
            client.flush();
            for (String body : UnreadAnswer.streams(client, WATCHES)) {
                assertEndsEarly(UnreadAnswer.events(body));
            }
        }
    }

    @Test
    void whatExistedIsGivenUpOnceNobodyCouldFollowIt() throws Exception {
        Transport admin = server.transport(User.component("test"));
        long empty = used();
        for (int i = 0; i < WRITES; i++) {
            var unused = admin.create(Kinds.CONFIG_MAP, large("l" + i, i), WriteOptions.NONE);
        }
        List<UnreadAnswer> watches = new ArrayList<>();
        try {
            String head =
                    "GET /api/v1/namespaces/default/configmaps?watch=true&sendInitialEvents=true"
                            + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
                            + " HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
                            + token()
                            + "\r\n\r\n";
            for (int i = 0; i < WATCHES; i++) {
                watches.add(new UnreadAnswer(trusting, server.address().getPort(), head));
            }
            for (int i = 0; i < WRITES; i++) {
                var unused =
                        admin.delete(
                                Kinds.CONFIG_MAP,
                                new ObjectKey("default", "l" + i),
                                DeleteOptions.NONE);
            }
            writeManyTimes();
            assertTrue(used() - empty > MOST_BYTES, "what existed is kept for its readers");

            ticker.advance(Duration.ofMinutes(1));

            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (used() - empty > MOST_BYTES && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            long grown = used() - empty;
            assertTrue(grown < MOST_BYTES, "keeps " + grown + " bytes");
            for (UnreadAnswer watch : watches) {
                List<JsonObject> events = watch.rest();
                JsonObject last = events.getLast();
                assertEquals("ERROR", last.string("type"), "events: " + events.size());
                assertEquals(410, last.object("object").integer("code", 0));
                assertTrue(events.size() < WRITES, "sent: " + events.size());
            }
        } finally {
            for (UnreadAnswer watch : watches) {
                watch.close();
            }
        }
    }

    private static KubeObject large(String name, int n) {
        String map =
                "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"default\"},"
                        + "\"data\":{\"n\":\"%d\",\"text\":\"%s\"}}";
        return KubeObject.parse(map.formatted(name, n, "x".repeat(BYTES)).getBytes(UTF_8));
    }

    /// Writes one object over and over, and sees that this leaves little in memory.
    private void writeManyTimes() {
        Transport admin = server.transport(User.component("test"));
        long from = store.revision();
        long before = used();
        for (int i = 0; i < WRITES; i++) {
            KubeObject object = large("m", i);
            if (i == 0) {
                var unused = admin.create(Kinds.CONFIG_MAP, object, WriteOptions.NONE);
            } else {
                var unused = admin.update(Kinds.CONFIG_MAP, object, WriteOptions.NONE);
            }
        }
        assertTrue(store.compactedRevision() > from + WRITES / 2, "the past is forgotten");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        long grown = used() - before;
        // what was on its way when the last write was done goes by itself
        while (grown > MOST_BYTES && System.nanoTime() < deadline) {
            grown = used() - before;
        }
        assertTrue(grown < MOST_BYTES, "grew by " + grown + " bytes");
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// The first of what was written, without a gap, and at last why no more.
    private void assertEndsEarly(List<JsonObject> events) {
        JsonObject last = events.getLast();
        List<String> seen =
                events.subList(0, events.size() - 1).stream()
                        .map(event -> event.object("object").object("data").string("n"))
                        .toList();

        assertEquals("ERROR", last.string("type"), "events: " + events.size());
        JsonObject status = last.object("object");
        assertEquals("Expired", status.string("reason"));
        assertEquals(410, status.integer("code", 0));
        String message = status.string("message");
        assertTrue(message.startsWith("too old resource version: "), message);
        assertTrue(seen.size() < WRITES / 2, "sent: " + seen.size());
        assertEquals(IntStream.range(0, seen.size()).mapToObj(Integer::toString).toList(), seen);
    }
}
