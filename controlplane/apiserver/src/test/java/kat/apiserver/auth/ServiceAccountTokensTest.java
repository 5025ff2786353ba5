package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.measure.CredentialMetrics;
import kat.apiserver.pki.Certificates;
import kat.apiserver.registry.Names;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.Randomness;
import kat.base.metrics.Metrics;
import kat.base.testing.FakeTicker;
import kat.store.Cause;
import kat.store.Entry;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceAccountTokensTest {

    private static final String ISSUER = "https://issuer";
    private static final List<String> OWN = List.of(ISSUER);
    private static final String ENDED = "service account token has been invalidated";

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-01T12:00:00Z"));
    private final Store store = new MemoryStore();
    private final Resources resources = new Resources(Kinds.builtIn());
    private final AccountObjects objects = new AccountObjects(new Reader(store), resources);
    private final Randomness chance = Randomness.seeded(1);
    private final TokenSigner signer = new TokenSigner(new Certificates(ticker, chance).newKey());
    private final Metrics metrics = new Metrics();
    private final List<String> used = new ArrayList<>();
    private final ServiceAccountTokens tokens =
            new ServiceAccountTokens(
                    signer,
                    objects,
                    new ServiceAccountTokens.Around(
                            ticker,
                            secret -> used.add(secret.name()),
                            new CredentialMetrics(metrics)),
                    new Names(chance),
                    ISSUER);
    private KubeObject bot;

    @BeforeEach
    void account() {
        bot = write(Kinds.SERVICE_ACCOUNT, "ns", "bot", "u1", "");
    }

    private KubeObject write(Kind kind, String namespace, String name, String uid, String more) {
        Resource resource = resources.require(kind);
        ObjectKey at = new ObjectKey(namespace, name);
        String json =
                "{'apiVersion':'%s','kind':'%s','metadata':{'name':'%s','namespace':'%s','uid':'%s'}%s}"
                        .formatted(kind.apiVersion(), kind.kind(), name, namespace, uid, more);
        put(resource.key(at), json.replace('\'', '"'));
        return Objects.requireNonNull(objects.find(kind, namespace, name));
    }

    private void put(String key, String json) {
        Entry before = store.get(key);
        long revision = before == null ? 0 : before.modRevision();
        store.commit(
                Transaction.put(key, revision, Value.of(json.getBytes(UTF_8)), Cause.by("test")));
    }

    private void remove(Kind kind, String namespace, String name) {
        String key = resources.require(kind).key(new ObjectKey(namespace, name));
        long revision = Objects.requireNonNull(store.get(key)).modRevision();
        store.commit(Transaction.delete(key, revision, Cause.by("test")));
    }

    private String token(KubeObject bound) {
        return tokens.issue(new ServiceAccountTokens.Wish(bot, List.of(), 600, 0, bound));
    }

    private User user(String token) {
        return assertInstanceOf(Login.Accepted.class, tokens.login(token, OWN)).user();
    }

    private String refusal(String token) {
        return assertInstanceOf(Login.Refused.class, tokens.login(token, OWN)).why();
    }

    @Test
    void isTheAccountAndItsGroups() {
        User user = user(token(null));

        assertEquals("system:serviceaccount:ns:bot", user.name());
        assertEquals("u1", user.uid());
        assertEquals(
                List.of("system:serviceaccounts", "system:serviceaccounts:ns", User.AUTHENTICATED),
                user.groups());
    }

    @Test
    void endsAMinuteAfterItsTime() {
        String token = token(null);

        ticker.advance(Duration.ofSeconds(659));
        user(token);
        ticker.advance(Duration.ofSeconds(2));

        assertEquals("service account token has expired", refusal(token));
    }

    @Test
    void isForItsAudiencesOnly() {
        ServiceAccountTokens.Wish wish =
                new ServiceAccountTokens.Wish(bot, List.of("vault"), 600, 0, null);

        assertEquals(
                "token audiences [\"vault\"] is invalid for the target audiences"
                        + " [\"https://issuer\"]",
                refusal(tokens.issue(wish)));
        Login.Accepted there =
                assertInstanceOf(
                        Login.Accepted.class,
                        tokens.login(tokens.issue(wish), List.of("vault", "other")));
        assertEquals(List.of("vault"), there.audiences());
    }

    @Test
    void endsWithTheNodeToWhichItIsBound() {
        KubeObject node = write(Kinds.NODE, "", "a", "n1", "");
        String token = token(node);

        assertEquals(
                List.of("a"), user(token).extra().get("authentication.kubernetes.io/node-name"));
        write(Kinds.NODE, "", "a", "n2", "");
        assertEquals(
                "node UID (n2) does not match service account node ref claim (n1)", refusal(token));
        remove(Kinds.NODE, "", "a");
        assertEquals(ENDED, refusal(token));
    }

    @Test
    void endsWithItsPodButNotWithThePodsNode() {
        write(Kinds.NODE, "", "a", "n1", "");
        KubeObject pod = write(Kinds.POD, "ns", "web", "p1", ",'spec':{'nodeName':'a'}");
        String token = token(pod);
        remove(Kinds.NODE, "", "a");

        User user = user(token);
        remove(Kinds.POD, "ns", "web");

        assertEquals(List.of("n1"), user.extra().get("authentication.kubernetes.io/node-uid"));
        assertEquals(List.of("web"), user.extra().get("authentication.kubernetes.io/pod-name"));
        assertEquals(ENDED, refusal(token));
    }

    @Test
    void tellsTheNameOfANodeThatIsGone() {
        KubeObject pod = write(Kinds.POD, "ns", "web", "p1", ",'spec':{'nodeName':'gone'}");

        User user = user(token(pod));

        assertEquals(List.of("gone"), user.extra().get("authentication.kubernetes.io/node-name"));
        assertEquals(null, user.extra().get("authentication.kubernetes.io/node-uid"));
    }

    @Test
    void endsWithItsAccount() {
        String token = token(null);
        write(Kinds.SERVICE_ACCOUNT, "ns", "bot", "u2", "");
        assertEquals("service account UID (u2) does not match claim (u1)", refusal(token));

        remove(Kinds.SERVICE_ACCOUNT, "ns", "bot");

        assertEquals("serviceaccounts \"bot\" not found", refusal(token));
    }

    @Test
    void knowsForgedTokensAndThoseOfOthers() {
        String token = token(null);
        String forged = token.substring(0, token.length() - 4) + "AAAA";
        TokenSigner other = new TokenSigner(new Certificates(ticker, chance).newKey());
        String foreign = other.sign(JsonObject.of("iss", Json.of("https://elsewhere")));
        String stolen = other.sign(JsonObject.of("iss", Json.of(ISSUER)));

        assertEquals("go-jose/go-jose: error in cryptographic primitive", refusal(forged));
        assertEquals("invalid signature, no keys found", refusal(stolen));
        assertSame(Login.ABSENT, tokens.login(foreign, OWN));
        assertSame(Login.ABSENT, tokens.login("no token", OWN));
    }

    @Test
    void takesTheTokenOfASecretAsLongAsTheSecretHoldsIt() {
        KubeObject secret = write(Kinds.SECRET, "ns", "s", "s1", "");
        String token = signer.secretToken(bot, secret);
        assertEquals("Token does not match server's copy", refusal(token));

        write(Kinds.SECRET, "ns", "s", "s1", ",'data':{'token':'" + encoded(token) + "'}");
        assertEquals("system:serviceaccount:ns:bot", user(token).name());
        assertEquals(List.of("s"), used);

        remove(Kinds.SECRET, "ns", "s");
        assertEquals("Token has been invalidated", refusal(token));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
