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

/// Who owns the replicas of an object that several apply a scale to, as Kubernetes 1.36.3
/// answered.
class ScaleOwnersTest {

    private static final String SETS = "/apis/apps/v1/namespaces/default/replicasets";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        HttpResponse<String> made =
                served.client()
                        .admin(
                                "POST",
                                SETS + "?fieldManager=creator",
                                """
                                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"r"},
                                "spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
                                "template":{"metadata":{"labels":{"a":"b"}},
                                "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                                """,
                                "Content-Type",
                                "application/json");
        assertEquals(201, made.statusCode(), made::body);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> scale(String manager, String replicas, boolean force)
            throws Exception {
        return served.client()
                .admin(
                        "PATCH",
                        SETS + "/r/scale?fieldManager=" + manager + "&force=" + force,
                        """
                        {"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"r",
                        "namespace":"default"},"spec":{%s}}
                        """
                                .formatted(replicas),
                        "Content-Type",
                        "application/apply-patch+yaml");
    }

    private long replicas() throws Exception {
        String set = served.client().admin("GET", SETS + "/r", "").body();
        return ((JsonObject) Json.parse(set.getBytes(UTF_8))).object("spec").integer("replicas", 7);
    }

    private static final String NONE = "\"replicas\":0";

    @Test
    void wishingForNoneConflictsWithWhoHasWishedForNone() throws Exception {
        assertEquals(200, scale("a", NONE, true).statusCode());

        HttpResponse<String> other = scale("b", NONE, false);

        assertEquals(409, other.statusCode(), other::body);
        assertTrue(
                other.body().contains("conflict with \\\"a\\\" with subresource \\\"scale\\\""),
                other::body);
        assertEquals(200, scale("a", NONE, false).statusCode());
        assertEquals(0, replicas());
    }

    @Test
    void whoForcesTakesNoReplicasFromAnother() throws Exception {
        assertEquals(200, scale("a", NONE, true).statusCode());
        assertEquals(200, scale("b", NONE, true).statusCode());

        HttpResponse<String> first = scale("a", "\"replicas\":3", false);

        assertEquals(409, first.statusCode(), first::body);
        assertEquals(0, replicas());
    }

    @Test
    void wishingForAsManyAsThereAreConflictsWithNobody() throws Exception {
        assertEquals(200, scale("a", "\"replicas\":3", true).statusCode());

        assertEquals(200, scale("b", "\"replicas\":3", false).statusCode());
        assertEquals(3, replicas());
    }

    @Test
    void wishingForNothingLeavesNone() throws Exception {
        assertEquals(200, scale("a", NONE, true).statusCode());

        assertEquals(200, scale("b", "", false).statusCode());
        assertEquals(0, replicas());
    }

    private static final String DEFINITION =
            """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
            "metadata":{"name":"sets.example.org"},"spec":{"group":"example.org",
            "scope":"Namespaced","names":{"plural":"sets","singular":"set","kind":"Set"},
            "versions":[%s,%s]}}
            """;
    private static final String VERSION =
            """
            {"name":"%s","served":true,"storage":%s,"schema":{"openAPIV3Schema":{"type":"object",
            "x-kubernetes-preserve-unknown-fields":true}},"subresources":{"scale":{
            "specReplicasPath":".spec.%s","statusReplicasPath":".status.replicas"}}}
            """;

    private String custom(String method, String path, String type, String body) throws Exception {
        HttpResponse<String> answer =
                served.client().admin(method, path, body, "Content-Type", "application/" + type);
        assertTrue(answer.statusCode() < 300, answer::body);
        return answer.body();
    }

    /// As Kubernetes' own TestApplyScaleSubresource wants it.
    @Test
    void whoScalesTakesTheReplicasOfEachVersionWhereTheyStandInIt() throws Exception {
        String versions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        String old = VERSION.formatted("v1beta1", "true", "replicas[0]");
        String own = VERSION.formatted("v1", "false", "replicas");
        custom("POST", versions, "json", DEFINITION.formatted(old, own));
        String sets = "/apis/example.org/v1beta1/namespaces/default/sets";
        while (served.client().admin("GET", sets, "").statusCode() == 404) {
            Thread.onSpinWait();
        }
        custom(
                "POST",
                sets + "?fieldManager=creator",
                "json",
                """
                {"apiVersion":"example.org/v1beta1","kind":"Set","metadata":{"name":"s"},
                "spec":{"num":1,"replicas[0]":3}}
                """);
        String set = "/apis/example.org/v1/namespaces/default/sets/s";
        custom(
                "PATCH",
                set + "?fieldManager=applier",
                "apply-patch+yaml",
                """
                {"apiVersion":"example.org/v1","kind":"Set","metadata":{"name":"s"},
                "spec":{"replicas":3}}
                """);

        custom(
                "PATCH",
                set + "/scale?fieldManager=scaler",
                "merge-patch+json",
                "{\"spec\":{\"replicas\":5}}");

        JsonObject seen = (JsonObject) Json.parse(custom("GET", set, "json", "").getBytes(UTF_8));
        assertEquals(5, seen.object("spec").integer("replicas", 0));
        assertEquals(
                List.of(
                        "applier example.org/v1  {\"f:spec\":{}}",
                        "scaler example.org/v1 scale {\"f:spec\":{\"f:replicas\":{}}}",
                        "creator example.org/v1beta1  {\"f:spec\":{\".\":{},\"f:num\":{}}}"),
                seen.object("metadata").array("managedFields").objects().stream()
                        .map(ScaleOwnersTest::told)
                        .toList());
    }

    private static String told(JsonObject entry) {
        return String.join(
                " ",
                entry.string("manager"),
                entry.string("apiVersion"),
                entry.string("subresource"),
                entry.object("fieldsV1").toString());
    }
}
