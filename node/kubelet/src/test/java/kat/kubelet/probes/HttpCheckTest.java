package kat.kubelet.probes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckTest {

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final HttpCheck check = new HttpCheck(ticker);

    @ParameterizedTest
    @CsvSource({
        "'200 OK|Content-Length: 2||ok', true",
        "'204 No Content|Content-Length: 0||', true",
        "'200 OK|Transfer-Encoding: chunked||2|ok|', true",
        "'302 Found|content-length: 0||', true",
        "'503 Service Unavailable|Content-Length: 4||down', false"
    })
    void aServerThatKeepsTheConnectionOpenHasAnswered(String answer, boolean good)
            throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = Thread.ofVirtual().start(() -> answer(server, answer));

            Checks.Result result =
                    check.run(
                            JsonObject.EMPTY,
                            "127.0.0.1",
                            server.getLocalPort(),
                            Duration.ofSeconds(5));

            serving.interrupt();
            assertEquals(good, result.success(), result.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP, 'HTTP/1.1 500 No||', true, ''",
        "HTTPS, 'HTTP/1.1 200 OK|Content-Length: 0||', true, 'retry with HTTP succeeded'",
        "HTTP, 'what?', false, 'malformed HTTP response'"
    })
    void anyAnswerWillDoForAHook(String scheme, String answer, boolean good, String why)
            throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Thread serving = Thread.ofVirtual().start(() -> serve(server, answer, asked));
            JsonObject get =
                    JsonObject.EMPTY
                            .with("scheme", scheme)
                            .with("path", "/bye")
                            .with("httpHeaders", Json.parse(HEADERS.getBytes(UTF_8)));

            Checks.Result result =
                    check.hook(get, "127.0.0.1", server.getLocalPort(), Duration.ofSeconds(5));

            assertTrue(serving.isAlive());
            assertEquals(good, result.success(), result.toString());
            assertTrue(result.output().contains(why), result.toString());
            List<String> requests = asked.stream().filter(s -> s.startsWith("GET ")).toList();
            String request = requests.getLast();
            assertTrue(request.startsWith("GET /bye HTTP/1.1\r\n"), request);
            assertTrue(request.contains("User-Agent: kube-lifecycle/1.36\r\n"), request);
            assertTrue(request.contains("X-Who: me\r\n"), request);
            assertEquals(scheme.equals("HTTP"), request.contains("Authorization: x"), request);
        }
    }

    private static final String HEADERS =
            "[{\"name\":\"X-Who\",\"value\":\"me\"},"
                    + "{\"name\":\"Authorization\",\"value\":\"x\"}]";

    @ParameterizedTest
    @CsvSource({
        "/sick, false, false, HTTP probe failed with statuscode: 503",
        "http://127.0.0.1:PORT/sick, false, false, HTTP probe failed with statuscode: 503",
        "http://127.0.0.2/, true, true, 'Probe terminated redirects, Response body: moved'",
        "'http://127.0.0.2/a b|c', true, true, 'Probe terminated redirects, Response body: moved'",
        "mailto:me, true, true, 'Probe terminated redirects, Response body: moved'",
        "/%zz, false, false, 'invalid URL escape: /%zz'",
        "ftp://127.0.0.1:PORT/x, false, false, unsupported protocol scheme \"ftp\"",
        "/again, false, false, stopped after 10 redirects"
    })
    void redirectsAreFollowedWithinTheHost(String to, boolean good, boolean warns, String why)
            throws IOException {
        try (ServerSocket server = new ServerSocket(0, 20, InetAddress.getLoopbackAddress())) {
            String where =
                    to.replace("PORT", Integer.toString(server.getLocalPort())).replace('|', '^');
            String moved = "HTTP/1.1 302 Found|Location: " + where + "|Content-Length: 5||moved";
            Thread unused =
                    Thread.ofVirtual()
                            .start(
                                    () ->
                                            serve(
                                                    server,
                                                    request ->
                                                            request.startsWith("GET /sick ")
                                                                    ? "HTTP/1.1 503 No||"
                                                                    : moved));

            Checks.Result result =
                    check.run(
                            JsonObject.EMPTY,
                            "127.0.0.1",
                            server.getLocalPort(),
                            Duration.ofSeconds(60));

            assertEquals(good, result.success(), result.toString());
            assertEquals(warns, result.warns(), result.toString());
            assertTrue(result.output().endsWith(why), result.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/login?next=https://app/, me, /login?next=https://app/",
        "'/a {b}', me, /a%20%7Bb%7D",
        "http://127.0.0.1:PORT/x, 127.0.0.1:PORT, /x"
    })
    void anotherNameOfTheHostIsKeptUntilARedirectNamesIt(String to, String host, String target)
            throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(server.getLocalPort());
            String moved = "HTTP/1.1 302 Found|Location: " + to.replace("PORT", port) + "||";
            Thread unused =
                    Thread.ofVirtual()
                            .start(
                                    () ->
                                            serve(
                                                    server,
                                                    request -> {
                                                        asked.add(request);
                                                        return asked.size() == 1
                                                                ? moved
                                                                : "HTTP/1.1 200 OK||";
                                                    }));
            JsonObject get =
                    JsonObject.EMPTY
                            .with("path", "/my path")
                            .with("httpHeaders", Json.parse(NAMED.getBytes(UTF_8)));

            Checks.Result result =
                    check.run(get, "127.0.0.1", server.getLocalPort(), Duration.ofSeconds(60));

            assertTrue(result.success(), result.toString());
            assertTrue(asked.getFirst().startsWith("GET /my%20path HTTP/1.1\r\nHost: me\r\n"));
            String second = "GET " + target + " HTTP/1.1\r\nHost: " + host.replace("PORT", port);
            assertTrue(asked.getLast().startsWith(second + "\r\n"), asked.getLast());
        }
    }

    private static final String NAMED = "[{\"name\":\"Host\",\"value\":\"me\"}]";

    @Test
    void allRequestsOfAChainHaveOneTime() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 20, InetAddress.getLoopbackAddress())) {
            Thread unused =
                    Thread.ofVirtual()
                            .start(
                                    () ->
                                            serve(
                                                    server,
                                                    request -> {
                                                        asked.add(request);
                                                        ticker.advance(Duration.ofSeconds(20));
                                                        return "HTTP/1.1 302 Found|Location: /||";
                                                    }));

            Checks.Result result =
                    check.run(
                            JsonObject.EMPTY,
                            "127.0.0.1",
                            server.getLocalPort(),
                            Duration.ofSeconds(50));

            assertTrue(result.output().contains("context deadline exceeded"), result.toString());
            assertEquals(3, asked.size());
        }
    }

    /// Answers one connection after the other, whatever is said.
    private static void serve(ServerSocket server, String answer, List<String> asked) {
        serve(
                server,
                request -> {
                    asked.add(request);
                    return answer;
                });
    }

    private static void serve(ServerSocket server, UnaryOperator<String> answer) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                byte[] some = new byte[4096];
                int count = socket.getInputStream().read(some);
                String told = answer.apply(new String(some, 0, Math.max(0, count), UTF_8));
                socket.getOutputStream().write(told.replace("|", "\r\n").getBytes(UTF_8));
                socket.shutdownOutput();
                long unused = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    String unused = answer.apply(e.toString());
                }
            }
        }
    }

    /// Answers and then leaves the connection open until the client closes it.
    private static void answer(ServerSocket server, String answer) {
        try (Socket socket = server.accept()) {
            String text = "HTTP/1.1 " + answer.replace("|", "\r\n");
            socket.getOutputStream().write(text.getBytes(UTF_8));
            long unused = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
