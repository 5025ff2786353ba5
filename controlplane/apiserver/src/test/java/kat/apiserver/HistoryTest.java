package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients are told who ask for a past that is no longer kept.
class HistoryTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir Path folder;
    private final MemoryStore store = new MemoryStore();
    private Served served;

    @BeforeEach
    void start() throws Exception {
        ApiServer server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        served = new Served(server, new HttpsClient(server));
        for (String name : List.of("a", "b", "c")) {
            create("\"name\":\"" + name + "\"");
        }
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> create(String metadata) throws Exception {
        String body = "{\"metadata\":{" + metadata + "}}";
        return served.client().admin("POST", MAPS, body, "Content-Type", "application/json");
    }

    private HttpResponse<String> get(String query) throws Exception {
        return served.client().admin("GET", MAPS + query, "");
    }

    private static JsonObject tree(HttpResponse<String> response) {
        return (JsonObject) Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(JsonObject list) {
        return list.array("items").objects().stream()
                .map(each -> each.object("metadata").string("name"))
                .toList();
    }

    @Test
    void pagesShowOneMomentUntilItIsForgottenAndThenGoOnFromTheirPlace() throws Exception {
        JsonObject first = tree(get("?limit=1"));
        String token = first.object("metadata").string("continue");
        create("\"name\":\"bb\"");

        JsonObject second = tree(get("?limit=5&continue=" + token));
        store.compact(store.revision());
        HttpResponse<String> gone = get("?limit=5&continue=" + token);
        String rest = tree(gone).object("metadata").string("continue");
        JsonObject later = tree(get("?limit=5&continue=" + rest));

        assertEquals(List.of("a"), names(first));
        assertEquals(List.of("b", "c"), names(second));
        assertEquals(410, gone.statusCode());
        assertEquals("Expired", tree(gone).string("reason"));
        assertTrue(gone.body().contains("continue parameter is too old"), gone.body());
        assertEquals(List.of("b", "bb", "c"), names(later));
    }

    @Test
    void anExactVersionThatIsForgottenIsGone() throws Exception {
        String version = tree(get("")).object("metadata").string("resourceVersion");
        create("\"name\":\"d\"");
        String exactly = "?resourceVersionMatch=Exact&resourceVersion=" + version;

        assertEquals(List.of("a", "b", "c"), names(tree(get(exactly))));
        store.compact(store.revision());
        HttpResponse<String> gone = get(exactly);

        assertEquals(410, gone.statusCode());
        assertTrue(gone.body().contains("The resourceVersion for the provided list is too old."));
    }

    @Test
    void aWatchFromAForgottenVersionIsToldSoAndEnds() throws Exception {
        String version = tree(get("")).object("metadata").string("resourceVersion");
        create("\"name\":\"d\"");
        store.compact(store.revision());

        HttpResponse<String> ended = get("?watch=true&resourceVersion=" + version);

        assertEquals(200, ended.statusCode());
        JsonObject event = tree(ended);
        assertEquals("ERROR", event.string("type"));
        assertEquals("410", String.valueOf(event.object("object").integer("code", 0)));
        assertTrue(
                event.object("object")
                        .string("message")
                        .startsWith("too old resource version: " + version + " ("));
    }
}
