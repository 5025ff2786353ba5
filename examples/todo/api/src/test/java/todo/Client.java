package todo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A client of one server, for tests.
final class Client implements AutoCloseable {

    /// What was answered.
    record Answer(int status, java.net.http.HttpHeaders headers, String body) {
        JsonNode json() {
            return Json.parse(body);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    Client(int port) {
        base = "http://127.0.0.1:" + port;
    }

    Answer get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    Answer post(String path, String body) throws Exception {
        return send("POST", path, body, "Content-Type", "application/json");
    }

    Answer put(String path, String body) throws Exception {
        return send("PUT", path, body, "Content-Type", "application/json");
    }

    Answer patch(String path, String etag, String body) throws Exception {
        return send("PATCH", path, body, "Content-Type", "application/json", "If-Match", etag);
    }

    Answer send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(20))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    /// Adds a to-do and gives it back as it was answered.
    JsonNode add(String title) throws Exception {
        return post("/api/v1/todos", "{\"title\":\"" + title + "\"}").json();
    }

    /// Whether a path answers 200; false when nothing listens.
    boolean isUp(String path) {
        try {
            return get(path).status() == 200;
        } catch (IOException e) {
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + LONGEST_WAIT + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
