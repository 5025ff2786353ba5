package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Definitions in `/openapi/v2` and `/openapi/v3`, from their creation to their end.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PublishedDefinitionsTest {

    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String ONE = DEFINITIONS + "/widgets.example.org";
    private static final String SECOND_FORM = "org.example.v1.Widget";
    private static final String VERSIONS =
            """
            - name: v1
              served: %s
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties: {spec: {type: object, properties: {%s: {type: integer}}}}
            - name: v2
              served: true
              storage: false
              schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object}}}}
            """;

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        String definition =
                """
                metadata: {name: widgets.example.org}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {plural: widgets, kind: Widget}
                  versions:
                """
                        + VERSIONS.formatted("true", "size").indent(2);
        HttpResponse<String> made =
                served.client()
                        .admin("POST", DEFINITIONS, definition, "Content-Type", "application/yaml");
        assertEquals(201, made.statusCode(), made.body());
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void change(String isServed, String property) throws Exception {
        JsonObject versions =
                JsonObject.of("versions", Yaml.parse(VERSIONS.formatted(isServed, property)));
        HttpResponse<String> changed =
                served.client()
                        .admin(
                                "PATCH",
                                ONE,
                                JsonObject.of("spec", versions).toString(),
                                "Content-Type",
                                "application/merge-patch+json");
        assertEquals(200, changed.statusCode(), changed.body());
    }

    private JsonObject get(String path) throws Exception {
        HttpResponse<String> answer =
                served.client().admin("GET", path, "", "Accept", "application/json");
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    private static void await(Callable<Boolean> wanted) throws Exception {
        while (!wanted.call()) {
            Thread.onSpinWait();
        }
    }

    /// Where the document of a version lies, with the digest of what it says; empty for none.
    private String address(String version) throws Exception {
        return get("/openapi/v3")
                .object("paths")
                .object("apis/example.org/" + version)
                .string("serverRelativeURL");
    }

    private JsonObject ofSecondForm() throws Exception {
        return get("/openapi/v2").object("definitions").object(SECOND_FORM);
    }

    private static JsonObject properties(JsonObject schema) {
        return schema.object("properties").object("spec").object("properties");
    }

    private JsonObject ofThirdForm(String address) throws Exception {
        return get(address).object("components").object("schemas").object(SECOND_FORM);
    }

    @Test
    void arePublishedChangedAndTakenBack() throws Exception {
        await(() -> !ofSecondForm().isEmpty() && !address("v1").isEmpty());
        String first = address("v1");
        String other = address("v2");
        assertTrue(first.startsWith("/openapi/v3/apis/example.org/v1?hash="), first);
        assertTrue(properties(ofSecondForm()).has("size"));
        JsonObject published = ofThirdForm(first);
        assertTrue(properties(published).has("size"), published::toString);
        assertEquals(
                "[{\"group\":\"example.org\",\"kind\":\"Widget\",\"version\":\"v1\"}]",
                published.array("x-kubernetes-group-version-kind").toString());
        assertTrue(
                get(first)
                        .object("paths")
                        .has("/apis/example.org/v1/namespaces/{namespace}/widgets/{name}"));

        change("true", "length");
        await(() -> properties(ofSecondForm()).has("length"));
        await(() -> !address("v1").equals(first));
        assertFalse(properties(ofSecondForm()).has("size"));
        assertTrue(properties(ofThirdForm(address("v1"))).has("length"));
        assertEquals(other, address("v2"), "what did not change keeps its digest");
        assertNotEquals(first, address("v1"));

        change("false", "length");
        await(() -> ofSecondForm().isEmpty() && address("v1").isEmpty());
        assertEquals(other, address("v2"));
        assertEquals(404, status("/openapi/v3/apis/example.org/v1"));

        var _ = served.client().admin("DELETE", ONE, "");
        await(() -> address("v2").isEmpty());
        await(() -> !get("/openapi/v2").object("definitions").has("org.example.v2.Widget"));
        assertEquals(404, status("/openapi/v3/apis/example.org/v2"));
    }

    private int status(String path) throws Exception {
        return served.client().admin("GET", path, "").statusCode();
    }
}
