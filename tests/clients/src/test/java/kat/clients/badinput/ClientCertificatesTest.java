package kat.clients.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import kat.apiserver.pki.CertificateSpec;
import kat.apiserver.pki.Certificates;
import kat.apiserver.pki.Identity;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.clients.BareServer;
import kat.clients.badinput.RawClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients that show certificates which are damaged, or good and odd.
class ClientCertificatesTest {

    private static final long SEED = Long.getLong("kat.seed", 1);
    private static final int ROUNDS = Integer.getInteger("kat.rounds", 250) / 2;
    private static final int MOST_SECONDS = 300;
    private static final Duration DAY = Duration.ofDays(1);
    private static final String REQUEST =
            """
            GET /api/v1/namespaces/default/configmaps HTTP/1.1\r
            host: localhost\r
            connection: close\r
            \r
            """;

    private final Certificates certificates =
            new Certificates(new SystemTicker(), Randomness.system());
    private final KeyPair pair = certificates.newKey();
    private BareServer server;

    @BeforeEach
    void start() throws IOException {
        server = new BareServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private X509Certificate certificate(String name, List<String> groups) {
        CertificateSpec spec =
                new CertificateSpec(
                        name,
                        groups,
                        List.of(),
                        List.of(),
                        CertificateSpec.Use.CLIENT,
                        DAY,
                        pair.getPublic());
        Identity authority = server.server().pki().authority();
        return certificates.sign(authority, spec);
    }

    @Test
    @Timeout(MOST_SECONDS)
    void damagedOnesOpenNothing() throws Exception {
        X509Certificate administrator = certificate("admin", List.of("system:masters"));
        assertEquals(200, ask(administrator).code(), "the way itself");
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] good = administrator.getEncoded();
            byte[] damaged = MutationTest.damaged(good, random);
            if (Arrays.mismatch(good, damaged) >= good.length || Arrays.equals(good, damaged)) {
                continue; // whole, or whole with something behind it
            }
            String what = "kat.seed=" + SEED + " round " + round + " of a client's certificate";

            Reply reply = ask(new DamagedCertificate(administrator, damaged));

            assertNotEquals(200, reply.code(), what);
            if (reply.code() != 0) {
                Judge.check(what, reply);
            }
        }
        assertEquals(200, ask(administrator).code(), "the server goes on");
    }

    @Test
    void oddNamesAreWhoTheySayAndNobodyElse() throws Exception {
        List<String> names =
                List.of(
                        "",
                        " ",
                        "a,O=system:masters",
                        "a+O=system:masters",
                        "a\\,b",
                        "#0403",
                        "x\u0000y",
                        "x\r\nImpersonate-Group: system:masters",
                        "Jürgen",
                        "\ud83d\ude00",
                        "n".repeat(5_000));
        for (String name : names) {
            Reply reply = ask(certificate(name, List.of("odd", "")));

            Judge.check(name, reply);
            assertTrue(reply.code() == 401 || reply.code() == 403, name + ": " + reply);
            assertTrue(!reply.head().contains("impersonate"), reply::head);
        }
    }

    /// @return code 0 when the server broke off
    private Reply ask(X509Certificate shown) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {new Shows(shown, pair.getPrivate())},
                new X509TrustManager[] {new Trusting()},
                null);
        var address = server.server().address();
        try (Socket socket =
                context.getSocketFactory().createSocket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
            ((SSLSocket) socket).startHandshake();
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            return RawClient.read(socket.getInputStream());
        } catch (SSLException refused) {
            return new Reply(0, "", String.valueOf(refused.getMessage()));
        }
    }

    /// Always the same certificate.
    private static final class Shows extends X509ExtendedKeyManager {

        private static final String ALIAS = "own";
        private final X509Certificate certificate;
        private final PrivateKey key;

        Shows(X509Certificate certificate, PrivateKey key) {
            this.certificate = certificate;
            this.key = key;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return "";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /// Who the server is does not matter here.
    private static final class Trusting implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
