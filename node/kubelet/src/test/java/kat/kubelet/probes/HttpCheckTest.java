package kat.kubelet.probes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import kat.api.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckTest {

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
                    HttpCheck.run(
                            JsonObject.EMPTY,
                            "127.0.0.1",
                            server.getLocalPort(),
                            Duration.ofSeconds(5));

            serving.interrupt();
            assertEquals(good, result.success(), result.toString());
        }
    }

    /// Answers and then leaves the connection open until the client closes it.
    private static void answer(ServerSocket server, String answer) {
        try (Socket socket = server.accept()) {
            String text = "HTTP/1.1 " + answer.replace("|", "\r\n");
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            long unused =
                    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
