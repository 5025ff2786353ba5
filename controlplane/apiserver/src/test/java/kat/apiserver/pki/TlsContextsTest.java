package kat.apiserver.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.HttpConfig;
import kat.apiserver.http.HttpServer;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every way to TLS must do alike.
class TlsContextsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path folder;
    private Pki pki;

    @BeforeEach
    void open() throws IOException {
        pki = new Pki(folder.resolve("own"), new SystemTicker(), Randomness.system());
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void readsTheClientsCertificateOverHttp2(SslProvider provider) throws Exception {
        Identity client = pki.client("jane", "jane", List.of("team"));

        String answer = ask(provider, client, HttpClient.Version.HTTP_2);

        assertEquals("CN=jane,O=team over HTTP_2", answer);
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void servesClientsWithoutCertificate(SslProvider provider) throws Exception {
        String answer = ask(provider, null, HttpClient.Version.HTTP_1_1);

        assertEquals("nobody over HTTP_1_1", answer);
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void showsCertificatesOfAnotherAuthorityForOthersToJudge(SslProvider provider)
            throws Exception {
        Pki others = new Pki(folder.resolve("other"), new SystemTicker(), Randomness.system());
        Identity stranger = others.client("jane", "jane", List.of());

        String answer = ask(provider, stranger, HttpClient.Version.HTTP_2);

        assertEquals("CN=jane over HTTP_2", answer);
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void refusesWhoDoesNotHaveTheKeyOfItsCertificate(SslProvider provider) throws Exception {
        Identity jane = pki.client("jane", "jane", List.of());
        Identity joe = pki.client("joe", "joe", List.of());
        Identity thief = new Identity(jane.certificate(), joe.key());

        assertThrows(IOException.class, () -> ask(provider, thief, HttpClient.Version.HTTP_2));
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void refusesCertificatesThatAreTooLargeToBeKept(SslProvider provider) throws Exception {
        Identity few = pki.client("jane", "jane", groups(100));
        Identity many = pki.client("joe", "joe", groups(1_000));

        String answer = ask(provider, few, HttpClient.Version.HTTP_2);

        assertTrue(answer.startsWith("CN=jane,"), answer);
        assertThrows(IOException.class, () -> ask(provider, many, HttpClient.Version.HTTP_2));
    }

    private static List<String> groups(int count) {
        return IntStream.range(0, count).mapToObj(i -> "group-" + i).toList();
    }

    private String ask(SslProvider provider, @Nullable Identity client, HttpClient.Version version)
            throws Exception {
        assumeTrue(
                provider == SslProvider.JDK || OpenSsl.isAvailable(),
                "BoringSSL cannot be loaded on this machine");
        Identity serving = pki.serving(List.of("localhost"), List.of("127.0.0.1"));
        SslContext tls =
                TlsContexts.server(serving, List.of(pki.authority().certificate()), provider);
        HttpConfig config = new HttpConfig("127.0.0.1", 0, 1, 1024);
        try (HttpServer server = new HttpServer(config, () -> tls, TlsContextsTest::tellWho);
                HttpClient http =
                        HttpClient.newBuilder()
                                .version(version)
                                .sslContext(trusting(client))
                                .build()) {
            server.start();
            URI uri = URI.create("https://127.0.0.1:" + server.port() + "/");
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            return answer.body() + " over " + answer.version();
        }
    }

    private static void tellWho(Exchange exchange) {
        List<X509Certificate> shown = exchange.request().peer().certificates();
        String name =
                shown.isEmpty() ? "nobody" : shown.getFirst().getSubjectX500Principal().getName();
        exchange.send(Answer.of(200, Answer.TEXT, name.getBytes(StandardCharsets.UTF_8)));
    }

    private SSLContext trusting(@Nullable Identity client) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", pki.authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        if (client != null) {
            own.setKeyEntry(
                    "own", client.key(), PASSWORD, new Certificate[] {client.certificate()});
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
