package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Objects within custom objects: `x-kubernetes-embedded-resource`.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EmbeddedResourcesTest {

    private static final String PATH = "/apis/example.org/v1/namespaces/default/boxes";
    private static final String DEFINITION =
            """
            metadata: {name: boxes.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {plural: boxes, kind: Box, singular: box}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      pruned:
                        type: object
                        x-kubernetes-embedded-resource: true
                        properties: {spec: {type: object, properties: {size: {type: integer}}}}
                      kept:
                        type: object
                        x-kubernetes-embedded-resource: true
                        x-kubernetes-preserve-unknown-fields: true
            """;

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        HttpResponse<String> made = post(path, DEFINITION);
        assertEquals(201, made.statusCode(), made.body());
        while (served.client().admin("GET", PATH, "").statusCode() != 200) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> post(String path, String yaml) throws Exception {
        return served.client().admin("POST", path, yaml, "Content-Type", "application/yaml");
    }

    private static JsonObject tree(HttpResponse<String> answer) {
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    private JsonObject made(String members) throws Exception {
        HttpResponse<String> answer =
                post(
                        PATH,
                        "apiVersion: example.org/v1\nkind: Box\nmetadata: {name: a}\n" + members);
        assertEquals(201, answer.statusCode(), answer.body());
        return tree(answer);
    }

    @Test
    void keepsTypeAndMetadataAndPrunesTheRest() throws Exception {
        JsonObject box =
                made(
                        """
                        pruned:
                          apiVersion: v1
                          kind: Pod
                          metadata: {name: p, labels: {a: b}, unknown: 1}
                          spec: {size: 1, other: 2}
                          status: {phase: Running}
                        """);

        JsonObject pruned = box.object("pruned");
        assertEquals("v1", pruned.string("apiVersion"));
        assertEquals("Pod", pruned.string("kind"));
        assertEquals("p", pruned.object("metadata").string("name"));
        assertEquals("{\"a\":\"b\"}", pruned.object("metadata").object("labels").toString());
        assertEquals(false, pruned.object("metadata").has("unknown"));
        assertEquals("{\"size\":1}", pruned.object("spec").toString());
        assertEquals(false, pruned.has("status"));
    }

    @Test
    void keepsWhatIsUnknownWhereThatIsPreserved() throws Exception {
        JsonObject box =
                made("kept: {apiVersion: x.org/v2, kind: Any, metadata: {}, more: {deep: [1]}}\n");

        assertEquals("{\"deep\":[1]}", box.object("kept").object("more").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{kind: Pod} | kept.apiVersion: Required value",
                "{apiVersion: v1} | kept.kind: Required value",
                "{apiVersion: '', kind: Pod} | kept.apiVersion: Invalid value: \"\": must not be"
                        + " empty",
                "{apiVersion: a/b/c, kind: Pod} | kept.apiVersion: Invalid value: \"a/b/c\":"
                        + " unexpected GroupVersion string: a/b/c",
                "{apiVersion: v1, kind: ''} | kept.kind: Invalid value: \"\": must not be empty",
                "{apiVersion: v1, kind: Pod, metadata: {name: a/b}} | kept.metadata.name: Invalid"
                        + " value: \"a/b\": may not contain '/'",
                "{apiVersion: v1, kind: Pod, metadata: {labels: {a: b c}}} | kept.metadata.labels:"
                        + " Invalid value: \"b c\": a valid label must be an empty string or consist of"
                        + " alphanumeric characters, '-', '_' or '.', and must start and end with an"
                        + " alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex"
                        + " used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            })
    void refusesWhatIsNoObject(String embedded, String fault) throws Exception {
        HttpResponse<String> refused =
                post(
                        PATH,
                        "apiVersion: example.org/v1\nkind: Box\nmetadata: {name: a}\nkept: "
                                + embedded);

        assertEquals(422, refused.statusCode(), refused.body());
        assertEquals("Box.example.org \"a\" is invalid: " + fault, tree(refused).string("message"));
    }
}
