package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTPS: certificates by name, HTTP/2, redirects.
class TlsTest {

    private TestServer server;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        server = new TestServer("one");
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, server.port()));
    }

    @AfterEach
    void stops() {
        ingress.close();
        server.close();
    }

    private static String tls(String host, String secret) {
        return "  tls: [{hosts: [\"%s\"], secretName: %s}]\n".formatted(host, secret);
    }

    @Test
    void showsTheCertificateOfTheNameThatIsAskedFor() throws Exception {
        ingress.put(
                TestCertificates.secret("first", "one"),
                TestCertificates.secret("second", "two"),
                ingress(
                        "a",
                        "",
                        rule("one.example.com", "/", "Prefix", "one")
                                + tls("one.example.com", "first")),
                ingress(
                        "b",
                        "",
                        rule("*.example.org", "/", "Prefix", "one")
                                + tls("*.example.org", "second")));
        int unused = ingress.port();

        TestIngress.await(() -> subject("x.example.org").equals("CN=two"));
        assertEquals("CN=one", subject("one.example.com"));
        assertEquals("CN=fallback", subject("other.example.com"));
    }

    @Test
    void takesANewCertificateWithoutAStop() throws Exception {
        ingress.put(
                TestCertificates.secret("first", "one"),
                ingress(
                        "a",
                        "",
                        rule("one.example.com", "/", "Prefix", "one")
                                + tls("one.example.com", "first")));
        int unused = ingress.port();
        TestIngress.await(() -> subject("one.example.com").equals("CN=one"));

        ingress.put(TestCertificates.secret("first", "two"));

        TestIngress.await(() -> subject("one.example.com").equals("CN=two"));
    }

    @Test
    void tellsOfASecretThatCannotBeUsed() throws Exception {
        ingress.put(
                IngressObjects.yaml(
                        """
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: first, namespace: default}
                        data: {tls.crt: "eA==", tls.key: "eA=="}
                        """),
                ingress(
                        "a",
                        "",
                        rule("one.example.com", "/", "Prefix", "one")
                                + tls("one.example.com", "first")));
        int port = ingress.port();

        TestIngress.await(
                () ->
                        ingress.api().events().stream()
                                .anyMatch(event -> event.startsWith("InvalidCertificate: ")));
        assertEquals("CN=fallback", subject("one.example.com"));
        assertEquals(200, RawHttp.get(port, "one.example.com", "/").status());
    }

    @Test
    void speaksHttp2() throws Exception {
        ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
        int unused = ingress.port();
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            HttpResponse<String> answer = send(client, "/a?b=c", "");
            assertEquals(HttpClient.Version.HTTP_2, answer.version());
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().startsWith("one GET /a?b=c\n"), answer.body());
            assertTrue(answer.body().contains("X-forwarded-proto=[https]"), answer.body());

            String large = "x".repeat(900_000);
            assertTrue(send(client, "/large", large).body().endsWith(large));
            for (int i = 0; i < 50; i++) {
                assertTrue(send(client, "/" + i, "").body().startsWith("one GET /" + i + "\n"));
            }
            assertEquals(413, send(client, "/large", "x".repeat(1_100_000)).statusCode());
            assertEquals(200, send(client, "/after", "").statusCode());
        }
    }

    @Test
    void leadsToHttpsWhereThereIsACertificate() throws Exception {
        ingress.put(
                TestCertificates.secret("first", "one"),
                ingress(
                        "a",
                        "",
                        rule("one.example.com", "/", "Prefix", "one")
                                + tls("one.example.com", "first")),
                ingress("b", "", rule("plain.example.com", "/", "Prefix", "one")),
                ingress(
                        "c",
                        "force-ssl-redirect: \"true\"",
                        rule("forced.example.com", "/", "Prefix", "one")));
        int port = ingress.port();
        int https = ingress.controller().httpsPort();
        TestIngress.await(() -> RawHttp.get(port, "forced.example.com", "/").status() == 308);

        RawHttp.Response redirect = RawHttp.get(port, "one.example.com", "/x?y");
        assertEquals(308, redirect.status());
        assertEquals("https://one.example.com:" + https + "/x?y", redirect.header("location"));
        assertEquals(200, RawHttp.get(port, "plain.example.com", "/").status());
    }

    @Test
    void staysWithHttpWhereNoRedirectIsWanted() throws Exception {
        ingress.put(
                TestCertificates.secret("first", "one"),
                ingress(
                        "a",
                        "ssl-redirect: \"false\"",
                        rule("one.example.com", "/open", "Prefix", "one")
                                + tls("one.example.com", "first")),
                ingress("b", "", rule("one.example.com", "/", "Prefix", "one")),
                ingress(
                        "c",
                        "ssl-redirect: \"false\"\nforce-ssl-redirect: \"true\"",
                        rule("one.example.com", "/forced", "Prefix", "one")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, "one.example.com", "/forced").status() == 308);

        assertEquals(200, RawHttp.get(port, "one.example.com", "/open").status());
        assertEquals("CN=one", subject("one.example.com"));
        assertEquals(308, RawHttp.get(port, "one.example.com", "/").status());
    }

    @ParameterizedTest
    @CsvSource({"'', true", "true, true", "false, false"})
    void cookiesOfHttpsAreForHttpsUnlessToldOtherwise(String wanted, boolean expected)
            throws Exception {
        String secure = wanted.isEmpty() ? "" : "\nsession-cookie-secure: \"" + wanted + "\"";
        ingress.put(ingress("a", "affinity: cookie" + secure, rule("", "/", "Prefix", "one")));
        int port = ingress.port();
        TestIngress.await(() -> RawHttp.get(port, "localhost", "/").status() == 200);
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            String cookie = send(client, "/", "").headers().firstValue("set-cookie").orElse("");

            assertTrue(cookie.startsWith("INGRESSCOOKIE="), cookie);
            assertEquals(expected, cookie.endsWith("; Secure"), cookie);
        }
        String plain = RawHttp.get(port, "localhost", "/").header("set-cookie");
        assertEquals(wanted.equals("true"), plain.endsWith("; Secure"), plain);
    }

    @Test
    void tellsBrowsersToStayWithHttpsWhereThereIsACertificate() throws Exception {
        ingress.put(
                TestCertificates.secret("first", "fallback"),
                ingress(
                        "a",
                        "",
                        rule("localhost", "/", "Prefix", "one") + tls("localhost", "first")),
                ingress("b", "", rule("", "/open", "Prefix", "one")));
        int port = ingress.port();
        int https = ingress.controller().httpsPort();
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            HttpResponse<String> answer = send(client, "/", "");
            assertEquals(
                    List.of("max-age=31536000; includeSubDomains"),
                    answer.headers().allValues("strict-transport-security"));
            URI uncertain = URI.create("https://127.0.0.1:" + https + "/open");
            HttpResponse<String> other =
                    client.send(
                            HttpRequest.newBuilder(uncertain).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(200, other.statusCode());
            assertEquals(List.of(), other.headers().allValues("strict-transport-security"));
        }
        assertEquals("", RawHttp.get(port, "x", "/open").header("strict-transport-security"));
    }

    private HttpResponse<String> send(HttpClient client, String path, String body)
            throws Exception {
        URI uri = URI.create("https://localhost:" + ingress.controller().httpsPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (!body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Whose certificate is shown for a name.
    private String subject(String name) throws Exception {
        int port = ingress.controller().httpsPort();
        try (SSLSocket socket =
                (SSLSocket)
                        trusting()
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
        return context;
    }

    static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(
                X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(
                X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
