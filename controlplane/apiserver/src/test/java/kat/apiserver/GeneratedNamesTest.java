package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedNamesTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final Letters letters = new Letters();
    private @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        ApiServer server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        letters);
        server.start();
        served = new Served(server, new HttpsClient(server));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private JsonObject create(int code) throws Exception {
        return create(MAPS, code);
    }

    private JsonObject create(String path, int code) throws Exception {
        HttpResponse<String> answer =
                served.client().admin("POST", path, "{\"metadata\":{\"generateName\":\"g-\"}}");
        assertEquals(code, answer.statusCode(), answer.body());
        return (JsonObject) Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNameThatIsTakenIsDrawnAgain() throws Exception {
        letters.names = "bbbc";

        assertEquals("g-bbbbb", create(201).object("metadata").string("name"));
        assertEquals("g-ccccc", create(201).object("metadata").string("name"));
    }

    @Test
    void afterEightNamesThatAreTakenTheClientIsTold() throws Exception {
        letters.names = "bbbbbbbbbc";

        assertEquals("g-bbbbb", create(201).object("metadata").string("name"));
        JsonObject refused = create(409);

        assertEquals("AlreadyExists", refused.string("reason"));
        assertEquals(
                "configmaps \"g-bbbbb\" already exists, the server was not able to generate a"
                        + " unique name for the object",
                refused.string("message"));
        assertEquals("g-ccccc", create(201).object("metadata").string("name"));
    }

    @Test
    void aNamespaceIsLabelledWithTheNameThatWasDrawn() throws Exception {
        letters.names = "b";

        JsonObject metadata = create("/api/v1/namespaces", 201).object("metadata");

        assertEquals("g-bbbbb", metadata.string("name"));
        assertEquals("g-bbbbb", metadata.object("labels").string("kubernetes.io/metadata.name"));
    }

    /// Draws names of one letter each, as told.
    private static final class Letters implements Randomness {

        private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
        private static final int SUFFIX = 5;

        private final Randomness other = Randomness.system();
        private final AtomicInteger drawn = new AtomicInteger();
        private volatile String names = "";

        @Override
        public int nextInt(int bound) {
            return bound == ALPHABET.length()
                    ? ALPHABET.indexOf(names.charAt(drawn.getAndIncrement() / SUFFIX))
                    : other.nextInt(bound);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            other.nextBytes(bytes);
        }
    }
}
