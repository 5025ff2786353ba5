package kat.api.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.KindTable;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.custom.CustomKind;
import kat.api.custom.Definition;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schemas;
import org.junit.jupiter.api.Test;

class OpenApiTest {

    private final OpenApi openApi = new OpenApi(Kinds.builtIn(), _ -> null, "v1.36.0");

    @Test
    void indexNamesEveryGroupVersionWithAHash() {
        JsonObject paths = openApi.index().object("paths");

        assertTrue(
                paths.object("api/v1")
                        .string("serverRelativeURL")
                        .startsWith("/openapi/v3/api/v1?hash="));
        assertTrue(paths.has("apis/autoscaling/v2"));
        assertNull(openApi.document("apis/nope/v1"));
    }

    @Test
    void everyReferenceResolves() {
        for (String path : openApi.index().object("paths").names()) {
            JsonObject document = parse(openApi.document(path));
            Set<String> wanted = new TreeSet<>();
            references(document, wanted);

            Set<String> there = new TreeSet<>(document.at("components", "schemas").names());

            assertEquals(path.startsWith("open") || path.startsWith("."), wanted.isEmpty(), path);
            assertEquals(wanted, intersection(wanted, there), path);
        }
        JsonObject two = parse(openApi.versionTwo());
        Set<String> wanted = new TreeSet<>();
        references(two, wanted);
        assertEquals(
                wanted, intersection(wanted, new TreeSet<>(two.object("definitions").names())));
    }

    @Test
    void tellsWhereAServerSaysWhatItServes() {
        assertTrue(openApi.index().object("paths").has("apis/apps"));
        JsonObject group = parse(openApi.document("apis/apps"));
        JsonObject all = parse(openApi.versionTwo()).object("paths");

        assertEquals(List.of("/apis/apps/"), group.object("paths").names());
        assertEquals(
                "getRbacAuthorizationV1APIResources",
                all.at("/apis/rbac.authorization.k8s.io/v1/", "get").string("operationId"));
        assertEquals("getCoreV1APIResources", all.at("/api/v1/", "get").string("operationId"));
        assertEquals("getCodeVersion", all.at("/version/", "get").string("operationId"));
        assertEquals(
                List.of("io.k8s.apimachinery.pkg.version.Info"),
                parse(openApi.document("version")).at("components", "schemas").names());
    }

    @Test
    void elementsHaveTheDefaultsOfGo() {
        JsonObject schemas = parse(openApi.document("api/v1")).at("components", "schemas");
        JsonObject spec = schemas.at("io.k8s.api.core.v1.PodSpec", "properties");
        JsonObject container = schemas.at("io.k8s.api.core.v1.Container", "properties");
        JsonObject limits = schemas.at("io.k8s.api.core.v1.LimitRangeItem", "properties", "max");
        JsonObject list = schemas.at("io.k8s.api.core.v1.PodList", "properties", "metadata");

        assertEquals(JsonObject.EMPTY, spec.at("containers", "items").get("default"));
        assertTrue(spec.at("containers", "items").has("allOf"));
        assertTrue(spec.object("affinity").has("allOf"));
        assertFalse(spec.object("affinity").has("default"));
        assertEquals(Json.of(""), container.at("args", "items").get("default"));
        assertEquals(List.of("$ref"), limits.object("additionalProperties").names());
        assertEquals(JsonObject.EMPTY, list.get("default"));
    }

    @Test
    void operationsWithoutParametersNameNoEmptyList() {
        for (String path : openApi.index().object("paths").names()) {
            JsonObject paths = parse(openApi.document(path)).object("paths");

            String text = new String(paths.toBytes(), StandardCharsets.UTF_8);

            assertFalse(text.contains("[]"), path);
        }
    }

    @Test
    void tellsWhatKubectlLooksFor() {
        JsonObject document = parse(openApi.document("apis/apps/v1"));

        JsonObject path =
                document.object("paths")
                        .object("/apis/apps/v1/namespaces/{namespace}/deployments/{name}");
        JsonObject patch = path.object("patch");
        assertEquals("Deployment", patch.object("x-kubernetes-group-version-kind").string("kind"));
        List<String> queries =
                patch.array("parameters").objects().stream()
                        .map(one -> one.string("name"))
                        .toList();
        assertTrue(queries.containsAll(List.of("fieldValidation", "dryRun", "force")));
        JsonObject schema =
                document.at("components", "schemas").object("io.k8s.api.apps.v1.Deployment");
        assertEquals(
                "Deployment",
                schema.array("x-kubernetes-group-version-kind")
                        .objects()
                        .getFirst()
                        .string("kind"));
        JsonObject containers =
                document.at("components", "schemas")
                        .object("io.k8s.api.core.v1.PodSpec")
                        .at("properties", "containers");
        assertEquals("name", containers.string("x-kubernetes-patch-merge-key"));
        assertNotNull(document.object("paths").get("/apis/apps/v1/deployments"));
    }

    @Test
    void namesPathsOfWatchesAndStreams() {
        String pod = "/api/v1/namespaces/{namespace}/pods/{name}";
        for (byte[] document : List.of(openApi.versionTwo(), openApi.document("api/v1"))) {
            JsonObject paths = parse(document).object("paths");

            assertEquals(
                    "connectCoreV1PostNamespacedPodExec",
                    paths.object(pod + "/exec").object("post").string("operationId"));
            assertEquals(
                    Set.of(
                            "get",
                            "put",
                            "post",
                            "delete",
                            "options",
                            "head",
                            "patch",
                            "parameters"),
                    Set.copyOf(paths.object(pod + "/proxy/{path}").names()));
            assertEquals(
                    "read log of the specified Pod",
                    paths.object(pod + "/log").object("get").string("description"));
            JsonObject watch =
                    paths.object("/api/v1/watch/namespaces/{namespace}/configmaps/{name}")
                            .object("get");
            assertEquals("watchCoreV1NamespacedConfigMap", watch.string("operationId"));
            assertTrue(watch.toString().contains("meta.v1.WatchEvent"));
            assertFalse(paths.has("/api/v1/watch/componentstatuses"));
        }
    }

    @Test
    void tellsEachAnswerOfAnOperation() {
        JsonObject paths = parse(openApi.versionTwo()).object("paths");

        JsonObject pod = paths.object("/api/v1/namespaces/{namespace}/pods/{name}");
        JsonObject roles =
                paths.object("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles");
        assertEquals(
                "#/definitions/io.k8s.api.core.v1.Pod",
                pod.object("delete").at("responses", "202").object("schema").string("$ref"));
        assertEquals(
                List.of("200", "201", "202", "401"),
                List.copyOf(roles.object("post").object("responses").names()));
        assertEquals("create a Role", roles.object("post").string("description"));
        assertEquals(
                "deleteRbacAuthorizationV1CollectionNamespacedRole",
                roles.object("delete").string("operationId"));
    }

    @Test
    void listsPossibleValuesInBothVersions() {
        String name = "io.k8s.api.discovery.v1.EndpointSlice";
        JsonObject two = parse(openApi.versionTwo()).object("definitions").object(name);
        JsonObject three =
                parse(openApi.document("apis/discovery.k8s.io/v1"))
                        .at("components", "schemas")
                        .object(name);

        assertEquals(
                List.of("FQDN", "IPv4", "IPv6"),
                two.at("properties", "addressType").array("enum").strings());
        assertEquals(
                three.at("properties", "addressType").array("enum"),
                two.at("properties", "addressType").array("enum"));
    }

    @Test
    void describesCustomResources() {
        CustomKind widget =
                Definition.parse(
                                KubeObject.parse(
                                        """
                                        {"spec": {"group": "example.org", "scope": "Namespaced",
                                          "names": {"plural": "widgets", "kind": "Widget"},
                                          "versions": [{"name": "v1", "served": true, "schema": {
                                            "openAPIV3Schema": {"type": "object", "properties": {
                                              "spec": {"type": "object"}}}}}]}}
                                        """
                                                .getBytes(StandardCharsets.UTF_8)))
                        .served()
                        .getFirst();
        KindTable kinds = Kinds.builtIn().with(List.of(widget.kind()));
        OpenApi custom =
                new OpenApi(kinds, kind -> kind == widget.kind() ? widget : null, "v1.36.0");

        JsonObject document = parse(custom.document("apis/example.org/v1"));

        JsonObject item = document.at("components", "schemas").object("org.example.v1.Widget");
        assertEquals("object", item.at("properties", "spec").string("type"));
        assertTrue(document.at("components", "schemas").has(Schemas.OBJECT_META));
        JsonObject path =
                document.at("paths", "/apis/example.org/v1/namespaces/{namespace}/widgets/{name}");
        assertEquals(
                List.of(
                        "application/apply-patch+yaml",
                        "application/json-patch+json",
                        "application/merge-patch+json"),
                List.copyOf(path.at("patch", "requestBody", "content").names()));
    }

    private static Set<String> intersection(Set<String> one, Set<String> other) {
        Set<String> both = new TreeSet<>(one);
        both.retainAll(other);
        return both;
    }

    private static void references(Json value, Set<String> found) {
        switch (value) {
            case JsonObject object ->
                    object.forEach(
                            (name, member) -> {
                                if (name.equals("$ref")
                                        && member instanceof JsonString(String target)) {
                                    found.add(target.substring(target.lastIndexOf('/') + 1));
                                } else {
                                    references(member, found);
                                }
                            });
            case JsonArray array -> array.forEach(item -> references(item, found));
            default -> {}
        }
    }

    private static JsonObject parse(byte[] bytes) {
        return (JsonObject) Json.parse(bytes);
    }
}
