package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.apiserver.measure.CredentialMetrics;
import kat.apiserver.pki.CertificateSpec;
import kat.apiserver.pki.Certificates;
import kat.apiserver.pki.Identity;
import kat.apiserver.registry.Names;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.base.Randomness;
import kat.base.metrics.Metrics;
import kat.base.testing.FakeTicker;
import kat.store.Cause;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final String UNKNOWN = "x509: certificate signed by unknown authority";
    private static final String ENDED = "x509: certificate has expired or is not yet valid";
    private static final User ROBOT = User.of("robot", List.of());

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-01T12:00:00Z"));
    private final Randomness chance = Randomness.seeded(1);
    private final Certificates certificates = new Certificates(ticker, chance);
    private final Identity authority = certificates.newAuthority("kubernetes", DAY);
    private final Identity proxies = certificates.newAuthority("front-proxy-ca", DAY);
    private final Store store = new MemoryStore();
    private final Metrics metrics = new Metrics();
    private final Resources resources = new Resources(Kinds.builtIn());
    private final AccountObjects objects = new AccountObjects(new Reader(store), resources);
    private final Authenticator authenticator =
            new Authenticator(
                    Map.of("secret", ROBOT),
                    new ServiceAccountTokens(
                            new TokenSigner(certificates.newKey()),
                            objects,
                            new ServiceAccountTokens.Around(
                                    ticker, _ -> {}, new CredentialMetrics(metrics)),
                            new Names(chance),
                            "https://issuer"),
                    new BootstrapTokens(objects, ticker),
                    new CertificateLogin(
                            ticker,
                            authority.certificate(),
                            new FrontProxy(proxies.certificate(), List.of("front-proxy-client")),
                            new CredentialMetrics(metrics)),
                    Authenticator.Further.NONE);

    /// What a test shows; each header has one value or several, parted by bars.
    private record Shown(List<X509Certificate> certificates, Map<String, String> given)
            implements Credentials {

        Shown(X509Certificate certificate, Map<String, String> given) {
            this(certificate == null ? List.of() : List.of(certificate), given);
        }

        @Override
        public List<String> headers(String name) {
            String values = given.get(name);
            return values == null ? List.of() : List.of(values.split("\\|"));
        }

        @Override
        public List<Map.Entry<String, String>> allHeaders() {
            return List.copyOf(new TreeMap<>(given).entrySet());
        }
    }

    private X509Certificate certificate(Identity signer, String name, String... groups) {
        return identity(signer, CertificateSpec.Use.CLIENT, name, groups).certificate();
    }

    private Identity identity(
            Identity signer, CertificateSpec.Use use, String name, String... groups) {
        KeyPair pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        name,
                        List.of(groups),
                        List.of(),
                        List.of(),
                        use,
                        Duration.ofHours(1),
                        pair.getPublic());
        return certificates.issue(signer, spec, pair.getPrivate());
    }

    private User user(X509Certificate certificate, Map<String, String> headers) {
        Login login = authenticator.authenticate(new Shown(certificate, headers));
        return assertInstanceOf(Login.Accepted.class, login).user();
    }

    private String refusal(X509Certificate certificate, Map<String, String> headers) {
        Login login = authenticator.authenticate(new Shown(certificate, headers));
        return assertInstanceOf(Login.Refused.class, login).why();
    }

    @Test
    void isNobodyWithoutCredentials() {
        assertSame(User.ANONYMOUS, user(null, Map.of()));
        assertSame(User.ANONYMOUS, user(null, Map.of("authorization", "Basic x")));
    }

    @Test
    void readsUserAndGroupsOfACertificateAndNamesIt() {
        User user = user(certificate(authority, "jane", "staff"), Map.of());

        assertEquals("jane", user.name());
        assertEquals(List.of("staff", User.AUTHENTICATED), user.groups());
        String id = user.extra().get("authentication.kubernetes.io/credential-id").getFirst();
        assertTrue(id.matches("X509SHA256=[0-9a-f]{64}"), id);
    }

    @Test
    void holdsACertificateFiveMinutesLongerThanAskedFor() {
        X509Certificate certificate = certificate(authority, "jane");

        Duration validity =
                Duration.between(
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant());

        assertEquals(Duration.ofMinutes(65), validity);
    }

    @Test
    void takesTheCertificateBeforeTheToken() {
        User user = user(certificate(authority, "jane"), Map.of("authorization", "Bearer secret"));

        assertEquals("jane", user.name());
    }

    @Test
    void refusesACertificateThatHasEnded() {
        X509Certificate certificate = certificate(authority, "jane");

        ticker.advance(Duration.ofHours(2));

        assertEquals(ENDED, refusal(certificate, Map.of()));
        assertSame(ROBOT, user(certificate, Map.of("authorization", "Bearer secret")));
    }

    @Test
    void letsTheFrontProxySpeakForAUser() {
        User user =
                user(
                        certificate(proxies, "front-proxy-client"),
                        Map.of(
                                "x-remote-user", "jane",
                                "x-remote-uid", "7",
                                "x-remote-group", "staff|devs",
                                "x-remote-extra-acme.com%2fteam", "blue"));

        assertEquals("jane", user.name());
        assertEquals("7", user.uid());
        assertEquals(List.of("staff", "devs", User.AUTHENTICATED), user.groups());
        assertEquals(List.of("blue"), user.extra().get("acme.com/team"));
    }

    @Test
    void letsNobodyElseSpeakForAUser() {
        Map<String, String> headers = Map.of("x-remote-user", "admin");

        assertEquals("jane", user(certificate(authority, "jane"), headers).name());
        assertSame(User.ANONYMOUS, user(null, headers));
        assertEquals(
                "x509: subject with cn=other is not in the allowed list",
                refusal(certificate(proxies, "other"), headers));
    }

    @Test
    void knowsNoUserByTheCertificateOfAProxy() {
        refusal(certificate(proxies, "front-proxy-client"), Map.of());
    }

    @Test
    void refusesCertificatesOfForeignAuthoritiesWhateverTheirNames() {
        Map<String, String> headers = Map.of("x-remote-user", "admin");
        for (String name : List.of("kubernetes", "front-proxy-ca", "other")) {
            Identity foreign = certificates.newAuthority(name, DAY);

            assertEquals(UNKNOWN, refusal(certificate(foreign, "jane", User.MASTERS), Map.of()));
            assertEquals(UNKNOWN, refusal(certificate(foreign, "front-proxy-client"), headers));
            assertEquals(UNKNOWN, refusal(foreign.certificate(), Map.of()));
        }
    }

    @Test
    void takesATokenBesideAForeignCertificate() {
        X509Certificate foreign = certificate(certificates.newAuthority("x", DAY), "jane");

        assertSame(ROBOT, user(foreign, Map.of("authorization", "Bearer secret")));
        assertEquals(
                "invalid bearer token", refusal(foreign, Map.of("authorization", "Bearer wrong")));
    }

    @Test
    void refusesTheCertificateOfAServer() {
        Identity server = identity(authority, CertificateSpec.Use.SERVER, "jane");

        assertEquals(
                "x509: certificate specifies an incompatible key usage",
                refusal(server.certificate(), Map.of()));
    }

    @Test
    void followsAChainToTheAuthority() {
        Identity between = identity(authority, CertificateSpec.Use.AUTHORITY, "between");
        X509Certificate jane = certificate(between, "jane");
        X509Certificate other = certificate(authority, "other");

        assertEquals("jane", user(List.of(jane, other, between.certificate())));
        assertEquals("jane", user(List.of(jane, between.certificate(), authority.certificate())));
        assertEquals(UNKNOWN, refusal(jane, Map.of()));
    }

    @Test
    void refusesAChainThroughAUserOrAForeignAuthority() {
        Identity joe = identity(authority, CertificateSpec.Use.CLIENT, "joe");
        Identity foreign = certificates.newAuthority("kubernetes", DAY);
        Identity between = identity(foreign, CertificateSpec.Use.AUTHORITY, "between");

        assertEquals(UNKNOWN, refusal(List.of(certificate(joe, "jane"), joe.certificate())));
        assertEquals(
                UNKNOWN,
                refusal(
                        List.of(
                                certificate(between, "jane"),
                                between.certificate(),
                                foreign.certificate(),
                                authority.certificate())));
        assertEquals(
                UNKNOWN, refusal(List.of(certificate(foreign, "jane"), authority.certificate())));
    }

    @Test
    void refusesACertificateWhoseAuthorityHasEnded() {
        X509Certificate certificate =
                certificates
                        .issue(
                                authority,
                                new CertificateSpec(
                                        "jane",
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        CertificateSpec.Use.CLIENT,
                                        DAY.multipliedBy(9),
                                        certificates.newKey().getPublic()),
                                certificates.newKey().getPrivate())
                        .certificate();
        assertEquals("jane", user(certificate, Map.of()).name());

        ticker.advance(DAY.multipliedBy(2));

        assertEquals(ENDED, refusal(certificate, Map.of()));
    }

    @Test
    void letsNoProxySpeakWhereNobodySpeaksForOthers() {
        Authenticator node = authenticator.withoutProxy();
        X509Certificate proxy = certificate(proxies, "front-proxy-client");

        Login login = node.authenticate(new Shown(proxy, Map.of("x-remote-user", "admin")));

        assertEquals(UNKNOWN, assertInstanceOf(Login.Refused.class, login).why());
        Shown jane = new Shown(certificate(authority, "jane"), Map.of());
        assertInstanceOf(Login.Accepted.class, node.authenticate(jane));
    }

    private String user(List<X509Certificate> chain) {
        Login login = authenticator.authenticate(new Shown(chain, Map.of()));
        return assertInstanceOf(Login.Accepted.class, login).user().name();
    }

    private String refusal(List<X509Certificate> chain) {
        Login login = authenticator.authenticate(new Shown(chain, Map.of()));
        return assertInstanceOf(Login.Refused.class, login).why();
    }

    @Test
    void refusesATokenThatNobodyKnows() {
        assertEquals(
                "invalid bearer token", refusal(null, Map.of("authorization", "Bearer wrong")));
    }

    @Test
    void findsTheTokenAmongTheProtocolsOfAWebSocket() {
        User user =
                user(
                        null,
                        Map.of(
                                "upgrade",
                                "websocket",
                                "sec-websocket-protocol",
                                "v5.channel.k8s.io,"
                                        + " base64url.bearer.authorization.k8s.io.c2VjcmV0"));

        assertSame(ROBOT, user);
    }

    @Test
    void keepsKubernetesOwnTokensFromOtherAudiences() {
        assertInstanceOf(Login.Refused.class, authenticator.byToken("secret", List.of("vault")));
        assertInstanceOf(
                Login.Accepted.class,
                authenticator.byToken("secret", List.of("vault", "https://issuer")));
    }

    @Test
    void takesABootstrapTokenUntilItsTime() {
        String key =
                resources
                        .require(Kinds.SECRET)
                        .key(new ObjectKey("kube-system", "bootstrap-token-abcdef"));
        String json =
                """
                {"metadata":{"name":"bootstrap-token-abcdef","namespace":"kube-system"},
                 "type":"bootstrap.kubernetes.io/token",
                 "data":{"token-id":"%s","token-secret":"%s","expiration":"%s",
                  "usage-bootstrap-authentication":"%s","auth-extra-groups":"%s"}}
                """
                        .formatted(
                                encoded("abcdef"),
                                encoded("0123456789abcdef"),
                                encoded("2026-01-01T13:00:00Z"),
                                encoded("true"),
                                encoded("system:bootstrappers:workers"));
        Value value = Value.of(json.getBytes(UTF_8));
        store.commit(Transaction.put(key, 0, value, Cause.by("test")));
        Map<String, String> headers = Map.of("authorization", "Bearer abcdef.0123456789abcdef");

        User user = user(null, headers);
        ticker.advance(Duration.ofHours(2));

        assertEquals("system:bootstrap:abcdef", user.name());
        assertEquals(
                List.of("system:bootstrappers", "system:bootstrappers:workers", User.AUTHENTICATED),
                user.groups());
        assertEquals("invalid bearer token", refusal(null, headers));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
