package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What clients see of a definition that changes or goes, and what its rules may cost.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DefinitionUpdatesTest {

    private static final String GROUP = "/apis/example.org/v1";
    private static final String WIDGETS = GROUP + "/namespaces/default/widgets";
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String ONE = DEFINITIONS + "/widgets.example.org";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String AGGREGATED =
            "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io";

    private static final String DEFINITION =
            """
            metadata: {name: widgets.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {plural: widgets, kind: Widget, shortNames: [wd], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:
                          size: {type: integer}
                          color: {type: string}
                          list: {type: array, items: {type: integer}%s}
            """;

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

    private HttpResponse<String> send(String method, String path, String yaml) throws Exception {
        return served.client().admin(method, path, yaml, "Content-Type", "application/yaml");
    }

    private HttpResponse<String> merge(String path, String yaml) throws Exception {
        String patch = Yaml.parse(yaml).toString();
        return served.client()
                .admin("PATCH", path, patch, "Content-Type", "application/merge-patch+json");
    }

    private JsonObject get(String path, String accept) throws Exception {
        return tree(served.client().admin("GET", path, "", "Accept", accept));
    }

    private JsonObject get(String path) throws Exception {
        return get(path, "application/json");
    }

    private static JsonObject tree(HttpResponse<String> answer) {
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    private static void await(Callable<Boolean> wanted) throws Exception {
        while (!wanted.call()) {
            Thread.onSpinWait();
        }
    }

    private JsonObject resource() throws Exception {
        return get(GROUP).array("resources").objects().stream()
                .filter(each -> each.string("name").equals("widgets"))
                .findFirst()
                .orElse(JsonObject.EMPTY);
    }

    /// The same in the discovery of all groups.
    private JsonObject aggregated() throws Exception {
        return get("/apis", AGGREGATED).array("items").objects().stream()
                .filter(each -> each.at("metadata").string("name").equals("example.org"))
                .map(each -> each.array("versions").objects().getFirst())
                .map(each -> each.array("resources").objects().getFirst())
                .findFirst()
                .orElse(JsonObject.EMPTY);
    }

    private void define(String list) throws Exception {
        HttpResponse<String> made = send("POST", DEFINITIONS, DEFINITION.formatted(list));
        assertEquals(201, made.statusCode(), made.body());
        await(() -> send("GET", WIDGETS, "").statusCode() == 200);
        await(() -> !resource().isEmpty());
    }

    private static List<String> names(JsonObject resource) {
        return List.of(
                resource.array("categories").toString(), resource.array("shortNames").toString());
    }

    @Test
    void changedNamesAndColumnsAreSeenInDiscoveryAndTables() throws Exception {
        define("");
        assertEquals(List.of("[\"all\"]", "[\"wd\"]"), names(resource()));

        var _ =
                merge(
                        ONE,
                        "spec: {names: {shortNames: [wg, w], categories: [toys]}, versions: %s}"
                                .formatted(
                                        columns(
                                                "[{name: Color, type: string, jsonPath:"
                                                        + " .spec.color}]")));

        List<String> wanted = List.of("[\"toys\"]", "[\"wg\",\"w\"]");
        await(() -> names(resource()).equals(wanted));
        await(() -> names(aggregated()).equals(wanted));
        await(() -> titles().equals(List.of("Name", "Color")));
    }

    private String columns(String yaml) throws Exception {
        JsonObject version = get(ONE).object("spec").array("versions").objects().getFirst();
        return JsonArray.of(version.with("additionalPrinterColumns", Yaml.parse(yaml))).toString();
    }

    private List<String> titles() throws Exception {
        return get(WIDGETS, TABLE).array("columnDefinitions").objects().stream()
                .map(each -> each.string("name"))
                .toList();
    }

    @Test
    void aDefinitionGoesWhenTheLastOfItsObjectsIsLetGo() throws Exception {
        define("");
        String held =
                "{apiVersion: example.org/v1, kind: Widget,"
                        + " metadata: {name: w, finalizers: [example.org/held]}}";
        assertEquals(201, send("POST", WIDGETS, held).statusCode());

        assertEquals(200, send("DELETE", ONE, "").statusCode());
        await(() -> get(WIDGETS + "/w").object("metadata").has("deletionTimestamp"));
        JsonObject waiting = get(ONE);
        assertTrue(waiting.object("metadata").has("deletionTimestamp"), waiting.toString());
        assertEquals(
                "[\"customresourcecleanup.apiextensions.k8s.io\"]",
                waiting.object("metadata").array("finalizers").toString());

        assertEquals(200, merge(WIDGETS + "/w", "metadata: {finalizers: []}").statusCode());
        await(() -> send("GET", ONE, "").statusCode() == 404);
        await(() -> send("GET", WIDGETS, "").statusCode() == 404);
    }

    private static String rules(int most, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{rule: 'self.all(x, self.all(y, x >= -" + i + "))'}")
                .collect(
                        Collectors.joining(
                                ", ",
                                (most > 0 ? ", maxItems: " + most : "")
                                        + ", x-kubernetes-validations: [",
                                "]"));
    }

    private String refusedWith(int items) throws Exception {
        String list = IntStream.range(0, items).mapToObj(String::valueOf).toList().toString();
        HttpResponse<String> refused =
                send(
                        "POST",
                        WIDGETS,
                        "{apiVersion: example.org/v1, kind: Widget, metadata: {name: w},"
                                + " spec: {list: "
                                + list
                                + "}}");
        assertEquals(422, refused.statusCode(), refused.body());
        return tree(refused).string("message");
    }

    @Test
    void aRuleThatMayCostTooMuchIsRefusedInItsDefinition() throws Exception {
        String advice =
                " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where"
                        + " arrays, maps, and strings are declared)";
        String rule =
                "spec.validation.openAPIV3Schema.properties[spec].properties[list]"
                        + ".x-kubernetes-validations[0].rule: Forbidden: ";

        JsonObject refused = tree(send("POST", DEFINITIONS, DEFINITION.formatted(rules(0, 1))));

        assertEquals(
                "CustomResourceDefinition.apiextensions.k8s.io \"widgets.example.org\" is invalid: ["
                        + rule
                        + "estimated rule cost exceeds budget by factor of more than 100x"
                        + advice
                        + ", "
                        + rule
                        + "contributed to estimated rule cost total exceeding cost limit for entire"
                        + " OpenAPIv3 schema, spec.validation.openAPIV3Schema: Forbidden:"
                        + " x-kubernetes-validations estimated rule cost total for entire OpenAPIv3"
                        + " schema exceeds budget by factor of more than 100x"
                        + advice
                        + "]",
                refused.string("message"));
    }

    @Test
    void aRuleThatCostsTooMuchRefusesTheObject() throws Exception {
        define(rules(900, 1));

        assertEquals(
                "Widget.example.org \"w\" is invalid: spec.list: Invalid value: \"array\":"
                        + " 'operation cancelled: actual cost limit exceeded': no further validation"
                        + " rules will be run due to call cost exceeds limit for rule:"
                        + " self.all(x, self.all(y, x >= -0))",
                refusedWith(900));
    }

    @Test
    void rulesThatCostTooMuchTogetherRefuseTheObject() throws Exception {
        define(rules(350, 30));

        assertEquals(
                "Widget.example.org \"w\" is invalid: spec.list: Invalid value: \"array\":"
                        + " validation failed due to running out of cost budget, no further"
                        + " validation rules will be run",
                refusedWith(350));
    }
}
