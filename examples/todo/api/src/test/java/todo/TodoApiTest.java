package todo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The API over HTTP, with a PostgreSQL of its own.
class TodoApiTest {

    private static final String PATH = "/api/v1/todos";

    private static PostgresServer postgres;
    private static TodoServer server;
    private static Client client;
    private static Client management;

    @BeforeAll
    static void start() throws Exception {
        postgres = PostgresServer.start();
        server =
                new TodoServer(new Settings(0, 0, postgres.url(), "todo", "", 4, Duration.ZERO))
                        .start();
        client = new Client(server.port());
        management = new Client(server.managementPort());
        Client.await("the schema", () -> management.isUp("/health/started"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgres != null) {
            client.close();
            management.close();
            server.close();
            postgres.close();
        }
    }

    @BeforeEach
    void deleteAll() throws Exception {
        for (JsonNode todo : client.get(PATH + "?limit=200").json().get("items")) {
            assertEquals(204, delete(todo.get("id").asText(), "*").status());
        }
    }

    private static Client.Answer delete(String id, String etag) throws Exception {
        return client.send("DELETE", PATH + "/" + id, "", "If-Match", etag);
    }

    private static List<String> titles(String query) throws Exception {
        return StreamSupport.stream(
                        client.get(PATH + query).json().get("items").spliterator(), false)
                .map(todo -> todo.get("title").asText())
                .toList();
    }

    @Test
    void answersACreatedTodoWithItsPlace() throws Exception {
        Client.Answer created =
                client.post(
                        PATH,
                        "{\"title\":\"  milk \",\"description\":\"2 l\",\"due\":\"2027-01-31\"}");

        assertEquals(201, created.status());
        assertEquals("\"1\"", created.header("ETag"));
        assertEquals("milk", created.json().get("title").asText());
        assertEquals("2027-01-31", created.json().get("due").asText());
        assertEquals(created.body(), client.get(created.header("Location")).body());
    }

    @Test
    void tellsEveryFieldThatCannotBeTaken() throws Exception {
        Client.Answer refused =
                client.post(PATH, "{\"title\":\" \",\"done\":1,\"due\":\"soon\",\"id\":\"x\"}");

        assertEquals(422, refused.status());
        assertEquals("application/problem+json", refused.header("Content-Type"));
        List<String> fields = new ArrayList<>();
        refused.json().get("errors").forEach(error -> fields.add(error.get("field").asText()));
        assertEquals(List.of("done", "due", "id", "title"), fields);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{} {}", "{\"title\":\"a\",\"title\":\"b\"}"})
    void refusesBodiesThatAreNoObject(String body) throws Exception {
        assertEquals(400, client.post(PATH, body).status());
    }

    @Test
    void refusesTitlesThatAreTooLongOrHoldControlCharacters() throws Exception {
        assertEquals(201, client.post(PATH, title("x".repeat(200))).status());
        assertEquals(422, client.post(PATH, title("x".repeat(201))).status());
        assertEquals(422, client.post(PATH, title("a\\u0000b")).status());
        assertEquals(422, client.post(PATH, title("\\ud800")).status());
    }

    private static String title(String title) {
        return "{\"title\":\"" + title + "\"}";
    }

    @Test
    void refusesWhatIsNoJsonOrTooLarge() throws Exception {
        assertEquals(
                415, client.send("POST", PATH, "title=a", "Content-Type", "text/plain").status());
        Client.Answer large = client.post(PATH, title("x".repeat(100_000)));
        assertEquals(413, large.status());
    }

    @Test
    void changesOnlyWhatTheBodyNames() throws Exception {
        JsonNode todo = client.add("milk");

        Client.Answer changed =
                client.patch(PATH + "/" + todo.get("id").asText(), "\"1\"", "{\"done\":true}");

        assertEquals(200, changed.status());
        assertEquals("\"2\"", changed.header("ETag"));
        assertEquals("milk", changed.json().get("title").asText());
        assertTrue(changed.json().get("done").asBoolean());
    }

    @Test
    void refusesChangesToAVersionThatIsGone() throws Exception {
        String path = PATH + "/" + client.add("milk").get("id").asText();
        client.patch(path, "\"1\"", "{\"done\":true}");

        Client.Answer late = client.patch(path, "\"1\"", "{\"title\":\"bread\"}");

        assertEquals(412, late.status());
        assertEquals("\"2\"", late.header("ETag"));
        assertEquals(
                428, client.send("PATCH", path, "{}", "Content-Type", "application/json").status());
        assertEquals(428, client.send("DELETE", path, "").status());
    }

    @Test
    void answersNotModifiedToWhoHasTheVersion() throws Exception {
        String path = PATH + "/" + client.add("milk").get("id").asText();

        assertEquals(304, client.get(path, "If-None-Match", "\"1\"").status());
        assertEquals(200, client.get(path, "If-None-Match", "\"7\"").status());
    }

    @Test
    void undoesADeletion() throws Exception {
        JsonNode todo = client.add("milk");
        String path = PATH + "/" + todo.get("id").asText();
        assertEquals(204, delete(todo.get("id").asText(), "\"1\"").status());
        assertEquals(404, client.get(path).status());

        Client.Answer restored = client.send("POST", path + "/restore", "");

        assertEquals(200, restored.status());
        assertEquals(todo.get("order"), restored.json().get("order"));
        assertEquals(200, client.get(path).status());
    }

    @Test
    void filtersAndSorts() throws Exception {
        client.post(PATH, "{\"title\":\"Milk\",\"due\":\"2027-02-01\"}");
        client.post(PATH, "{\"title\":\"Bread\",\"done\":true}");
        client.post(PATH, "{\"title\":\"Tea\",\"description\":\"milky\",\"due\":\"2027-01-01\"}");

        assertEquals(List.of("Milk", "Bread", "Tea"), titles(""));
        assertEquals(List.of("Bread"), titles("?done=true"));
        assertEquals(List.of("Milk", "Tea"), titles("?q=MILK"));
        assertEquals(List.of("Tea"), titles("?dueBefore=2027-02-01"));
        assertEquals(List.of("Tea", "Milk", "Bread"), titles("?sort=due"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"order", "due", "created"})
    void pagesHoldEachTodoOnce(String sort) throws Exception {
        for (int i = 0; i < 7; i++) {
            client.post(
                    PATH,
                    i % 2 == 0
                            ? "{\"title\":\"t" + i + "\",\"due\":\"2027-01-01\"}"
                            : "{\"title\":\"t" + i + "\"}");
        }

        List<String> seen = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = client.get(PATH + "?limit=3&sort=" + sort + after).json();
            assertEquals(7, page.get("total").asInt());
            page.get("items").forEach(todo -> seen.add(todo.get("title").asText()));
            after = page.get("next").isNull() ? "" : "&after=" + page.get("next").asText();
        } while (!after.isEmpty());

        assertEquals(titles("?sort=" + sort), seen);
        assertEquals(7, seen.size());
    }

    @Test
    void aPageThatBecameEmptyTellsHowManyThereAre() throws Exception {
        client.add("first");
        JsonNode last = client.add("last");
        String next = client.get(PATH + "?limit=1").json().get("next").asText();
        assertEquals(204, delete(last.get("id").asText(), "*").status());

        JsonNode page = client.get(PATH + "?limit=1&after=" + next).json();

        assertEquals(0, page.get("items").size());
        assertEquals(1, page.get("total").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=many",
                "done=perhaps",
                "sort=size",
                "dueBefore=soon",
                "after=xyz",
                "colour=red",
                "q=%00"
            })
    void refusesParametersThatItCannotTake(String query) throws Exception {
        Client.Answer refused = client.get(PATH + "?" + query);

        assertEquals(400, refused.status(), refused.body());
        assertEquals("application/problem+json", refused.header("Content-Type"));
    }

    @Test
    void movesTodosBeforeOthersAndToTheEnd() throws Exception {
        String a = client.add("a").get("id").asText();
        String b = client.add("b").get("id").asText();
        String c = client.add("c").get("id").asText();

        client.put(PATH + "/" + c + "/position", "{\"before\":\"" + a + "\"}");
        assertEquals(List.of("c", "a", "b"), titles(""));
        client.put(PATH + "/" + a + "/position", "{\"before\":null}");
        assertEquals(List.of("c", "b", "a"), titles(""));
        client.put(PATH + "/" + b + "/position", "{\"before\":\"" + b + "\"}");
        assertEquals(List.of("c", "b", "a"), titles(""));
    }

    @Test
    void findsRoomBetweenNeighboursForEver() throws Exception {
        client.add("first");
        String a = client.add("a").get("id").asText();
        String b = client.add("b").get("id").asText();

        for (int i = 0; i < 60; i++) {
            String mover = i % 2 == 0 ? b : a;
            String other = i % 2 == 0 ? a : b;
            Client.Answer moved =
                    client.put(PATH + "/" + mover + "/position", "{\"before\":\"" + other + "\"}");
            assertEquals(200, moved.status(), moved.body());
            assertEquals(
                    i % 2 == 0 ? List.of("first", "b", "a") : List.of("first", "a", "b"),
                    titles(""));
        }
    }

    @Test
    void answersUnknownPathsAndMethodsWithProblems() throws Exception {
        Client.Answer missing = client.get("/api/v1/nothing");
        Client.Answer wrong = client.send("PUT", PATH, "");

        assertEquals(404, missing.status());
        assertEquals("application/problem+json", missing.header("Content-Type"));
        assertEquals(405, wrong.status());
        assertEquals("GET, POST", wrong.header("Allow"));
        assertEquals(404, client.get(PATH + "/17").status());
    }

    @Test
    void describesEveryRouteThatItHas() throws Exception {
        JsonNode paths = client.get("/api/openapi.json").json().get("paths");
        String id = client.add("milk").get("id").asText();
        List<String> tried = new ArrayList<>();

        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (method.getKey().equals("parameters")) {
                    continue;
                }
                Client.Answer answer =
                        client.send(
                                method.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey().replace("{id}", id),
                                "");
                assertNotEquals(404, answer.status(), path.getKey());
                assertNotEquals(405, answer.status(), path.getKey());
                assertTrue(
                        method.getValue().get("responses").has(String.valueOf(answer.status())),
                        method.getKey() + " " + path.getKey() + " answered " + answer.status());
                tried.add(method.getKey() + " " + path.getKey());
            }
        }

        assertEquals(7, tried.size(), tried.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/docs",
                "/api/docs/swagger-ui.css",
                "/api/docs/swagger-ui-bundle.js",
                "/api/docs/start.js"
            })
    void hasAPageToTryItOn(String path) throws Exception {
        assertEquals(200, client.get(path).status());
    }

    @Test
    void namesEachRequest() throws Exception {
        assertEquals("me-1", client.get(PATH, "X-Request-Id", "me-1").header("X-Request-Id"));
        assertEquals(36, client.get(PATH).header("X-Request-Id").length());
    }

    @Test
    void measuresRequestsAndConnections() throws Exception {
        client.get(PATH);

        String metrics = management.get("/metrics").body();

        assertTrue(
                metrics.contains(
                        "http_server_requests_seconds_count{method=\"GET\",route=\"/api/v1/todos"),
                metrics);
        assertTrue(metrics.contains("hikaricp_connections_active"), metrics);
        assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
    }

    @Test
    void rehearsesUnseen() throws Exception {
        Settings settings = new Settings(0, 0, postgres.url(), "todo", "", 4, Duration.ZERO);
        try (TodoServer fresh = new TodoServer(settings).start();
                Client freshManagement = new Client(fresh.managementPort())) {
            Client.await("the start", () -> freshManagement.isUp("/health/started"));
            assertTrue(
                    freshManagement
                            .get("/health/started")
                            .json()
                            .at("/checks/rehearsal")
                            .asBoolean());
            String metrics = freshManagement.get("/metrics").body();
            assertTrue(metrics.contains("hikaricp_connections"), metrics);
            assertFalse(metrics.contains("http_server_requests"), metrics);
        }
    }

    @Test
    void keepsHealthAndMetricsAwayFromTheOutside() throws Exception {
        assertEquals(404, client.get("/metrics").status());
        assertEquals(404, client.get("/health/ready").status());
        assertEquals(200, management.get("/health/live").status());
        assertEquals(200, management.get("/health/ready").status());
    }
}
