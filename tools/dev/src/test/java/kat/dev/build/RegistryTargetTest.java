package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.dev.config.DevException;
import kat.dev.process.Shell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pushes to a small registry that asks who comes.
class RegistryTargetTest {

    private static final String PAIR = "Basic " + base64("me:secret");

    @TempDir Path folder;
    private HttpServer server;
    private final Map<String, byte[]> stored = new ConcurrentHashMap<>();
    private boolean givesTokens;

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/", this::registry);
        server.createContext("/token", this::token);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void token(HttpExchange exchange) throws IOException {
        String asked = exchange.getRequestURI().getQuery();
        boolean isKnown =
                PAIR.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                        && asked.equals("service=here&scope=repository:x/web:pull,push");
        answer(exchange, isKnown ? 200 : 403, "{\"token\":\"good\"}");
    }

    private void registry(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String wanted = givesTokens ? "Bearer good" : PAIR;
        if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            String challenge =
                    givesTokens
                            ? "Bearer realm=\"http://"
                                    + host()
                                    + "/token\",service=\"here\","
                                    + "scope=\"repository:x/web:pull,push\""
                            : "Basic realm=\"here\"";
            exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
            answer(exchange, 401, "");
            return;
        }
        String path = exchange.getRequestURI().getPath();
        switch (exchange.getRequestMethod()) {
            case "HEAD" -> answer(exchange, stored.containsKey(path) ? 200 : 404, "");
            case "POST" -> {
                exchange.getResponseHeaders().add("Location", path + "1");
                answer(exchange, 202, "");
            }
            default -> {
                String digest = exchange.getRequestURI().getQuery();
                stored.put(digest == null ? path : digest, body);
                answer(exchange, 201, "");
            }
        }
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            boolean isBare = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
            exchange.sendResponseHeaders(code, isBare ? -1 : bytes.length);
            if (!isBare) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private String push(String config) throws Exception {
        Files.writeString(folder.resolve("config.json"), config.replace("HOST", host()));
        Shell shell =
                new Shell(
                        Map.of(
                                "PATH", folder + ":" + System.getenv("PATH"),
                                "DOCKER_CONFIG", folder.toString(),
                                "REGISTRY_AUTH_FILE", folder.resolve("none").toString()));
        ImageStore store = new ImageStore(folder.resolve("store"));
        BuiltImage image = TestImages.of(store, "{}");
        try (RegistryTarget target = new RegistryTarget(store, new Credentials(shell), List.of())) {
            return target.deliver(image, host() + "/x/web", "1");
        }
    }

    @Test
    void aNameAndItsPasswordAreSent() throws Exception {
        String auth = base64("me:secret");

        String reference = push("{\"auths\":{\"HOST\":{\"auth\":\"" + auth + "\"}}}");

        assertTrue(reference.startsWith(host() + "/x/web:1@sha256:"), reference);
        assertTrue(stored.containsKey("/v2/x/web/manifests/1"), stored.keySet().toString());
        assertEquals(2, stored.size());
    }

    @Test
    void theRegistrysServiceGivesATokenForThem() throws Exception {
        givesTokens = true;

        String unused =
                push(
                        "{\"auths\":{\"http://HOST\":"
                                + "{\"username\":\"me\",\"password\":\"secret\"}}}");

        assertEquals(2, stored.size());
    }

    @Test
    void aHelperIsAsked() throws Exception {
        Path helper =
                Files.writeString(
                        folder.resolve("docker-credential-box"),
                        """
                        #!/bin/sh
                        read host
                        echo "$1 $host" >> "$DOCKER_CONFIG/asked"
                        echo '{"Username":"me","Secret":"secret"}'
                        """);
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));

        String unused = push("{\"credHelpers\":{\"HOST\":\"box\"}}");

        assertEquals("get " + host() + "\n", Files.readString(folder.resolve("asked")));
        assertEquals(2, stored.size());
    }

    @Test
    void whoMayNotPushIsToldHowToSignInAndNoSecret() {
        DevException none = assertThrows(DevException.class, () -> push("{}"));
        assertTrue(
                String.valueOf(none.getMessage()).contains("does not let this user push"),
                none.getMessage());

        String wrong = base64("me:wrong");
        givesTokens = true;
        DevException other =
                assertThrows(
                        DevException.class,
                        () -> push("{\"auths\":{\"HOST\":{\"auth\":\"" + wrong + "\"}}}"));
        assertFalse(String.valueOf(other.getMessage()).contains("wrong"), other.getMessage());
    }

    @Test
    void credentialsDoNotGoToAnotherHostNorOverAPlainConnection() {
        URI base = URI.create("https://r.example:5000");

        assertTrue(RegistrySession.isOwn(base, URI.create("https://r.example:5000/v2/x?y=1")));
        assertFalse(RegistrySession.isOwn(base, URI.create("http://r.example:5000/v2/x")));
        assertFalse(RegistrySession.isOwn(base, URI.create("https://r.example/v2/x")));
        assertFalse(RegistrySession.isOwn(base, URI.create("https://s.example:5000/v2/x")));
    }

    @Test
    void brokenCredentialsAreTold() {
        DevException text = assertThrows(DevException.class, () -> push("text"));
        assertTrue(
                String.valueOf(text.getMessage()).contains("config.json is not JSON"),
                text.getMessage());

        DevException missing =
                assertThrows(DevException.class, () -> push("{\"credsStore\":\"none\"}"));
        assertTrue(
                String.valueOf(missing.getMessage())
                        .startsWith("docker-credential-none is missing"),
                missing.getMessage());
    }
}
