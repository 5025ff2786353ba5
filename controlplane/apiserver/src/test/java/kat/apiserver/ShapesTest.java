package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
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
}
