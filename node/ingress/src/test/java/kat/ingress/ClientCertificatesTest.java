package kat.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static kat.ingress.IngressObjects.yaml;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Certificates of clients: `auth-tls-*`.
class ClientCertificatesTest {

    private static final String HOST = "a.example.com";
    private static final Duration DAY = Duration.ofDays(1);
    private static final String ASKS = "auth-tls-secret: default/ca\n";
    private static final int MOST_OF_TLS = 8; // certificates, as the JDK bounds them
    private static final String MISSING = "400 Bad Request: No required SSL certificate was sent";
    private static final String WRONG = "400 Bad Request: The SSL certificate error";

    private TestServer server;
    private TestIngress ingress;
    private TestAuthority root;
    private TestAuthority sue;

    @BeforeEach
    void starts() throws Exception {
        server = new TestServer("one");
        ingress = new TestIngress();
        root = TestAuthority.root("root");
        sue = root.client("sue", DAY);
        ingress.put(service("one"), slice("one", 1, server.port()));
        ingress.put(secret(root.pem(), ""));
    }

    @AfterEach
    void stops() {
        ingress.close();
        server.close();
    }

    private static KubeObject secret(String authorities, String list) {
        return yaml(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: ca, namespace: default}
                data: {ca.crt: "%s", ca.crl: "%s"}
                """
                        .formatted(encoded(authorities), encoded(list)));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
    }

    private void serve(String annotations) throws Exception {
        ingress.put(ingress("a", annotations, rule(HOST, "/", "Prefix", "one")));
        int unused = ingress.port();
    }

    private String ask(TestAuthority... chain) throws Exception {
        return ask(context(chain), HOST, HOST, "");
    }

    private String ask(SSLContext context, String name, String host, String headers)
            throws Exception {
        return answer(context, name, host, headers).text();
    }

    /// @param session of TLS, equal for connections that resume one
    private record Answer(String text, String session) {}

    private Answer answer(SSLContext context, String name, String host, String headers)
            throws Exception {
        int port = ingress.controller().httpsPort();
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            String text = "GET /x HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n";
            socket.getOutputStream().write(text.formatted(host, headers).getBytes(US_ASCII));
            String read = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return new Answer(read, HexFormat.of().formatHex(socket.getSession().getId()));
        }
    }

    private static SSLContext context(TestAuthority... chain) throws Exception {
        return context("TLS", chain);
    }

    private static SSLContext context(String protocol, TestAuthority... chain) throws Exception {
        SSLContext context = SSLContext.getInstance(protocol);
        KeyManager[] keys = {new Always(chain)};
        context.init(
                chain.length == 0 ? null : keys, new TrustManager[] {new TlsTest.TrustAll()}, null);
        return context;
    }

    private static void assertPasses(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }

    private static void assertRefused(String message, String answer) {
        assertTrue(answer.endsWith("\r\n\r\n" + message + "\n"), answer);
    }

    @Test
    void takesACertificateOfTheAuthorityAndTellsServersOfIt() throws Exception {
        serve(ASKS + "auth-tls-pass-certificate-to-upstream: \"true\"");

        String answer = ask(sue);

        assertPasses(answer);
        assertTrue(answer.contains("Ssl-client-verify=[SUCCESS]"), answer);
        assertTrue(answer.contains("Ssl-client-subject-dn=[CN=sue]"), answer);
        assertTrue(answer.contains("Ssl-client-issuer-dn=[CN=root]"), answer);
        String value = answer.replaceAll("(?s).*Ssl-client-cert=\\[([^]]*)].*", "$1");
        assertEquals(sue.pem(), URLDecoder.decode(value, US_ASCII));
    }

    @Test
    void refusesNoneAForeignOneAndOneThatIsOver() throws Exception {
        serve(ASKS);

        assertRefused(MISSING, ask());
        assertRefused(WRONG, ask(TestAuthority.root("root").client("sue", DAY)));
        assertRefused(WRONG, ask(root.client("sue", Duration.ofHours(-1))));
        String plain = RawHttp.get(ingress.port(), HOST, "/").body();
        assertEquals(MISSING + "\n", plain);
    }

    @Test
    void refusesOneThatTheListNames() throws Exception {
        TestAuthority bob = root.client("bob", DAY);
        ingress.put(secret(root.pem(), root.revoked(sue.certificate())));
        serve(ASKS);

        assertRefused(WRONG, ask(sue));
        assertPasses(ask(bob));
    }

    @Test
    void countsAuthoritiesBetween() throws Exception {
        TestAuthority first = root.authority("first");
        TestAuthority second = first.authority("second");
        TestAuthority ann = first.client("ann", DAY);
        TestAuthority bob = second.client("bob", DAY);
        serve(ASKS);
        assertPasses(ask(ann, first));
        assertRefused(WRONG, ask(bob, second, first));

        serve(ASKS + "auth-tls-verify-depth: \"2\"");

        TestIngress.await(() -> ask(bob, second, first).startsWith("HTTP/1.1 200 "));
    }

    @Test
    void letsNobodyBeAnAuthorityWhoIsNone() throws Exception {
        serve(ASKS);

        assertRefused(WRONG, ask(sue.client("mallory", DAY), sue));
    }

    @Test
    void passesWithoutACertificateWhereItIsOptional() throws Exception {
        serve(ASKS + "auth-tls-verify-client: optional");
        TestAuthority foreign = TestAuthority.root("other").client("sue", DAY);

        assertTrue(ask().contains("Ssl-client-verify=[NONE]"));
        assertTrue(ask(sue).contains("Ssl-client-verify=[SUCCESS]"));
        assertRefused(WRONG, ask(foreign));
    }

    @Test
    void passesAForeignOneWhereNoAuthorityIsWanted() throws Exception {
        serve(ASKS + "auth-tls-verify-client: optional_no_ca");
        TestAuthority other = TestAuthority.root("other");

        String answer = ask(other.client("sue", DAY));

        assertTrue(answer.contains("Ssl-client-verify=[FAILED:unable to get issuer"), answer);
        assertRefused(WRONG, ask(other.client("sue", Duration.ofHours(-1))));
    }

    @Test
    void removesWhatClientsForge() throws Exception {
        serve("");
        String forged = "SSL-Client-Verify: SUCCESS\r\nssl_client_subject_dn: CN=forged\r\n";

        String answer = ask(context(), HOST, HOST, forged);

        assertPasses(answer);
        assertFalse(answer.toLowerCase(Locale.ROOT).contains("ssl"), answer);
    }

    @Test
    void matchesNames() throws Exception {
        serve(ASKS + "auth-tls-match-cn: CN=(sue|ann)");

        assertPasses(ask(sue));
        assertTrue(ask(root.client("bob", DAY)).startsWith("HTTP/1.1 403 "));
    }

    @Test
    void leadsToThePageOfErrors() throws Exception {
        serve(ASKS + "auth-tls-error-page: https://example.com/why");

        String answer = ask();

        assertTrue(answer.startsWith("HTTP/1.1 302 "), answer);
        assertTrue(answer.contains("location: https://example.com/why\r\n"), answer);
    }

    @Test
    void letsNobodyPassWithoutTheSecretAndTakesANewOneAtOnce() throws Exception {
        serve("auth-tls-secret: default/missing");
        assertTrue(ask(sue).startsWith("HTTP/1.1 403 "));
        TestIngress.await(
                () ->
                        ingress.api().events().stream()
                                .anyMatch(event -> event.startsWith("InvalidSecret: ")));
        serve(ASKS);
        TestIngress.await(() -> ask(sue).startsWith("HTTP/1.1 200 "));

        ingress.put(secret(TestAuthority.root("next").pem(), ""));

        TestIngress.await(() -> ask(sue).endsWith(WRONG + "\n"));
    }

    @Test
    void asksForAnotherConnectionForAnotherHost() throws Exception {
        ingress.put(ingress("b", "", rule("b.example.com", "/", "Prefix", "one")));
        serve(ASKS);
        TestIngress.await(
                () ->
                        ask(context(sue), "b.example.com", "b.example.com", "")
                                .startsWith("HTTP/1.1 200 "));
        TestIngress.await(() -> ask(sue).startsWith("HTTP/1.1 200 "));

        String answer = ask(context(sue), "b.example.com", HOST, "");

        assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
    }

    @Test
    void judgesResumedSessionsAnew() throws Exception {
        serve(ASKS);
        SSLContext context = context("TLSv1.2", sue);
        Answer first = answer(context, HOST, HOST, "");
        assertPasses(first.text());
        Answer second = answer(context, HOST, HOST, "");
        assertPasses(second.text());
        assertEquals(first.session(), second.session(), "the session was resumed");

        ingress.put(secret(root.pem(), root.revoked(sue.certificate())));

        TestIngress.await(() -> ask(context, HOST, HOST, "").endsWith(WRONG + "\n"));
    }

    @Test
    void removesForgedHeadersAlsoWhereACertificateIsOptional() throws Exception {
        serve(ASKS + "auth-tls-verify-client: optional");
        String forged = "ssl-client-verify: SUCCESS\r\nssl-client-cert: forged\r\n";

        String answer = ask(context(), HOST, HOST, forged);

        assertPasses(answer);
        assertTrue(answer.contains("Ssl-client-verify=[NONE]"), answer);
        assertFalse(answer.contains("forged"), answer);
        assertFalse(answer.contains("SUCCESS"), answer);
    }

    @Test
    void countsForAllNamesOfAWildcard() throws Exception {
        ingress.put(ingress("a", ASKS, rule("*.example.com", "/", "Prefix", "one")));
        int unused = ingress.port();

        assertPasses(ask(sue));
        assertRefused(MISSING, ask());
        assertRefused(MISSING, ask(context(), "b.example.com", "b.example.com", ""));
    }

    @Test
    void countsForAllPathsOfAHostWhicheverIngressHasThem() throws Exception {
        ingress.put(ingress("b", "", rule(HOST, "/x", "Exact", "one")));
        serve(ASKS);
        TestIngress.await(() -> ask().endsWith("\r\n\r\n" + MISSING + "\n"));

        assertPasses(ask(sue));
    }

    @Test
    void tellsThatAnotherIngressDecidesForTheHost() throws Exception {
        serve(ASKS + "auth-tls-verify-client: optional");
        ingress.put(
                ingress(
                        "late",
                        "auth-tls-secret: default/missing\n",
                        rule(HOST, "/y", "Prefix", "one")));
        String told = "host \"a.example.com\" has auth-tls-secret of another Ingress already";
        TestIngress.await(() -> ingress.api().events().stream().anyMatch(e -> e.contains(told)));

        assertPasses(ask());
    }

    @Test
    void letsNobodyPassWhileTheListCannotBeRead() throws Exception {
        ingress.put(secret(root.pem(), "-----BEGIN X509 CRL-----\n!\n-----END X509 CRL-----\n"));
        serve(ASKS + "auth-tls-verify-client: optional");

        assertTrue(ask(sue).startsWith("HTTP/1.1 403 "));
        assertTrue(ask().startsWith("HTTP/1.1 403 "));
    }

    @Test
    void takesChainsThatTlsTakes() throws Exception {
        serve(ASKS + "auth-tls-verify-depth: \"20\"");
        List<TestAuthority> chain = new ArrayList<>();
        TestAuthority last = root;
        while (chain.size() < MOST_OF_TLS - 1) {
            last = last.authority("between-" + chain.size());
            chain.addFirst(last);
        }
        TestAuthority longest = last.authority("too-far");

        List<TestAuthority> fits = new ArrayList<>(chain);
        fits.addFirst(last.client("deep", DAY));
        assertPasses(ask(fits.toArray(new TestAuthority[0])));
        chain.addFirst(longest);
        chain.addFirst(longest.client("deeper", DAY));
        assertTrue(isCut(chain.toArray(new TestAuthority[0])));
    }

    /// Whether the connection ends without an answer.
    private boolean isCut(TestAuthority... chain) throws Exception {
        try {
            return ask(chain).isEmpty();
        } catch (IOException cut) {
            return true;
        }
    }

    /// Shows its certificate whatever authorities a server names.
    private static final class Always extends X509ExtendedKeyManager {

        private final TestAuthority[] chain;

        Always(TestAuthority... chain) {
            this.chain = chain;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return List.of(chain).stream()
                    .map(TestAuthority::certificate)
                    .toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return chain[0].keys().getPrivate();
        }
    }
}
