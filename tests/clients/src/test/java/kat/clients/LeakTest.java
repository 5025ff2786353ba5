package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What was opened and closed leaves nothing behind. `-Dkat.rounds=10000` makes a long run of it.
class LeakTest {

    private static final int ROUNDS = Integer.getInteger("kat.rounds", 400);
    private static final int AT_ONCE = 50;
    private static final int MOST_MINUTES = 30;

    /// What the JVM may hold more than before: code, caches of connections, noise.
    private static final long SLACK_BYTES = 24L << 20;

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static SSLContext trusting(BareServer server) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", server.server().pki().authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpRequest request(BareServer server, String path) {
        URI address = server.server().address().resolve(path);
        return HttpRequest.newBuilder(address)
                .header("authorization", "Bearer " + server.token())
                .build();
    }

    @Test
    @Timeout(value = MOST_MINUTES, unit = TimeUnit.MINUTES)
    void watchesThatWereClosedAreForgotten() throws Exception {
        try (BareServer server = new BareServer();
                HttpClient client = HttpClient.newBuilder().sslContext(trusting(server)).build()) {
            openAndClose(server, client, AT_ONCE);
            long before = used();

            for (int done = 0; done < ROUNDS; done += AT_ONCE) {
                openAndClose(server, client, AT_ONCE);
            }

            Waiting.until("no watch is open", () -> openWatches(server, client) == 0);
            long grown = used() - before;
            assertTrue(grown < SLACK_BYTES, () -> "grew by " + grown + " bytes");
        }
    }

    private static void openAndClose(BareServer server, HttpClient client, int number)
            throws Exception {
        HttpRequest watch = request(server, "/api/v1/pods?watch=true");
        List<InputStream> open = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            HttpResponse<InputStream> answer = client.send(watch, BodyHandlers.ofInputStream());
            assertEquals(200, answer.statusCode());
            open.add(answer.body());
        }
        for (InputStream each : open) {
            each.close();
        }
    }

    private static double openWatches(BareServer server, HttpClient client) throws Exception {
        String page = client.send(request(server, "/metrics"), BodyHandlers.ofString()).body();
        try (Stream<String> lines = page.lines()) {
            return lines.filter(line -> line.startsWith("apiserver_longrunning_requests{"))
                    .filter(line -> line.contains("verb=\"WATCH\""))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        }
    }

    @Test
    void connectionsThatSayNothingKeepNobodyElseOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (BareServer server = new BareServer();
                HttpClient client = HttpClient.newBuilder().sslContext(trusting(server)).build()) {
            URI address = server.server().address();
            for (int i = 0; i < ROUNDS; i++) {
                silent.add(new Socket(address.getHost(), address.getPort()));
            }

            HttpResponse<String> answer =
                    client.send(request(server, "/api/v1/pods"), BodyHandlers.ofString());

            assertEquals(200, answer.statusCode());
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }
}
