package kat.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import kat.api.ObjectKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthChecksTest {

    private static final ObjectKey WEB = ObjectKey.of("shop", "web");

    private final HealthChecks checks = new HealthChecks(List.of("127.0.0.1"));
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void closes() {
        checks.close();
        http.close();
    }

    @Test
    void tellsHowManyEndpointsAreHere() throws Exception {
        int port = freePort();

        checks.update(WEB, port, 2);
        HttpResponse<String> healthy = ask(port);
        checks.update(WEB, port, 0);
        HttpResponse<String> unhealthy = ask(port);

        assertEquals(200, healthy.statusCode());
        assertEquals(
                "2", healthy.headers().firstValue("X-Load-Balancing-Endpoint-Weight").orElse(""));
        assertEquals(
                "{\n\t\"service\": {\n\t\t\"namespace\": \"shop\",\n\t\t\"name\":"
                        + " \"web\"\n\t},\n\t\"localEndpoints\": 2,\n"
                        + "\t\"serviceProxyHealthy\": true\n}",
                healthy.body());
        assertEquals(503, unhealthy.statusCode());
    }

    @Test
    void endsWithTheService() throws Exception {
        int port = freePort();
        checks.update(WEB, port, 1);

        checks.update(WEB, 0, 0);

        assertThrows(ConnectException.class, () -> ask(port));
    }

    private HttpResponse<String> ask(int port) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz")).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
