package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who applies the same once more changes nothing, however it is written.
class RepeatedApplyTest {

    private static final String LONG_AGO = "2020-01-01T00:00:00Z";

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

    /// @param path of the object
    record Case(String name, String path, String applied) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "a quantity in another form",
                        "/apis/apps/v1/namespaces/default/replicasets/again",
                        """
                        {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"again"},
                        "spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":
                        {"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i",
                        "resources":{"limits":{"memory":"2048Mi"}}}]}}}}
                        """),
                new Case(
                        "an empty map",
                        "/apis/apps/v1/namespaces/default/deployments/again",
                        """
                        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"again"},
                        "spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":
                        {"annotations":{},"labels":{"a":"b"}},"spec":{"containers":[{"name":"c",
                        "image":"i"}]}}}}
                        """),
                new Case(
                        "nulls",
                        "/api/v1/namespaces/default/configmaps/again",
                        """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"again",
                        "creationTimestamp":null,"resourceVersion":null},"data":{"key":"value"}}
                        """));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void writesNothing(Case each) throws Exception {
        apply(each.path(), each.applied(), 201);
        JsonObject aged = aged(each.path());

        JsonObject again = apply(each.path(), each.applied(), 200);

        assertEquals(aged.object("metadata"), again.object("metadata"));
    }

    @Test
    void writesWhenTheApplierNamesAnotherField() throws Exception {
        Case last = cases().getLast();
        apply(last.path(), last.applied(), 201);
        JsonObject aged = aged(last.path());

        JsonObject again = apply(last.path(), last.applied().replace("\"key\"", "\"other\""), 200);

        String before = aged.object("metadata").string("resourceVersion");
        assertEquals(false, before.equals(again.object("metadata").string("resourceVersion")));
    }

    @Test
    void makesNamespaces() throws Exception {
        String fresh =
                """
                {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"fresh"}}
                """;

        JsonObject made = apply("/api/v1/namespaces/fresh", fresh, 201);

        assertEquals(false, made.object("metadata").has("namespace"));
    }

    /// The object once its owners have been entered long ago.
    private JsonObject aged(String path) throws Exception {
        JsonObject live = sent("GET", path, "", "application/json", 200);
        JsonArray entries =
                live.object("metadata")
                        .array("managedFields")
                        .map(entry -> ((JsonObject) entry).with("time", Json.of(LONG_AGO)));
        JsonObject patch = JsonObject.of("metadata", JsonObject.of("managedFields", entries));
        return sent("PATCH", path, patch.toString(), "application/merge-patch+json", 200);
    }

    private JsonObject apply(String path, String body, int code) throws Exception {
        return sent("PATCH", path + "?fieldManager=t", body, "application/apply-patch+yaml", code);
    }

    private JsonObject sent(String method, String path, String body, String type, int code)
            throws Exception {
        HttpResponse<String> answer =
                served.client().admin(method, path, body, "Content-Type", type);
        assertEquals(code, answer.statusCode(), answer::body);
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }
}
