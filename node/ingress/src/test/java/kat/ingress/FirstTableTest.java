package kat.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.ingress.proxy.FrontConfig;
import kat.ingress.proxy.FrontEnd;
import kat.ingress.proxy.Metrics;
import kat.ingress.route.RouteTable;
import org.junit.jupiter.api.Test;

class FirstTableTest {

    @Test
    void isNotWaitedForWhereNothingIsToBeServed() throws Exception {
        try (TestIngress ingress = new TestIngress()) {
            assertTrue(ingress.controller().awaitFirstLook(Duration.ofSeconds(20)));

            assertEquals(0, ingress.controller().httpPort());
        }
    }

    private static final int SHORT = 200; // ms
    private static final int LONG = 20_000; // ms

    @Test
    void aRequestWaitsForIt() throws Exception {
        try (FrontEnd front =
                new FrontEnd(
                        FrontConfig.defaults(1),
                        () -> {
                            throw new AssertionError("nobody asks for HTTPS");
                        },
                        new Metrics(),
                        new SystemTicker(),
                        Randomness.seeded(1))) {
            int port = front.listen("127.0.0.1", 0, false);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
                InputStream answer = client.getInputStream();
                client.setSoTimeout(SHORT);
                assertThrows(SocketTimeoutException.class, answer::read);

                assertEquals(Map.of(), front.install(RouteTable.EMPTY, Map.of(), 0));

                client.setSoTimeout(LONG);
                assertEquals("HTTP/1.1 404", new String(answer.readNBytes(12), US_ASCII));
            }
        }
    }
}
