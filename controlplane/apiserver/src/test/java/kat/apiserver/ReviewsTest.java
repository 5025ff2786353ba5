package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who somebody is, by a token, and what they may do.
class ReviewsTest {

    private static final String OWN = "https://kubernetes.default.svc.cluster.local";

    private static final String REVIEWS = "/apis/%s.k8s.io/v1/%ss";

    @TempDir Path folder;
    private ApiServer server;
    private HttpsClient client;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        client = new HttpsClient(server);
        post(
                "/api/v1/namespaces/default/serviceaccounts",
                "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'bot'}}");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private JsonObject post(String path, String json, String... as) throws Exception {
        String[] headers = new String[as.length + 2];
        headers[0] = "Content-Type";
        headers[1] = "application/json";
        System.arraycopy(as, 0, headers, 2, as.length);
        var answer = client.admin("POST", path, json.replace('\'', '"'), headers);
        assertEquals(201, answer.statusCode(), answer.body());
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    private JsonObject review(String group, String kind, String spec, String... as)
            throws Exception {
        String path = REVIEWS.formatted(group, kind.toLowerCase(Locale.ROOT));
        String json =
                "{'apiVersion':'%s.k8s.io/v1','kind':'%s','spec':%s}".formatted(group, kind, spec);
        return post(path, json, as).object("status");
    }

    private String token(String audiences) throws Exception {
        return post(
                        "/api/v1/namespaces/default/serviceaccounts/bot/token",
                        "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest',"
                                + "'spec':{'audiences':[%s]}}".formatted(audiences))
                .object("status")
                .string("token");
    }

    private JsonObject who(String token, String audiences) throws Exception {
        return review(
                "authentication",
                "TokenReview",
                "{'token':'%s','audiences':[%s]}".formatted(token, audiences));
    }

    private JsonObject rules(String... as) throws Exception {
        return review("authorization", "SelfSubjectRulesReview", "{'namespace':'default'}", as);
    }

    @Test
    void aTokenIsGoodForThoseOfTheAskedAudiencesThatItNames() throws Exception {
        JsonObject status = who(token("'vault','shop'"), "'other','vault'");

        assertTrue(status.bool("authenticated"), status::toString);
        assertEquals(List.of("vault"), status.array("audiences").strings());
        assertEquals("system:serviceaccount:default:bot", status.object("user").string("username"));
        assertEquals(
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:default",
                        User.AUTHENTICATED),
                status.object("user").array("groups").strings());
    }

    @Test
    void aTokenForOthersIsNobodysHere() throws Exception {
        JsonObject status = who(token("'vault'"), "");

        assertFalse(status.bool("authenticated"));
        assertEquals(JsonObject.EMPTY, status.object("user"));
        assertEquals(
                "token audiences [\"vault\"] is invalid for the target"
                        + " audiences [\""
                        + OWN
                        + "\"]",
                status.string("error"));
    }

    @Test
    void whoNamesNoAudienceAsksForTheServersOwn() throws Exception {
        JsonObject status = who(token(""), "");

        assertTrue(status.bool("authenticated"), status::toString);
        assertEquals(List.of(OWN), status.array("audiences").strings());
    }

    @Test
    void theRulesOfANodeAreToldToBeNotAll() throws Exception {
        JsonObject status =
                rules("Impersonate-User", "system:node:a", "Impersonate-Group", "system:nodes");

        assertTrue(status.bool("incomplete"), status::toString);
        assertEquals(
                "node authorizer does not support user rule resolution",
                status.string("evaluationError"));
    }

    @Test
    void theRulesOfAPersonAreAllOfThem() throws Exception {
        String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
        post(
                rbac + "roles",
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'r'},"
                        + "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}");
        post(
                rbac + "rolebindings",
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'RoleBinding',"
                        + "'metadata':{'name':'b'},'roleRef':"
                        + "{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'r'},"
                        + "'subjects':[{'apiGroup':'rbac.authorization.k8s.io','kind':'User',"
                        + "'name':'eve'}]}");

        JsonObject status = rules("Impersonate-User", "eve");

        assertFalse(status.bool("incomplete"), status::toString);
        assertTrue(
                status.array("resourceRules").objects().stream()
                        .anyMatch(rule -> rule.array("resources").strings().contains("pods")),
                status::toString);
    }

    @Test
    void whoSpeaksForAnotherIsToldToBeThatOneWithAllThatIsSaidOfHim() throws Exception {
        JsonObject status =
                review(
                        "authentication",
                        "SelfSubjectReview",
                        "{}",
                        "Impersonate-User",
                        "eve",
                        "Impersonate-Uid",
                        "u-7",
                        "Impersonate-Group",
                        "devs",
                        "Impersonate-Extra-scopes",
                        "view",
                        "Impersonate-Extra-example.org%2fTeam",
                        "red");

        assertEquals(
                "{\"extra\":{\"example.org/team\":[\"red\"],\"scopes\":[\"view\"]},"
                        + "\"groups\":[\"devs\",\"system:authenticated\"],\"uid\":\"u-7\","
                        + "\"username\":\"eve\"}",
                status.object("userInfo").toString());
    }

    @Test
    void anybodyCanVerifyATokenByTheKeysThatTheServerPublishes() throws Exception {
        JsonObject discovery = get("/.well-known/openid-configuration");
        JsonObject keys = get("/openid/v1/jwks");

        String[] parts = token("").split("\\.", 3);
        JsonObject head = decoded(parts[0]);
        JsonObject key =
                keys.array("keys").objects().stream()
                        .filter(each -> each.string("kid").equals(head.string("kid")))
                        .findFirst()
                        .orElseThrow();
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(number(key.string("x")), number(key.string("y")));
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(
                KeyFactory.getInstance("EC")
                        .generatePublic(
                                new ECPublicKeySpec(
                                        point, curve.getParameterSpec(ECParameterSpec.class))));
        signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));

        assertEquals("ES256", head.string("alg"));
        assertTrue(signature.verify(Base64.getUrlDecoder().decode(parts[2])));
        assertEquals(discovery.string("issuer"), decoded(parts[1]).string("iss"));
        assertTrue(discovery.string("jwks_uri").endsWith("/openid/v1/jwks"), discovery::toString);
    }

    private JsonObject get(String path) throws Exception {
        var answer = client.admin("GET", path, "");
        assertEquals(200, answer.statusCode(), answer.body());
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    private static JsonObject decoded(String part) {
        return (JsonObject) Json.parse(Base64.getUrlDecoder().decode(part));
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }
}
