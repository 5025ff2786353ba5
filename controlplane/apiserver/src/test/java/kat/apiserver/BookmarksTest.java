package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.protobuf.Envelope;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a watch of a quiet kind is told while others change.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BookmarksTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static final String PROTOBUF = Envelope.MEDIA_TYPE + ";stream=watch";
    private static final Duration ALMOST_A_MINUTE = Duration.ofSeconds(59);

    @TempDir Path folder;
    private final FakeTicker ticker = new FakeTicker(Instant.now());
    private final MemoryStore store = new MemoryStore();
    private Served served;

    @BeforeEach
    void start() throws Exception {
        ApiServer server =
                new ApiServer(ApiServerConfig.local(folder), store, ticker, Randomness.seeded(1));
        server.start();
        served = new Served(server, new HttpsClient(server));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", PROTOBUF})
    void tellsAfterAMinuteHowFarAQuietKindIs(String form) throws Exception {
        try (Events events = watch(form, "&allowWatchBookmarks=true")) {
            create(MAPS, "first");
            assertEquals("ADDED first", events.next());
            ticker.advance(ALMOST_A_MINUTE);
            create(MAPS, "second");
            assertEquals("ADDED second", events.next());

            create(SECRETS, "of-another-kind");
            long revision = store.revision();
            ticker.advance(Duration.ofSeconds(1));

            assertEquals(bookmark(revision), events.tree());
            create(SECRETS, "one-more");
            long later = store.revision();
            ticker.advance(Duration.ofMinutes(1));
            assertEquals(bookmark(later), events.tree());
        }
    }

    @Test
    void tellsNothingToThoseWhoDidNotAskForIt() throws Exception {
        try (Events without = watch("application/json", "");
                Events with = watch("application/json", "&allowWatchBookmarks=true")) {
            create(MAPS, "first");
            assertEquals("ADDED first", without.next());
            assertEquals("ADDED first", with.next());
            create(SECRETS, "of-another-kind");
            long revision = store.revision();

            ticker.advance(Duration.ofMinutes(1));
            assertEquals(bookmark(revision), with.tree());
            create(MAPS, "second");

            assertEquals("ADDED second", without.next());
        }
    }

    @Test
    void tellsTwoSecondsBeforeAWatchEndsHowFarItIs() throws Exception {
        try (Events events =
                watch("application/json", "&allowWatchBookmarks=true&timeoutSeconds=70")) {
            create(MAPS, "first");
            assertEquals("ADDED first", events.next());
            create(SECRETS, "of-another-kind");
            long first = store.revision();
            ticker.advance(Duration.ofMinutes(1));
            assertEquals(bookmark(first), events.tree());
            create(SECRETS, "one-more");
            long last = store.revision();

            ticker.advance(Duration.ofSeconds(8));

            assertEquals(bookmark(last), events.tree());
            ticker.advance(Duration.ofSeconds(2));
            assertEquals(-1, events.in().read());
        }
    }

    private static JsonObject bookmark(long revision) {
        String object =
                "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
                        + "\"metadata\":{\"resourceVersion\":\"%d\"}}}";
        return (JsonObject) Json.parse(object.formatted(revision).getBytes(UTF_8));
    }

    private void create(String path, String name) throws Exception {
        String body = "{\"metadata\":{\"name\":\"" + name + "\"}}";
        HttpResponse<String> made =
                served.client().admin("POST", path, body, "Content-Type", "application/json");
        assertEquals(201, made.statusCode(), made.body());
    }

    private Events watch(String form, String more) throws Exception {
        String path = MAPS + "?watch=true&resourceVersion=" + store.revision() + more;
        HttpResponse<InputStream> answer = served.client().open(path, form);
        assertEquals(200, answer.statusCode());
        return new Events(answer.body(), form.equals(PROTOBUF));
    }

    /// The events of one watch.
    private record Events(InputStream in, boolean isProtobuf) implements AutoCloseable {

        JsonObject tree() throws IOException {
            return isProtobuf ? EncodingsTest.event(in) : (JsonObject) Json.parse(line());
        }

        private byte[] line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                assertEquals(next & 0xff, next, "the stream has ended");
                line.write(next);
            }
            return line.toByteArray();
        }

        /// Type and name.
        String next() throws IOException {
            JsonObject event = tree();
            String name = event.object("object").object("metadata").string("name");
            return event.string("type") + " " + name;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
