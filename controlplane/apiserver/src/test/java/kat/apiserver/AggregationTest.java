package kat.apiserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.apiserver.pki.Pem;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.ObjectList;
import kat.client.Transport;
import kat.client.WatchEvent;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Groups that another server serves: a small HTTPS server of the test's own.
class AggregationTest {

    private static final String NAME = Fruits.NAME;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;
    @TempDir Path extensionFolder;
    private final MemoryStore store = new MemoryStore();
    private ApiServer server;
    private Transport admin;
    private ExtensionServer extension;
    private Fruits fruits;

    @BeforeEach
    void start() throws Exception {
        extension = new ExtensionServer(extensionFolder);
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.component("test"));
        fruits = new Fruits(server, store, extension);
    }

    @AfterEach
    void stop() {
        server.close();
        extension.close();
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.replace('\'', '"').getBytes(UTF_8)));
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpsClient client = new HttpsClient(server)) {
            return client.admin("GET", path, "");
        }
    }

    @Test
    void tellsThatOwnGroupsAreAvailable() throws Exception {
        JsonObject condition = fruits.awaitCondition("v1.apps", "Local");

        assertEquals("True", condition.string("status"));
        assertEquals("Local APIServices are always available", condition.string("message"));
    }

    @Test
    void tellsWhatIsMissingBehindAService() throws Exception {
        fruits.register();

        assertEquals(
                "service/fruits in \"default\" is not present",
                fruits.awaitCondition(NAME, "ServiceNotFound").string("message"));

        fruits.createService();

        assertEquals(
                "cannot find endpointslices for service/fruits in \"default\"",
                fruits.awaitCondition(NAME, "EndpointsNotFound").string("message"));
    }

    @Test
    void passesRequestsOnInTheNameOfTheirUser() throws Exception {
        fruits.serve();

        HttpResponse<String> answer = get("/apis/fruits.example.com/v1/namespaces/default/apples");

        assertEquals(200, answer.statusCode());
        JsonObject told = (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
        assertEquals("kubernetes-admin", told.string("user"));
        assertEquals("CN=front-proxy-client", told.string("certificate"));
        assertEquals("", told.string("authorization"));
    }

    @Test
    void tellsOfTheImpersonatedUserAndNotWhatTheClientSaysOfItself() throws Exception {
        fruits.serve();

        try (HttpsClient client = new HttpsClient(server)) {
            String[] heads = {
                "Impersonate-User", "ann",
                "Impersonate-Group", "eaters",
                "Impersonate-Uid", "u-1",
                "Impersonate-Extra-example.com%2Fscope", "all",
                "X-Remote-User", "mallory",
                "X-Remote-Group", "system:masters",
                "X-Remote-Extra-More", "forged",
            };
            String path = "/apis/fruits.example.com/v1/namespaces/default/apples";
            admin.create(
                    Kinds.CLUSTER_ROLE_BINDING,
                    object(
                            "{'metadata':{'name':'ann'},'roleRef':{'apiGroup':"
                                    + "'rbac.authorization.k8s.io','kind':'ClusterRole',"
                                    + "'name':'cluster-admin'},'subjects':[{'apiGroup':"
                                    + "'rbac.authorization.k8s.io','kind':'User','name':'ann'}]}"),
                    WriteOptions.NONE);

            HttpResponse<String> answer = client.admin("GET", path, "", heads);

            assertEquals(200, answer.statusCode(), answer.body());
            JsonObject told = (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
            assertEquals(
                    "{\"x-remote-extra-example.com%2fscope\":[\"all\"],"
                            + "\"x-remote-group\":[\"eaters\",\"system:authenticated\"],"
                            + "\"x-remote-uid\":[\"u-1\"],\"x-remote-user\":[\"ann\"]}",
                    sorted(told.object("remote")).toString());
        }
    }

    private static JsonObject sorted(JsonObject object) {
        JsonObject.Builder all = JsonObject.builder();
        TreeMap<String, Json> members = new TreeMap<>();
        object.forEach(members::put);
        members.forEach(all::put);
        return all.build();
    }

    @Test
    void tellsThoseWithTheRoleWhomExtensionServersTrust() throws Exception {
        String maps = "/api/v1/namespaces/kube-system/configmaps/";
        String trust = maps + "extension-apiserver-authentication";
        try (HttpsClient client = new HttpsClient(server)) {
            String[] heads = {"Impersonate-User", "extension"};
            HttpResponse<String> told = client.admin("GET", trust, "");
            JsonObject data = ((JsonObject) Json.parse(told.body().getBytes(UTF_8))).object("data");
            assertEquals(403, client.admin("GET", trust, "", heads).statusCode());
            admin.create(
                    Kinds.ROLE_BINDING,
                    object(
                            "{'metadata':{'name':'extension','namespace':'kube-system'},"
                                    + "'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                                    + "'kind':'Role',"
                                    + "'name':'extension-apiserver-authentication-reader'},"
                                    + "'subjects':[{'apiGroup':'rbac.authorization.k8s.io',"
                                    + "'kind':'User','name':'extension'}]}"),
                    WriteOptions.NONE);

            assertEquals(told.body(), client.admin("GET", trust, "", heads).body());
            assertEquals(403, client.admin("GET", maps + "other", "", heads).statusCode());
            String ca = Pem.write(server.pki().authority().certificate());
            assertEquals(ca, data.string("client-ca-file"));
            assertTrue(data.string("requestheader-client-ca-file").startsWith("-----BEGIN CERT"));
            assertEquals(
                    List.of(
                            "[\"front-proxy-client\"]",
                            "[\"X-Remote-User\"]",
                            "[\"X-Remote-Group\"]",
                            "[\"X-Remote-Uid\"]",
                            "[\"X-Remote-Extra-\"]"),
                    Stream.of(
                                    "allowed-names",
                                    "username-headers",
                                    "group-headers",
                                    "uid-headers",
                                    "extra-headers-prefix")
                            .map(key -> data.string("requestheader-" + key))
                            .toList());
        }
    }

    @Test
    void tellsThatNobodyListensOnThePort() throws Exception {
        admin.create(
                Kinds.SERVICE,
                object(
                        "{'metadata':{'name':'fruits','namespace':'default'},"
                                + "'spec':{'ports':[{'port':444}]}}"),
                WriteOptions.NONE);
        fruits.register();

        assertEquals(
                "service/fruits in \"default\" is not listening on port 443",
                fruits.awaitCondition(NAME, "ServicePortError").string("message"));
    }

    @Test
    void tellsWhenDiscoveryFailsAndWhenItWorksAgain() throws Exception {
        extension.fallIll(true);
        fruits.createService();
        fruits.publishEndpoints();
        fruits.register();

        JsonObject failed = fruits.awaitCondition(NAME, "FailedDiscoveryCheck");
        extension.fallIll(false);

        assertEquals("False", failed.string("status"));
        String start = "failing or missing response from https://";
        assertTrue(failed.string("message").startsWith(start), failed::toString);
        assertEquals("True", fruits.awaitCondition(NAME, "Passed").string("status"));
    }

    @Test
    void asksForComponentsOfItsOwn() throws Exception {
        User user = User.of("system:serviceaccount:kube-system:counter", List.of());
        assertEquals(
                "the server could not find the requested resource",
                assertThrows(
                                StatusException.class,
                                () -> server.others(user).get("/apis/fruits.example.com/v1"))
                        .status()
                        .message());
        fruits.serve();

        JsonObject told =
                server.others(user).get("/apis/fruits.example.com/v1/namespaces/a/apples?limit=1");

        assertTrue(server.others(user).has("fruits.example.com", "v1"));
        assertEquals(user.name(), told.string("user"));
    }

    @Test
    void tellsNamesBeyondAsciiInUtf8() throws Exception {
        fruits.serve();

        JsonObject told =
                server.others(User.of("Łukasz Jürgens", List.of()))
                        .get("/apis/fruits.example.com/v1/namespaces/a/apples");

        String bytes = told.string("user"); // one in each character
        assertEquals("Łukasz Jürgens", new String(bytes.getBytes(ISO_8859_1), UTF_8));
    }

    @Test
    void asksNothingForAUserWhoseNameEndsItsHeader() throws Exception {
        fruits.serve();
        User forger = User.of("ann\r\nX-Remote-Group: system:masters", List.of());

        StatusException refusal =
                assertThrows(
                        StatusException.class,
                        () -> server.others(forger).get("/apis/fruits.example.com/v1/apples"));

        assertEquals(503, refusal.status().code());
    }

    @Test
    void givesComponentsObjectsOfOtherServers() throws Exception {
        assertTrue(server.served().now().inGroup("fruits.example.com").isEmpty());
        fruits.serve();

        Kind apple = server.served().now().require("fruits.example.com/v1", "Apple");

        assertTrue(server.served().isForeign(apple));
        assertEquals(List.of(), server.served().away());
        ObjectList found = admin.list(apple, ListQuery.in("garden"));
        assertEquals(7, found.revision());
        KubeObject only = found.items().getFirst();
        assertEquals("garden/a", only.key().toString());
        try (WatchStream watch = admin.watch(apple, new WatchQuery("garden", "", "", 6))) {
            assertEquals(new WatchEvent.Added(only), watch.next(PATIENCE));
            assertNull(watch.next(PATIENCE));
            assertTrue(watch.isOver());
        }
        admin.delete(apple, only.key(), DeleteOptions.of("u"));
        assertEquals(List.of(), admin.list(apple, ListQuery.in("garden")).items());
    }

    @Test
    void refusesComponentsWhatTheyMayNotAskOthersFor() throws Exception {
        fruits.serve();
        Kind apple = server.served().now().require("fruits.example.com/v1", "Apple");
        Transport nobody = server.transport(User.of("nobody", List.of()));

        StatusException refusal =
                assertThrows(
                        StatusException.class, () -> nobody.list(apple, ListQuery.in("garden")));

        assertEquals(403, refusal.status().code());
    }

    @Test
    void keepsWhatItKnowsOfServersThatAreAway() throws Exception {
        fruits.serve();
        Kind apple = server.served().now().require("fruits.example.com/v1", "Apple");

        admin.delete(Kinds.SERVICE, new ObjectKey("default", "fruits"), DeleteOptions.NONE);
        fruits.awaitCondition(NAME, "ServiceNotFound");

        assertEquals(List.of("fruits.example.com/v1"), server.served().away());
        assertEquals(apple, server.served().now().require("fruits.example.com/v1", "Apple"));
        assertEquals(
                503,
                assertThrows(StatusException.class, () -> admin.list(apple, ListQuery.in("garden")))
                        .status()
                        .code());
    }

    @Test
    void describesForeignKindsBesideItsOwn() throws Exception {
        fruits.serve();

        JsonObject document = (JsonObject) Json.parse(get("/openapi/v2").body().getBytes(UTF_8));

        JsonObject paths = document.object("paths");
        assertTrue(paths.has("/apis/fruits.example.com/v1/apples"));
        assertTrue(paths.has("/api/v1/pods"));
        String status = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";
        assertEquals(
                "#/definitions/" + status + "_v2",
                document.at("definitions", "Apple", "properties", "status").string("$ref"));
        assertEquals("object", document.object("definitions").object(status).string("type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"description\":null,\"responses\"", "\"get\":\"x\",\"put\""})
    void leavesOutADocumentThatIsNone(String odd) throws Exception {
        String member = odd.contains("get") ? "\"get\"" : "\"responses\"";
        extension.describe(document -> document.replace(member, odd));
        fruits.serve();

        HttpResponse<String> answer = get("/openapi/v2");

        assertEquals(200, answer.statusCode());
        JsonObject paths = ((JsonObject) Json.parse(answer.body().getBytes(UTF_8))).object("paths");
        assertTrue(paths.has("/api/v1/pods"));
        assertTrue(!paths.has("/apis/fruits.example.com/v1/apples"));
    }

    @Test
    void showsForeignGroupsInDiscovery() throws Exception {
        fruits.serve();

        assertTrue(get("/apis").body().contains("fruits.example.com/v1"));
        assertTrue(get("/apis/fruits.example.com").body().contains("APIGroup"));
        assertTrue(get("/apis/fruits.example.com/v1").body().contains("APIResourceList"));
        assertTrue(get("/openapi/v3").body().contains("apis/fruits.example.com/v1"));
        JsonObject group = aggregated();
        JsonObject version = group.array("versions").objects().getFirst();
        JsonObject apples = version.array("resources").objects().getFirst();
        assertEquals("v1", version.string("version"));
        assertEquals("Current", version.string("freshness"));
        assertEquals("apples", apples.string("resource"));
        assertEquals("Namespaced", apples.string("scope"));
        assertEquals("Apple", apples.object("responseKind").string("kind"));
        assertEquals(List.of("delete", "get", "list", "watch"), apples.array("verbs").strings());
    }

    /// The foreign group in the document of all groups and their resources.
    private JsonObject aggregated() throws Exception {
        String type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        try (HttpsClient client = new HttpsClient(server)) {
            String body = client.admin("GET", "/apis", "", "Accept", type).body();
            JsonObject list = (JsonObject) Json.parse(body.getBytes(UTF_8));
            return list.array("items").objects().stream()
                    .filter(
                            each ->
                                    each.object("metadata")
                                            .string("name")
                                            .equals("fruits.example.com"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void answersForAServerThatCannotBeReached() throws Exception {
        fruits.register();
        fruits.awaitCondition(NAME, "ServiceNotFound");

        HttpResponse<String> answer = get("/apis/fruits.example.com/v1");

        assertEquals(503, answer.statusCode());
        assertEquals("service unavailable\n", answer.body());
    }
}
