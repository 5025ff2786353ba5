package kat.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.kubeconfig.Kubeconfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dashboard's server before an API server that notes what it was asked.
class ConsoleServerTest {

    private static final int PATIENCE_MILLIS = 30_000;

    @TempDir Path folder;
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile String refused = "";
    private final CountDownLatch firstSeen = new CountDownLatch(1);
    private HttpServer api;
    private ConsoleServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("index.html"), "<!doctype html><title>KAT</title>");
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext(
                "/",
                exchange -> {
                    asked.add(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization")
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Impersonate-User")
                                    + " "
                                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    exchange.getResponseHeaders().add("Set-Cookie", "theirs=1");
                    String who = exchange.getRequestHeaders().getFirst("Authorization");
                    exchange.sendResponseHeaders(refused.equals(who) ? 401 : 200, 0);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write("first\n".getBytes(UTF_8));
                        out.flush();
                        if (exchange.getRequestURI().toString().contains("watch")) {
                            awaitFirstSeen();
                        }
                        out.write("second\n".getBytes(UTF_8));
                    }
                });
        api.start();
        server = serve(api.getAddress().getPort());
        address = URI.create(server.address());
    }

    private void awaitFirstSeen() throws IOException {
        try {
            assertTrue(firstSeen.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /// A program in Helm's place: says its words, then waits for a line of the file `go`.
    private ProcessBuilder helm(List<String> words) {
        String script = "echo \"$@\"; read line < go; echo \"$line\" >&2; exit 3";
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "helm"));
        command.addAll(words);
        return new ProcessBuilder(command).directory(folder.toFile());
    }

    private ConsoleServer serve(int apiPort) throws IOException {
        return serve(apiPort, JsonObject.EMPTY.with("token", Json.of("secret")));
    }

    private ConsoleServer serve(int apiPort, JsonObject user) throws IOException {
        JsonObject cluster =
                JsonObject.EMPTY.with("server", Json.of("http://127.0.0.1:" + apiPort));
        ConsoleServer made =
                new ConsoleServer(
                        new ConsoleServer.Settings(
                                new Kubeconfig(folder, cluster, user, "shop"),
                                folder,
                                0,
                                Optional.of(this::helm)),
                        new SystemTicker(),
                        Randomness.system());
        made.start();
        return made;
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        api.stop(0);
    }

    /// @param head lines behind the request's first
    private String ask(String first, String... head) throws IOException {
        return ask("", first, head);
    }

    private String ask(String body, String first, String[] head) throws IOException {
        try (Socket socket = connect()) {
            send(socket, body, first, head);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String body, String first, String... head)
            throws IOException {
        String length = body.isEmpty() ? "" : "content-length: " + body.length() + "\r\n";
        String text = first + " HTTP/1.1\r\n" + length + String.join("\r\n", head) + "\r\n\r\n";
        socket.getOutputStream().write((text + body).getBytes(UTF_8));
    }

    private String host() {
        return "host: 127.0.0.1:" + address.getPort();
    }

    private String signIn() throws IOException {
        String answer = exchange(address.getFragment());
        String cookie = answer.split("set-cookie: ", -1)[1].split(";", -1)[0];
        return "cookie: " + cookie;
    }

    private String exchange(String secret) throws IOException {
        return ask(
                secret, "POST /dashboard/session.json", new String[] {host(), "x-kat-console: 1"});
    }

    private static int code(String answer) {
        return Integer.parseInt(answer.split(" ", -1)[1]);
    }

    @Test
    void theSecretIsGoodOnce() throws IOException {
        String first = exchange(address.getFragment());
        String second = exchange(address.getFragment());
        String wrong = exchange("wrong");

        assertEquals(200, code(first));
        assertTrue(first.contains("HttpOnly; SameSite=Strict"), first);
        assertTrue(first.contains("\"namespace\":\"shop\""), first);
        assertEquals(401, code(second));
        assertEquals(401, code(wrong));
    }

    @Test
    void passesRequestsOnWithTheUsersTokenAndNothingElse() throws IOException {
        String answer =
                ask(
                        "{}",
                        "POST /api/v1/pods?dryRun=All",
                        new String[] {
                            host(),
                            signIn(),
                            "x-kat-console: 1",
                            "authorization: Bearer other",
                            "impersonate-user: boss"
                        });

        assertEquals(200, code(answer));
        assertTrue(answer.contains("first\n"), answer);
        assertTrue(answer.contains("second\n"), answer);
        assertTrue(!answer.contains("theirs=1"), answer);
        assertTrue(answer.contains("default-src 'none'; sandbox"), answer);
        assertEquals("POST /api/v1/pods?dryRun=All Bearer secret null {}", asked.peek());
    }

    @Test
    void signsInAgainWhenTheServerNoLongerTakesTheToken() throws IOException {
        Path program = folder.resolve("login");
        Files.writeString(
                program,
                """
                #!/bin/sh
                echo x >> "$0.runs"
                n=$(wc -l < "$0.runs")
                echo '{"apiVersion": "client.authentication.k8s.io/v1", "status": {"token": "'t$n'"}}'
                """);
        assertTrue(program.toFile().setExecutable(true));
        refused = "Bearer t1";
        server.close();
        JsonObject exec =
                JsonObject.EMPTY
                        .with("apiVersion", "client.authentication.k8s.io/v1")
                        .with("command", program.toString());
        server = serve(api.getAddress().getPort(), JsonObject.EMPTY.with("exec", exec));
        address = URI.create(server.address());

        String answer = ask("GET /api/v1/pods", host(), signIn(), "x-kat-console: 1");

        assertEquals(200, code(answer));
        assertEquals(
                List.of("GET /api/v1/pods Bearer t1 null ", "GET /api/v1/pods Bearer t2 null "),
                List.copyOf(asked));
    }

    @Test
    void sendsWhatHasComeBeforeTheEnd() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "", "GET /api/v1/pods?watch=1", host(), signIn(), "x-kat-console: 1");
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(UTF_8).contains("first")) {
                int next = in.read();
                assertTrue(next >= 0, "the answer goes on");
                seen.write(next);
            }
            firstSeen.countDown();
            while (!seen.toString(UTF_8).endsWith("0\r\n\r\n")) {
                int next = in.read();
                assertTrue(next >= 0, "the answer goes on");
                seen.write(next);
            }

            assertTrue(seen.toString(UTF_8).contains("second"), seen.toString(UTF_8));
        }
    }

    @Test
    void answersOnlyItsOwnPage() throws IOException {
        String cookie = signIn();
        String own = "x-kat-console: 1";
        String get = "GET /api/v1/pods";

        assertEquals(401, code(ask(get, host(), own)));
        assertEquals(403, code(ask(get, host(), cookie)));
        assertEquals(403, code(ask(get, "host: evil.example", cookie, own)));
        assertEquals(403, code(ask(get, host(), host(), cookie, own)));
        assertEquals(403, code(ask(get, host(), cookie, own, "origin: http://evil.example")));
        assertEquals(403, code(ask(get, host(), cookie, own, "origin: null")));
        assertEquals(403, code(ask(get, host(), cookie, own, "sec-fetch-site: cross-site")));
        assertEquals(
                403, code(ask(get, host(), cookie, "upgrade: websocket", "connection: Upgrade")));
        assertEquals(403, code(exchangeWithout()));
        assertEquals(0, asked.size());
    }

    private String exchangeWithout() throws IOException {
        return ask("x", "POST /dashboard/session.json", new String[] {host()});
    }

    @Test
    void reachesNoPagesOfPodsAndNothingBesideTheApi() throws IOException {
        String[] head = {host(), signIn(), "x-kat-console: 1"};
        for (String path :
                new String[] {
                    "/api/v1/namespaces/a/services/b/proxy/x",
                    "/api/v1/namespaces/a/services/b/proxy/api/v1/query/../../x",
                    "/api/v1/namespaces/a/services/b/proxy/api/v1/admin/tsdb/snapshot",
                    "/api/v1/namespaces/a/services/../proxy/api/v1/query",
                    "/api/v1/namespaces/a/pods/b/proxy/api/v1/query",
                    "/api/v1/namespaces/a/pods/b/proxy",
                    "/api/v1/namespaces/a/pods/b%2Fproxy/",
                    "/api/v1/namespaces/a/pods/b/%70roxy/",
                    "/api/v1/namespaces/a/pods/b/%zz",
                    "/api/v1/x/../namespaces/a/pods/b/proxy/",
                    "/api/v1/%2e%2e/metrics",
                    "/metrics",
                    "/logs/x"
                }) {
            assertEquals(404, code(ask("GET " + path, head)), path);
        }
        assertEquals(0, asked.size());
    }

    @Test
    void readsFiguresOfPrometheusAndChangesNothingThere() throws IOException {
        String[] head = {host(), signIn(), "x-kat-console: 1"};
        String query = "/api/v1/namespaces/a/services/b:http/proxy/api/v1/query?query=up";

        assertEquals(200, code(ask("GET " + query, head)));
        assertEquals(404, code(ask("POST " + query, head)));
        assertEquals(404, code(ask("DELETE " + query, head)));
        assertEquals(403, code(ask("GET " + query, head[0], head[1])));
        assertEquals(1, asked.size());
    }

    @Test
    void rollsBackByHelmAndTellsEachLine() throws Exception {
        int made = new ProcessBuilder("mkfifo", folder.resolve("go").toString()).start().waitFor();
        String wish = "{\"namespace\":\"shop\",\"name\":\"web\",\"revision\":2,\"wait\":true}";
        assertEquals(0, made);
        try (Socket socket = connect()) {
            String path = "POST /dashboard/rollback";
            send(socket, wish, path, host(), signIn(), "x-kat-console: 1");
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(UTF_8).contains("--wait\n")) {
                int next = in.read();
                assertTrue(next >= 0, "the answer goes on");
                seen.write(next);
            }
            Files.writeString(folder.resolve("go"), "refused services web\n");
            while (!seen.toString(UTF_8).endsWith("0\r\n\r\n")) {
                int next = in.read();
                assertTrue(next >= 0, "the answer goes on");
                seen.write(next);
            }

            String answer = seen.toString(UTF_8);
            assertTrue(answer.contains("rollback web 2 --namespace shop --debug --wait\n"), answer);
            assertTrue(answer.contains("refused services web\n"), answer);
            assertTrue(answer.contains("exit 3\n"), answer);
        }
    }

    @Test
    void waitsAtItsEndForARollbackAndBeginsNoOther() throws Exception {
        int made = new ProcessBuilder("mkfifo", folder.resolve("go").toString()).start().waitFor();
        String wish = "{\"namespace\":\"shop\",\"name\":\"web\",\"revision\":2,\"wait\":true}";
        String path = "POST /dashboard/rollback";
        String[] head = {host(), signIn(), "x-kat-console: 1"};
        assertEquals(0, made);
        assertFalse(server.isRollingBack());
        try (Socket socket = connect()) {
            send(socket, wish, path, head);
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(UTF_8).contains("--wait\n")) {
                int next = socket.getInputStream().read();
                assertTrue(next >= 0, "the answer goes on");
                seen.write(next);
            }
            assertTrue(server.isRollingBack());
            assertFalse(server.awaitRollbacks(Duration.ZERO));

            Files.writeString(folder.resolve("go"), "done\n");
            assertTrue(server.awaitRollbacks(Duration.ofMillis(PATIENCE_MILLIS)));
        }
        assertEquals(429, code(ask(wish, path, head)));
    }

    @Test
    void rollsNothingBackForOthersOrWithWordsOfTheirOwn() throws IOException {
        String path = "POST /dashboard/rollback";
        String wish = "{\"namespace\":\"shop\",\"name\":\"web\",\"revision\":2}";
        String cookie = signIn();
        String[] head = {host(), cookie, "x-kat-console: 1"};

        assertEquals(403, code(ask(wish, path, new String[] {host(), cookie})));
        assertEquals(401, code(ask(wish, path, new String[] {host(), "x-kat-console: 1"})));
        assertEquals(404, code(ask("GET /dashboard/rollback", head)));
        assertEquals(400, code(ask(wish.replace("web", "--kubeconfig=x"), path, head)));
        assertEquals(400, code(ask(wish.replace("shop", "-a"), path, head)));
        assertEquals(400, code(ask(wish.replace("2", "0"), path, head)));
        assertEquals(400, code(ask("nonsense", path, head)));
    }

    @Test
    void servesThePageAndNoFileBesideIt() throws IOException {
        Files.writeString(folder.resolve("secret"), "no");

        assertTrue(ask("GET /dashboard/k/core/pods", host()).contains("<title>KAT</title>"));
        assertEquals(404, code(ask("GET /dashboard/assets/../../secret.js", host())));
        assertEquals(404, code(ask("GET /dashboard/assets/%2e%2e/secret.js", host())));
        assertEquals(302, code(ask("GET /", host())));
    }

    @Test
    void refusesRequestsThatAreNoneOrHaveNoEnd() throws IOException {
        assertEquals(400, code(ask("GET http://x/", host())));
        assertEquals(400, code(ask("GET /", host(), "transfer-encoding: chunked")));
        assertEquals(400, code(ask("POST /api", host(), "content-length: 99999999")));
        assertEquals(400, code(ask("GET /", host(), "x: " + "y".repeat(70_000))));
        assertEquals(400, code(ask("GET /", host(), " folded: 1")));
    }

    @Test
    void answersWhatNoRequestToTheServerCanBeMadeOf() throws IOException {
        String[] head = {host(), signIn(), "x-kat-console: 1"};

        assertEquals(400, code(ask("GET /api/v1/pods?labelSelector=a|b", head)));
        assertEquals(400, code(ask("G(T /api/v1/pods", head)));
        assertEquals(0, asked.size());
    }

    @Test
    void opensSocketsToTheServerWithTheUsersToken() throws Exception {
        try (ServerSocket far = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread echo = Thread.ofVirtual().start(() -> echo(far));
            server.close();
            server = serve(far.getLocalPort());
            address = URI.create(server.address());
            try (Socket socket = connect()) {
                send(
                        socket,
                        "",
                        "GET /api/v1/pods?watch=1&kat-accept=application%2Fjson%3Bas%3DTable",
                        host(),
                        signIn(),
                        "origin: http://127.0.0.1:" + address.getPort(),
                        "upgrade: websocket",
                        "connection: Upgrade",
                        "sec-websocket-key: abc");
                ByteArrayOutputStream seen = new ByteArrayOutputStream();
                while (!seen.toString(UTF_8).endsWith("\r\n\r\n")) {
                    int next = socket.getInputStream().read();
                    assertTrue(next >= 0, "the answer goes on");
                    seen.write(next);
                }
                String head = seen.toString(UTF_8);
                socket.getOutputStream().write('x');

                assertTrue(head.contains("authorization: Bearer secret"), head);
                assertTrue(head.contains("sec-websocket-key: abc"), head);
                assertTrue(head.contains("accept: application/json;as=Table"), head);
                assertTrue(!head.contains("cookie"), head);
                assertEquals('x', socket.getInputStream().read());
            }
            echo.join();
        }
    }

    /// Opens a socket with the request's own head behind the first line, and says all again.
    private static void echo(ServerSocket listening) {
        try (Socket socket = listening.accept()) {
            socket.getOutputStream().write("HTTP/1.1 101 Switching Protocols\r\n".getBytes(UTF_8));
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ended) {
            System.getLogger("test").log(System.Logger.Level.DEBUG, "ended", ended);
        }
    }

    @Test
    void tellsThatTheServerIsAway() throws IOException {
        String cookie = signIn();
        api.stop(0);

        String answer = ask("GET /api/v1/pods", host(), cookie, "x-kat-console: 1");

        assertEquals(502, code(answer));
        assertTrue(answer.contains("cannot reach http://127.0.0.1"), answer);
    }
}
