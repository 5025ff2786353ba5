package todo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What happens when PostgreSQL goes away, and when this server is asked to end.
class OutageTest {

    private static final String PATH = "/api/v1/todos";

    private PostgresServer postgres;

    @BeforeEach
    void startPostgres() throws Exception {
        postgres = PostgresServer.start();
    }

    @AfterEach
    void stopPostgres() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    private TodoServer server(Duration drain) {
        return new TodoServer(new Settings(0, 0, postgres.url(), "todo", "", 4, drain)).start();
    }

    @Test
    void comesUpWithoutTheDatabaseAndServesOnceItIsThere() throws Exception {
        postgres.crash();
        try (TodoServer server = server(Duration.ZERO);
                Client client = new Client(server.port());
                Client management = new Client(server.managementPort())) {
            Client.Answer early = client.get(PATH);
            assertEquals(503, early.status());
            assertEquals("1", early.header("Retry-After"));
            assertEquals(503, management.get("/health/started").status());
            assertEquals(200, management.get("/health/live").status());

            postgres.startAgain();

            Client.await("ready", () -> management.isUp("/health/ready"));
            assertEquals(200, client.get(PATH).status());
        }
    }

    @Test
    void losesNoAcknowledgedWriteWhenTheDatabaseCrashes() throws Exception {
        try (TodoServer server = server(Duration.ZERO);
                Client client = new Client(server.port());
                Client management = new Client(server.managementPort())) {
            Client.await("ready", () -> management.isUp("/health/ready"));
            Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
            AtomicBoolean isOver = new AtomicBoolean();
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(Thread.ofVirtual().start(() -> write(client, acknowledged, isOver)));
            }

            for (int i = 0; i < 2; i++) {
                int before = acknowledged.size();
                Client.await("some writes", () -> acknowledged.size() > before + 50);
                postgres.crash();
                assertFalse(management.isUp("/health/ready"));
                assertTrue(management.isUp("/health/live"));
                postgres.startAgain();
                Client.await("ready", () -> management.isUp("/health/ready"));
            }
            isOver.set(true);
            for (Thread writer : writers) {
                writer.join();
            }

            Set<String> lost = new TreeSet<>(acknowledged);
            lost.removeAll(ids(client));
            assertEquals(Set.of(), lost);
        }
    }

    private static void write(Client client, Queue<String> acknowledged, AtomicBoolean isOver) {
        while (!isOver.get()) {
            try {
                Client.Answer answer = client.post(PATH, "{\"title\":\"keep me\"}");
                if (answer.status() == 201) {
                    acknowledged.add(answer.json().get("id").asText());
                } else if (answer.status() != 503) {
                    throw new AssertionError(answer.status() + " " + answer.body());
                }
            } catch (Exception e) {
                throw new AssertionError("the server itself failed", e);
            }
        }
    }

    private static Set<String> ids(Client client) throws Exception {
        Set<String> ids = new TreeSet<>();
        String after = "";
        do {
            JsonNode page = client.get(PATH + "?limit=200" + after).json();
            page.get("items").forEach(todo -> ids.add(todo.get("id").asText()));
            after = page.get("next").isNull() ? "" : "&after=" + page.get("next").asText();
        } while (!after.isEmpty());
        return ids;
    }

    @Test
    void servesOnForAWhileWhenAskedToEnd() throws Exception {
        TodoServer server = server(Duration.ofSeconds(3));
        try (Client client = new Client(server.port());
                Client management = new Client(server.managementPort())) {
            Client.await("ready", () -> management.isUp("/health/ready"));
            Thread end = Thread.ofVirtual().start(server::close);

            Client.await("not ready", () -> !management.isUp("/health/ready"));
            Client.Answer late = client.get(PATH);
            end.join();

            assertEquals(200, late.status());
            assertEquals("close", late.header("Connection"));
            assertFalse(management.isUp("/health/live"));
        }
    }
}
