package kat.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.base.Threads;
import kat.client.kubeconfig.Kubeconfig;
import kat.client.kubeconfig.SignIn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class UpstreamTest {

    private static final Head HEAD = new Head("GET", "/api/v1/pods", List.of());
    private static final String SENT_AFTER = "DELETE /api/v1/nodes HTTP/1.1\r\n\r\n";

    /// A server that answers once.
    ///
    /// @param heard what came behind the request until the end
    /// @param shown what the browser was given
    private record Met(String heard, String shown) {}

    private static Met meet(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket page = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket browser = new Socket(page.getInetAddress(), page.getLocalPort())) {
            FutureTask<String> heard = new FutureTask<>(() -> served(server, answer));
            Threads.Running serving = Threads.virtual().start("server", heard);
            browser.getOutputStream().write(SENT_AFTER.getBytes(StandardCharsets.ISO_8859_1));
            browser.shutdownOutput();
            JsonObject cluster =
                    JsonObject.EMPTY.with("server", "http://127.0.0.1:" + server.getLocalPort());
            Kubeconfig nobody = new Kubeconfig(Path.of("/"), cluster, JsonObject.EMPTY, "");
            try (Socket client = page.accept();
                    Upstream upstream = new Upstream(new SignIn(nobody, new SystemTicker()))) {
                upstream.tunnel(HEAD, client, Threads.virtual());
            }
            String shown = text(browser.getInputStream());
            serving.join();
            return new Met(heard.get(), shown);
        }
    }

    private static String served(ServerSocket server, String answer) throws IOException {
        try (Socket asked = server.accept()) {
            Head unused = Head.read(asked.getInputStream());
            asked.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            return text(asked.getInputStream());
        }
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void passesNothingOnWhereTheServerOpensNoSocket() throws Exception {
        String refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno.";

        Met met = meet(refusal);

        assertEquals("", met.heard());
        assertEquals(refusal, met.shown());
    }

    @Test
    void passesBytesBothWaysOnceTheServerHasOpenedIt() throws Exception {
        Met met = meet("HTTP/1.1 101 Switching Protocols\r\n\r\nhello");

        assertEquals(SENT_AFTER, met.heard());
        assertTrue(met.shown().startsWith("HTTP/1.1 101 "), met.shown());
    }
}
