package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.auth.Login;
import kat.apiserver.auth.User;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.HttpConfig;
import kat.apiserver.http.HttpServer;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pki;
import kat.apiserver.rest.RequestCredentials;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates of authorities that are named as the cluster's own and are not.
class ForeignCertificatesTest {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String UNAUTHORIZED =
            "{\"apiVersion\":\"v1\",\"code\":401,\"kind\":\"Status\",\"message\":\"Unauthorized\","
                    + "\"metadata\":{},\"reason\":\"Unauthorized\",\"status\":\"Failure\"}";

    @TempDir Path folder;
    private Served served;
    private Pki foreign;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder.resolve("own"));
        foreign = new Pki(folder.resolve("foreign"), new SystemTicker(), Randomness.system());
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> ask(URI address, Identity client, String... headers)
            throws Exception {
        try (HttpClient http = HttpClient.newBuilder().sslContext(tls(client)).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(address);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private SSLContext tls(Identity client) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", served.server().pki().authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        own.setKeyEntry("own", client.key(), PASSWORD, new Certificate[] {client.certificate()});
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private URI pods() {
        return served.server().address().resolve("/api/v1/pods");
    }

    @Test
    void areAnsweredThatTheyAreNobodys() throws Exception {
        Identity client = foreign.client("jane", "jane", List.of(User.MASTERS));
        Identity proxy = foreign.frontProxy();

        HttpResponse<String> answer = ask(pods(), client);
        HttpResponse<String> byProxy =
                ask(pods(), proxy, "x-remote-user", "a", "x-remote-group", User.MASTERS);

        assertEquals(401, answer.statusCode());
        assertEquals(UNAUTHORIZED, answer.body());
        assertEquals(401, byProxy.statusCode());
        assertEquals(401, ask(served.server().address().resolve("/version"), client).statusCode());
    }

    @Test
    void mayComeWithAToken() throws Exception {
        Identity client = foreign.client("jane", "jane", List.of());

        HttpResponse<String> answer =
                ask(pods(), client, "authorization", "Bearer " + served.client().adminToken());
        HttpResponse<String> wrong = ask(pods(), client, "authorization", "Bearer wrong");

        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(401, wrong.statusCode());
    }

    @Test
    void ofTheClusterItselfStillNameTheirUsers() throws Exception {
        Pki own = served.server().pki();

        HttpResponse<String> asJane = ask(pods(), own.client("jane", "jane", List.of()));
        HttpResponse<String> asAdmin =
                ask(pods(), own.client("boss", "boss", List.of(User.MASTERS)));
        HttpResponse<String> byProxy =
                ask(pods(), own.frontProxy(), "x-remote-user", "a", "x-remote-group", User.MASTERS);

        assertEquals(403, asJane.statusCode());
        assertTrue(asJane.body().contains("User \\\"jane\\\" cannot list"), asJane.body());
        assertEquals(200, asAdmin.statusCode());
        assertEquals(200, byProxy.statusCode());
    }

    @Test
    void areNobodysAtANodeEither() throws Exception {
        ApiServer server = served.server();
        HttpServer node =
                server.nodeServer(
                        "n",
                        List.of("127.0.0.1"),
                        new HttpConfig("127.0.0.1", 0, 1, 1024),
                        exchange -> exchange.send(judged(server, exchange)),
                        _ -> true);
        try (node) {
            node.start();
            URI address = URI.create("https://127.0.0.1:" + node.port() + "/pods");
            Identity boss = server.pki().client("boss", "boss", List.of(User.MASTERS));

            assertEquals(401, ask(address, foreign.client("jane", "jane", List.of())).statusCode());
            assertEquals("boss", ask(address, boss).body());
        }
    }

    private static Answer judged(ApiServer server, Exchange exchange) {
        Login login =
                server.nodeAuthenticator().authenticate(new RequestCredentials(exchange.request()));
        return login instanceof Login.Accepted accepted
                ? Answer.of(200, Answer.TEXT, accepted.user().name().getBytes(UTF_8))
                : Answer.of(401, Answer.TEXT, new byte[0]);
    }
}
