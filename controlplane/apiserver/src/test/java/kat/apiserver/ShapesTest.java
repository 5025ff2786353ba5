package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tables and bare metadata in the place of objects, and the forms that no place has.
class ShapesTest {

    private static final String DEFAULT = "/api/v1/namespaces/default";
    private static final String MERGE = "application/merge-patch+json";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> get(String path, String accept) throws Exception {
        return served.client().admin("GET", path, "", "Accept", accept);
    }

    private static String as(String shape, String version) {
        return "application/json;as=" + shape + ";g=meta.k8s.io;v=" + version;
    }

    private static JsonObject json(HttpResponse<String> answer) {
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    @Test
    void anEmptyListOfBareMetadataHasNoItems() throws Exception {
        HttpResponse<String> answer =
                get(DEFAULT + "/configmaps", as("PartialObjectMetadataList", "v1"));

        assertTrue(answer.body().contains("\"items\":null"), answer.body());
    }

    @Test
    void objectsAreNoListsAndListsNoObjects() throws Exception {
        assertEquals(
                "you requested PartialObjectMetadataList, but the requested object is not a list"
                        + " (*core.Namespace)",
                json(get(DEFAULT, as("PartialObjectMetadataList", "v1"))).string("message"));
        assertEquals(
                "you requested PartialObjectMetadata, but the requested object is a list"
                        + " (*rbac.RoleList)",
                json(get(
                                "/apis/rbac.authorization.k8s.io/v1/roles",
                                as("PartialObjectMetadata", "v1")))
                        .string("message"));
    }

    @Test
    void theVersionThatWasAskedForIsTold() throws Exception {
        JsonObject table = json(get(DEFAULT, as("Table", "v1beta1")));

        assertEquals("meta.k8s.io/v1beta1", table.string("apiVersion"));
        assertEquals(
                "meta.k8s.io/v1beta1",
                table.array("rows").objects().getFirst().object("object").string("apiVersion"));
        JsonObject list =
                json(get("/api/v1/namespaces", as("PartialObjectMetadataList", "v1beta1")));
        assertEquals(
                "meta.k8s.io/v1beta1",
                list.array("items").objects().getFirst().string("apiVersion"));
    }

    @Test
    void aScaleHasShapesToo() throws Exception {
        String sets = "/apis/apps/v1/namespaces/default/replicasets";
        served.client()
                .admin(
                        "POST",
                        sets,
                        """
                        {"metadata":{"name":"r"},"spec":{"replicas":0,
                        "selector":{"matchLabels":{"a":"b"}},
                        "template":{"metadata":{"labels":{"a":"b"}},
                        "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                        """,
                        "Content-Type",
                        "application/json");

        assertEquals("Table", json(get(sets + "/r/scale", as("Table", "v1"))).string("kind"));
        assertEquals(
                "PartialObjectMetadata",
                json(get(sets + "/r/scale", as("PartialObjectMetadata", "v1"))).string("kind"));
    }

    @ParameterizedTest
    @CsvSource({
        "/version, text/html, 'application/json'",
        "/openid/v1/jwks, application/json, application/jwk-set+json",
        "/openid/v1/jwks, application/*, application/jwk-set+json",
        "/api, text/html, 'application/json, application/yaml, application/vnd.kubernetes.protobuf'"
    })
    void fixedPathsTellWhichFormsTheyHave(String path, String accept, String forms)
            throws Exception {
        HttpResponse<String> answer = get(path, accept);

        assertEquals(406, answer.statusCode());
        assertEquals(
                "406: Not Acceptable\n\nAvailable representations: " + forms,
                json(answer).string("message"));
    }

    @Test
    void discoveryOfOldIsNoMore() throws Exception {
        String old = "application/json;as=APIGroupDiscoveryList;g=apidiscovery.k8s.io;v=";

        assertEquals(406, get("/apis", old + "v2beta1").statusCode());
        assertEquals(200, get("/apis", old + "v2").statusCode());
        assertEquals(406, get("/apis/apps/v1", old + "v2").statusCode());
    }

    @Test
    void nothingLiesBetweenTwoSlashes() throws Exception {
        assertEquals(404, get("/api//v1/namespaces/default", "*/*").statusCode());
        assertEquals("NotFound", json(get("/apis/apps//v1", "*/*")).string("reason"));
        assertEquals(200, get("/api/v1/namespaces//configmaps", "*/*").statusCode());
    }

    @Test
    void devicesInUseAreForAdministrators() throws Exception {
        String claim =
                """
                {"metadata":{"name":"c"},"spec":{"devices":{"requests":[{"name":"r",
                "exactly":{"deviceClassName":"d","adminAccess":true}}]}}}
                """;
        HttpResponse<String> refused =
                served.client()
                        .admin(
                                "POST",
                                "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims",
                                claim,
                                "Content-Type",
                                "application/json");

        assertEquals(422, refused.statusCode());
        assertEquals(
                "ResourceClaim.resource.k8s.io \"c\" is invalid:"
                        + " spec.devices.requests[0].adminAccess: Forbidden: admin access to devices"
                        + " requires the `resource.kubernetes.io/admin-access: true` label on the"
                        + " containing namespace",
                json(refused).string("message"));
    }

    @Test
    void whatIsDeprecatedIsToldWhenItIsAbsentToo() throws Exception {
        HttpResponse<String> absent = get(DEFAULT + "/endpoints/nope", "*/*");

        assertEquals(404, absent.statusCode());
        assertTrue(absent.headers().firstValue("warning").orElse("").contains("deprecated"));
    }

    private HttpResponse<String> send(String method, String path, String body, String type)
            throws Exception {
        return served.client()
                .admin(method, path, body, "Accept", "text/html", "Content-Type", type);
    }

    @Test
    void pathsAreMatchedByMethodThenByTypeOfTheBodyThenByForm() throws Exception {
        String maps = DEFAULT + "/configmaps";

        assertEquals(405, send("POST", maps + "/m", "{}", "application/json").statusCode());
        assertEquals(
                405, send("PATCH", DEFAULT + "/serviceaccounts/s/token", "{}", "a/b").statusCode());
        assertEquals(
                "415: Unsupported Media Type",
                json(send("PATCH", maps + "/m", "{}", "application/json")).string("message"));
        assertEquals(406, send("PATCH", maps + "/m", "{}", MERGE).statusCode());
        assertEquals(406, get(maps, "application/*").statusCode());
    }

    @Test
    void tellsOfFormsOfStreamsWhomListsWouldServe() throws Exception {
        String watch = DEFAULT + "/configmaps?watch=1";
        String accepted = "only the following media types are accepted: application/json";

        String streams = json(get(watch, "application/yaml;stream=watch")).string("message");
        assertEquals(accepted + ", application/yaml, application/vnd.kubernetes.protobuf", streams);
        assertTrue(get(watch, "application/yaml").body().contains("json;stream=watch"));
    }

    @Test
    void whatIsDeprecatedIsToldWhenNoFormFitsToo() throws Exception {
        HttpResponse<String> unfit = get(DEFAULT + "/endpoints", as("Nope", "v1"));

        assertEquals(406, unfit.statusCode());
        assertTrue(unfit.headers().firstValue("warning").orElse("").contains("deprecated"));
    }

    @Test
    void someStatusesAreNoTables() throws Exception {
        String claims = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";
        served.client()
                .admin(
                        "POST",
                        claims,
                        """
                        {"metadata":{"name":"c"},"spec":{"devices":{"requests":[{"name":"r",
                        "exactly":{"deviceClassName":"d"}}]}}}
                        """,
                        "Content-Type",
                        "application/json");
        String either = as("Table", "v1") + ",application/json";

        assertEquals("Table", json(get(claims + "/c", either)).string("kind"));
        assertEquals("ResourceClaim", json(get(claims + "/c/status", either)).string("kind"));
    }

    @Test
    void customResourcesAreServedByOneHandlerWithWordsOfItsOwn() throws Exception {
        served.client()
                .admin(
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                        """
                        {"metadata":{"name":"things.example.org"},"spec":{"group":"example.org",
                        "scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
                        "versions":[{"name":"v1","served":true,"storage":true,
                        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
                        """,
                        "Content-Type",
                        "application/json");
        String things = "/apis/example.org/v1/namespaces/default/things";
        for (int i = 0; i < 5000 && get(things, "*/*").statusCode() != 200; i++) {
            Thread.onSpinWait();
        }

        assertEquals(200, get(things, "application/*").statusCode());
        assertEquals(
                "only the following media types are accepted: application/json, application/yaml,"
                        + " application/vnd.kubernetes.protobuf",
                json(get(things, "text/plain")).string("message"));
        assertEquals(
                "the body of the request was in an unknown format - accepted media types include:"
                        + " application/json-patch+json, application/merge-patch+json,"
                        + " application/apply-patch+yaml",
                json(send("PATCH", things + "/a", "{}", "text/plain")).string("message"));
        assertEquals(
                "name must be provided",
                json(send("PUT", things, "{}", "application/json")).string("message"));
        assertEquals(
                " is not supported on resources of kind \"things.example.org\"",
                json(send("OPTIONS", things, "", "application/json")).string("message"));
        assertEquals(
                "things.example.org \"a\" not found",
                json(get(things + "/a/nope", "*/*")).string("message"));
        assertEquals("404 page not found\n", get("/apis/example.org/v1/things/a", "*/*").body());
    }

    @Test
    void nothingLiesBelowPartsOrWhereAKindIsNot() throws Exception {
        assertEquals(404, get(DEFAULT + "/pods/m/status/x", "*/*").statusCode());
        assertEquals(404, get(DEFAULT + "/nodes/x/status", "*/*").statusCode());
        assertEquals(405, send("POST", "/api/v1/nodes/x/status", "{}", "a/b").statusCode());
    }

    @Test
    void aScaleOfAnotherNameIsRefusedWhereThereIsNoneToo() throws Exception {
        HttpResponse<String> refused =
                served.client()
                        .admin(
                                "PUT",
                                "/apis/apps/v1/namespaces/default/deployments/none/scale",
                                "{\"metadata\":{\"name\":\"m\"}}",
                                "Content-Type",
                                "application/json");

        assertEquals(
                "the name of the object (m) does not match the name on the URL (none)",
                json(refused).string("message"));
    }

    @Test
    void aPageEndsWhereItIsFullWhetherOrNotTheRestFits() throws Exception {
        for (String each :
                List.of("{\"name\":\"a\",\"labels\":{\"t\":\"1\"}}", "{\"name\":\"b\"}")) {
            served.client()
                    .admin(
                            "POST",
                            DEFAULT + "/configmaps",
                            "{\"metadata\":" + each + "}",
                            "Content-Type",
                            "application/json");
        }
        String fits = DEFAULT + "/configmaps?limit=1&labelSelector=t%3D1";

        String token = json(get(fits, "*/*")).object("metadata").string("continue");
        JsonObject rest = json(get(fits + "&continue=" + token, "*/*"));

        assertEquals("[]", rest.array("items").toString());
        assertEquals("", rest.object("metadata").string("continue"));
        assertTrue(!token.isEmpty());
    }

    @Test
    void checksOfHealthAreCounted() throws Exception {
        get("/readyz", "*/*");
        get("/readyz", "*/*");

        String figures = get("/metrics/slis", "*/*").body();

        String labels = "{name=\"ping\",status=\"success\",type=\"readyz\"}";
        assertTrue(
                figures.contains("kubernetes_healthcheck{name=\"ping\",type=\"readyz\"} 1\n"),
                figures);
        assertTrue(figures.contains("kubernetes_healthchecks_total" + labels + " 2\n"), figures);
        assertTrue(figures.contains("\nprocess_start_time_seconds "), figures);
    }
}
