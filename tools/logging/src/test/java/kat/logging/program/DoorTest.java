package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.testing.FakeTicker;
import kat.logging.store.LineStore;
import kat.logging.store.StoreLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorTest {

    private static final String LOCAL = "127.0.0.1";

    @TempDir private Path folder;

    private static HttpResponse<byte[]> ask(Door door, Keys client, String authority)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().sslContext(client.tls(authority)).build()) {
            return http.send(
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "https://localhost:"
                                                    + door.port()
                                                    + "/apis/logs.kat.dev/v1/lines"))
                            .header("X-Remote-User", "ann")
                            .header("X-Remote-Group", "blue")
                            .timeout(Duration.ofMinutes(1))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @Test
    void answersWhoeverTheApiServerSpeaksForAndNobodyElse() throws Exception {
        StoreLimits limits = new StoreLimits(StoreLimits.LEAST_BYTES, Duration.ofDays(1));
        FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-02T03:04:05Z"));
        Path secret = Files.createDirectory(folder.resolve("keys"));
        Keys server = Keys.make(secret, "localhost");
        Keys apiServer = Keys.make(secret, "front-proxy-client");
        Keys other = Keys.make(secret, "other");
        Rights rights = (user, namespace) -> user.equals(new User("ann", List.of("blue")));
        try (LineStore store = LineStore.open(folder.resolve("lines"), limits)) {
            SearchApi api = new SearchApi(store, rights, new Places(Duration.ZERO), ticker);
            String trusted = apiServer.certificate() + other.certificate();
            try (Door door =
                    new Door(LOCAL, server.tls(trusted), List.of("front-proxy-client"), api)) {
                door.start();

                HttpResponse<byte[]> good = ask(door, apiServer, server.certificate());
                HttpResponse<byte[]> wrongName = ask(door, other, server.certificate());

                assertEquals(200, good.statusCode());
                assertEquals("LineList", ((JsonObject) Json.parse(good.body())).string("kind"));
                assertEquals(403, wrongName.statusCode());
                Keys stranger = Keys.make(secret, "front-proxy-client");
                assertThrows(IOException.class, () -> ask(door, stranger, server.certificate()));
            }
        }
        assertEquals(List.of(), List.of(secret.toFile().list()));
    }
}
