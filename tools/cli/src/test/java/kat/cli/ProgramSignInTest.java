package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Verbs for users of a kubeconfig who sign in by a program, which here is a script that gives
/// another token each time, with a server that takes only one of them.
class ProgramSignInTest {

    private static final String LINE =
            """
            {"items": [{"time": "t", "sequence": 1, "pod": "web", "text": "hello"}], "sequence": 1}
            """;

    @TempDir Path home;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String taken = "Bearer 1";
    private HttpServer server;
    private Path kubeconfig;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        Path program = home.resolve("login");
        Files.writeString(
                program,
                """
                #!/bin/sh
                cd %s
                n=$(($(cat runs 2>/dev/null || echo 0) + 1)); echo $n > runs
                cat <<END
                {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                  "status": {"token": "$n"}}
                END
                """
                        .formatted(home));
        assertTrue(program.toFile().setExecutable(true));
        kubeconfig = home.resolve("config");
        Files.writeString(
                kubeconfig,
                """
                current-context: one
                contexts: [{name: one, context: {cluster: a, user: me}}]
                clusters: [{name: a, cluster: {server: "http://127.0.0.1:%d"}}]
                users:
                - name: me
                  user:
                    exec: {apiVersion: client.authentication.k8s.io/v1, command: %s,
                      interactiveMode: Never}
                """
                        .formatted(server.getAddress().getPort(), program));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(authorization);
        byte[] body = LINE.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(taken.equals(authorization) ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Session logs() {
        return new Session(home)
                .kat("logs", "web", "-o", "json", "--kubeconfig", kubeconfig.toString());
    }

    @Test
    void logsAreReadWithTheTokenOfTheProgram() {
        Session logs = logs();

        assertEquals(0, logs.exit(), logs.toString());
        assertTrue(logs.out().contains("hello"), logs.out());
        assertEquals(List.of("Bearer 1"), asked);
    }

    @Test
    void aTokenThatIsNotTakenAnyLongerIsFetchedAnew() {
        taken = "Bearer 2";

        Session logs = logs();

        assertEquals(0, logs.exit(), logs.toString());
        assertEquals(List.of("Bearer 1", "Bearer 2"), asked);
    }

    @Test
    void aProgramThatFailsIsTold() throws IOException {
        Files.writeString(home.resolve("login"), "#!/bin/sh\nexit 3\n");

        Session logs = logs();

        assertEquals(1, logs.exit(), logs.toString());
        assertTrue(logs.err().contains("login"), logs.err());
        assertEquals(List.of(), asked);
    }

    @Test
    void addonsAskAsTheUserOfTheProgram() {
        Session addons =
                new Session(home)
                        .with("KAT_CHARTS", charts().toString())
                        .kat("addons", "list", "--kubeconfig", kubeconfig.toString());

        assertTrue(asked.contains("Bearer 1"), addons.toString());
    }

    private static Path charts() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("tools/addons/charts"))) {
            folder = folder.getParent();
        }
        return folder.resolve("tools/addons/charts");
    }
}
