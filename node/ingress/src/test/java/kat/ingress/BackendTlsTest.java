package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static kat.ingress.IngressObjects.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.ingress.route.Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Servers that speak HTTPS: a real one, whose certificate is for `localhost`.
class BackendTlsTest {

    private static final String HTTPS = "backend-protocol: HTTPS\n";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicReference<String> nameAsked = new AtomicReference<>("");
    private final Map<String, String> namesByUri = new ConcurrentHashMap<>();
    private HttpsServer server;
    private TestIngress ingress;

    @BeforeEach
    void starts() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        var wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setWantClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        ingress = new TestIngress();
        ingress.put(service("one"), slice("one", 1, server.getAddress().getPort()));
    }

    @AfterEach
    void stops() {
        ingress.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static SSLContext context() throws Exception {
        Certificate certificate = TestCertificates.of("fallback");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                certificate.key(),
                new char[0],
                certificate.chain().toArray(new X509Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new TlsTest.TrustAll()}, null);
        return context;
    }

    /// Tells who asks, by certificate, and by which name it asked.
    private void answer(HttpExchange exchange) throws IOException {
        ExtendedSSLSession session =
                (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
        String names = "";
        for (SNIServerName name : session.getRequestedServerNames()) {
            names += ((SNIHostName) name).getAsciiName();
        }
        String client;
        try {
            client = session.getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException unnamed) {
            client = "nobody";
        }
        nameAsked.set(names);
        namesByUri.put(exchange.getRequestURI().toString(), names);
        byte[] body = (client + " " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private RawHttp.Response ask(String annotations) throws Exception {
        ingress.put(ingress("a", HTTPS + annotations, rule("", "/", "Prefix", "one")));
        return RawHttp.get(ingress.port(), "x", "/a");
    }

    private static String verified(String name) {
        return """
        proxy-ssl-secret: default/tls
        proxy-ssl-verify: "on"
        proxy-ssl-name: %s
        """
                .formatted(name);
    }

    private static KubeObject secret(String own, String trusted) throws IOException {
        KubeObject key = TestCertificates.secret("tls", own);
        String authority =
                TestCertificates.secret("ca", trusted).tree().object("data").string("tls.crt");
        return yaml(key.tree().withAt(Json.of(authority), "data", "ca.crt").toString());
    }

    @Test
    void asksAuthenticatorsByTheirName() throws Exception {
        ingress.put(
                ingress(
                        "a",
                        HTTPS + "auth-url: https://one.default.svc:80/ask",
                        rule("a.example.com", "/", "Prefix", "one")));

        assertEquals(200, RawHttp.get(ingress.port(), "a.example.com", "/x").status());

        assertEquals(Map.of("/ask", "one.default.svc", "/x", ""), namesByUri);
    }

    @Test
    void takesAnyCertificateAndTellsNoName() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertEquals("nobody /a", ask("").body());
        }
        assertEquals("", nameAsked.get());
    }

    @Test
    void tellsTheNameThatIsWanted() throws Exception {
        String annotations = "proxy-ssl-server-name: \"on\"\nproxy-ssl-name: in.example.com\n";

        assertEquals(200, ask(annotations).status());

        assertEquals("in.example.com", nameAsked.get());
    }

    @Test
    void tellsTheNameOfTheServiceWhereNoneIsGiven() throws Exception {
        assertEquals(200, ask("proxy-ssl-server-name: \"on\"\n").status());

        assertEquals("one.default.svc", nameAsked.get());
    }

    @Test
    void showsItsOwnCertificateAndTakesOneThatIsTrusted() throws Exception {
        ingress.put(secret("two", "fallback"));

        RawHttp.Response answer = ask(verified("localhost"));

        assertEquals("CN=two /a", answer.body());
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        ingress.put(secret("two", "one"));

        RawHttp.Response answer = ask(verified("localhost"));

        assertEquals(502, answer.status());
    }

    @Test
    void refusesACertificateOfAnotherName() throws Exception {
        ingress.put(secret("two", "fallback"));

        RawHttp.Response answer = ask(verified("in.example.com"));

        assertEquals(502, answer.status());
    }

    @Test
    void answersNothingWhereNobodyCanBeTrusted() throws Exception {
        RawHttp.Response answer = ask("proxy-ssl-verify: \"on\"\n");

        assertEquals(503, answer.status());
        TestIngress.await(
                () ->
                        ingress.api().events().stream()
                                .anyMatch(event -> event.contains("proxy-ssl-verify")));
    }
}
