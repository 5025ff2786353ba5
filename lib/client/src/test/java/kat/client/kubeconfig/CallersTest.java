package kat.client.kubeconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A user whose program gives a certificate, and later another one, with a server that tells
/// whose certificate came.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CallersTest {

    private static final char[] PASSWORD = "password".toCharArray();
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path folder;
    private final FakeTicker ticker = new FakeTicker(START);
    private HttpsServer server;
    private Callers callers;

    @BeforeEach
    void serve() throws Exception {
        KeyStore own = store("server");
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), new TrustManager[] {new TrustAll()}, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setNeedClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.createContext("/", CallersTest::answer);
        server.start();
        gives("first", START.plusSeconds(60));
        JsonObject cluster =
                JsonObject.EMPTY
                        .with("server", "https://127.0.0.1:" + server.getAddress().getPort())
                        .with("insecure-skip-tls-verify", true);
        JsonObject exec =
                JsonObject.EMPTY
                        .with("apiVersion", "client.authentication.k8s.io/v1")
                        .with("command", program().toString())
                        .with("interactiveMode", "Never");
        JsonObject user = JsonObject.EMPTY.with("exec", exec);
        callers =
                new Callers(new SignIn(new Kubeconfig(folder, cluster, user, ""), ticker), CONNECT);
    }

    @AfterEach
    void stop() {
        callers.close();
        server.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String who = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
            exchange.sendResponseHeaders(200, who.length());
            exchange.getResponseBody().write(who.getBytes(UTF_8));
        }
    }

    private Path program() throws IOException {
        Path program = folder.resolve("login");
        Files.writeString(program, "#!/bin/sh\nexec cat " + folder.resolve("given") + "\n");
        assertTrue(program.toFile().setExecutable(true));
        return program;
    }

    /// What the program gives from now on.
    private void gives(String name, Instant until) throws Exception {
        KeyStore store = store(name);
        JsonObject status =
                JsonObject.EMPTY
                        .with("expirationTimestamp", until.toString())
                        .with(
                                "clientCertificateData",
                                pem("CERTIFICATE", store.getCertificate(name).getEncoded()))
                        .with(
                                "clientKeyData",
                                pem("PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded()));
        JsonObject given =
                JsonObject.of("kind", Json.of("ExecCredential"))
                        .with("apiVersion", "client.authentication.k8s.io/v1")
                        .with("status", status);
        Files.write(folder.resolve("given"), given.toBytes());
    }

    private static String pem(String what, byte[] bytes) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
    }

    private KeyStore store(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-storetype",
                                        "PKCS12",
                                        "-keystore",
                                        file.toString(),
                                        "-storepass",
                                        new String(PASSWORD),
                                        "-alias",
                                        name,
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=" + name,
                                        "-ext",
                                        "SAN=ip:127.0.0.1"))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".told").toFile())
                        .start();
        assertEquals(0, keytool.waitFor());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private String asked(Callers.Caller caller) throws Exception {
        URI address = caller.who().server();
        return caller.client()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void asksWithTheNewCertificateWhenTheOneBeforeHasExpired() throws Exception {
        String before = asked(callers.current());
        gives("second", START.plusSeconds(600));

        Callers.Caller same = callers.current();
        ticker.advance(Duration.ofSeconds(61));
        String after = asked(callers.current());

        assertEquals("CN=first", before);
        assertEquals("CN=first", asked(same));
        assertEquals("CN=second", after);
    }

    @Test
    void fetchesAnotherCertificateWhereTheServerTakesTheOneItHasNoLonger() throws Exception {
        Callers.Caller refused = callers.current();
        assertEquals("CN=first", asked(refused));
        assertFalse(callers.renew(refused), "the program has no other one yet");
        gives("second", START.plusSeconds(600));

        assertTrue(callers.renew(refused));

        assertEquals("CN=second", asked(callers.current()));
        assertTrue(callers.renew(refused), "somebody else was refused, too");
    }

    @Test
    void keepsItsConnectionsWhereTheCertificateStays() throws Exception {
        Callers.Caller before = callers.current();

        ticker.advance(Duration.ofSeconds(61));
        Callers.Caller after = callers.current();

        assertSame(before.client(), after.client());
    }

    @Test
    void endsConnectionsOfEarlierCertificatesToo() throws Exception {
        Callers.Caller before = callers.current();
        gives("second", START.plusSeconds(600));
        ticker.advance(Duration.ofSeconds(61));
        Callers.Caller after = callers.current();

        callers.close();

        assertTrue(before.client().awaitTermination(Duration.ofSeconds(30)));
        assertTrue(after.client().awaitTermination(Duration.ofSeconds(30)));
    }
}
