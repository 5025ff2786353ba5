package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionWebhookTest {

    @TempDir Path folder;
    private final Semaphore changes = new Semaphore(0);
    private final List<Integer> asked = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<JsonObject> spoil = UnaryOperator.identity();
    private HttpsHook webhook;
    private ApiServer server;
    private Transport local;

    @BeforeEach
    void start() throws Exception {
        SystemTicker ticker = new SystemTicker();
        webhook = new HttpsHook(folder.resolve("webhook"));
        webhook.answer("/convert", this::convert);
        server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("server")),
                        new MemoryStore(),
                        ticker,
                        Randomness.system());
        server.start();
        server.onKindsChanged(changes::release);
        local = server.transport(User.component("test"));
        define();
    }

    @AfterEach
    void stop() {
        server.close();
        webhook.close();
    }

    /// Moves `spec.size` to `spec.length` and back.
    private JsonObject convert(JsonObject request) {
        asked.add(request.array("objects").size());
        String wanted = request.string("desiredAPIVersion");
        List<Json> converted = new ArrayList<>();
        for (JsonObject object : request.array("objects").objects()) {
            boolean toSecond = wanted.endsWith("/v2");
            Json value = object.object("spec").get(toSecond ? "size" : "length");
            JsonObject spec = JsonObject.of(toSecond ? "length" : "size", value);
            converted.add(object.with("apiVersion", wanted).with("spec", spec));
        }
        return spoil.apply(
                JsonObject.builder()
                        .put("convertedObjects", new JsonArray(converted))
                        .put("result", JsonObject.of("status", Json.of("Success")))
                        .build());
    }

    private void define() throws InterruptedException {
        String version =
                """
                {"name": "%s", "served": true, "storage": %s, "schema": {"openAPIV3Schema": {
                  "type": "object", "properties": {"spec": {"type": "object", "properties": {
                    "%s": {"type": "integer"}}}}}}}
                """;
        String definition =
                """
                {"metadata": {"name": "widgets.example.org"}, "spec": {
                  "group": "example.org", "scope": "Namespaced",
                  "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                  "conversion": {"strategy": "Webhook", "webhook": {
                    "conversionReviewVersions": ["v1"], "clientConfig": {
                      "url": "%s", "caBundle": "%s"}}},
                  "versions": [%s, %s]}}
                """
                        .formatted(
                                webhook.url("/convert"),
                                webhook.authority(),
                                version.formatted("v1", "true", "size"),
                                version.formatted("v2", "false", "length"));
        local.create(
                Kinds.CUSTOM_RESOURCE_DEFINITION,
                KubeObject.parse(definition.getBytes(UTF_8)),
                WriteOptions.NONE);
        while (server.kinds().byKind("example.org/v2", "Widget") == null) {
            assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS), "the kinds change in time");
        }
    }

    private Kind kind(String version) {
        return server.kinds().require("example.org/" + version, "Widget");
    }

    @Test
    void asksTheWebhookForOtherVersionsBothWays() {
        KubeObject second =
                KubeObject.parse(
                        "{\"metadata\":{\"name\":\"w\",\"namespace\":\"default\"},\"spec\":{\"length\":7}}"
                                .getBytes(UTF_8));
        ObjectKey key = new ObjectKey("default", "w");

        local.create(kind("v2"), second, WriteOptions.NONE);

        assertEquals("{\"size\":7}", local.get(kind("v1"), key).spec().toString());
        assertEquals("{\"length\":7}", local.get(kind("v2"), key).spec().toString());
    }

    @Test
    void writesNothingThroughAnotherVersionWhenNothingChanges() {
        KubeObject second =
                KubeObject.parse(
                        "{\"metadata\":{\"name\":\"w\",\"namespace\":\"default\"},\"spec\":{\"length\":7}}"
                                .getBytes(UTF_8));
        ObjectKey key = new ObjectKey("default", "w");
        local.create(kind("v2"), second, WriteOptions.NONE);
        KubeObject before = local.get(kind("v2"), key);
        JsonObject same = JsonObject.of("spec", before.spec());

        local.patch(kind("v2"), key, Patch.merge(same), WriteOptions.NONE);

        assertEquals(before.tree(), local.get(kind("v2"), key).tree());
    }

    @Test
    void asksTheWebhookOnceForAWholeList() {
        for (String name : List.of("a", "b", "c")) {
            String text =
                    "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"default\"},\"spec\":{\"size\":7}}";
            local.create(
                    kind("v1"),
                    KubeObject.parse(text.formatted(name).getBytes(UTF_8)),
                    WriteOptions.NONE);
        }
        asked.clear();

        int listed = local.list(kind("v2"), ListQuery.ALL).items().size();

        assertEquals(3, listed);
        assertEquals(List.of(3), asked.stream().filter(size -> size > 1).toList());
    }

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"').getBytes(UTF_8));
    }

    /// What a webhook may do wrong, and what is said of it after the kind's name.
    ///
    /// @param response its members stand in for those of a right one
    /// @param converted its members stand in for those of the converted object, `null` for none
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'result':{'status':'Failure','message':'too long'}} | {} | failed: too long",
                "{'result':{'status':'Failure'}} | {} | failed: response.result.status was"
                        + " 'Failure', not 'Success'",
                "{'result':null} | {} | failed: response.result.status was '', not 'Success'",
                "{'uid':'other'} | {} | failed: expected response.uid=.*, got \"other\"",
                "{'convertedObjects':[]} | {} | returned 0 objects, expected 1",
                "{} | {'apiVersion':'example.org/v3'} | returned invalid object at index 0: invalid"
                        + " groupVersion \\(expected example.org/v2, received example.org/v3\\)",
                "{} | {'kind':'Gadget'} | returned invalid object at index 0: invalid kind"
                        + " \\(expected Widget, received Gadget\\)",
                "{} | {'metadata':null} | returned invalid object: must have the same name: w != ",
                "{} | {'metadata':{'name':'x'}} | returned invalid object: must have the same name:"
                        + " w != x",
                "{} | {'metadata':{'name':'w'}} | returned invalid object: must have the same"
                        + " namespace: default != ",
                "{} | {'metadata':{'name':'w','namespace':'default','uid':'u'}} | returned invalid"
                        + " object: must have the same UID: .* != u",
            })
    void tellsWhatAWebhookDidWrong(String response, String converted, String said) {
        KubeObject first =
                KubeObject.parse(
                        "{\"metadata\":{\"name\":\"w\",\"namespace\":\"default\"},\"spec\":{\"size\":7}}"
                                .getBytes(UTF_8));
        ObjectKey key = new ObjectKey("default", "w");
        local.create(kind("v1"), first, WriteOptions.NONE);
        spoil =
                right -> {
                    JsonObject object = right.array("convertedObjects").objects().getFirst();
                    JsonArray others = JsonArray.of(merged(object, json(converted)));
                    return merged(right.with("convertedObjects", others), json(response));
                };

        StatusException refused =
                assertThrows(StatusException.class, () -> local.get(kind("v2"), key));

        assertEquals(500, refused.status().code());
        String message = String.valueOf(refused.getMessage());
        String pattern = "conversion webhook for example.org/v1, Kind=Widget " + said;
        assertTrue(message.strip().matches(pattern.strip()), message);
        assertEquals("{\"size\":7}", local.get(kind("v1"), key).spec().toString());
    }

    private static JsonObject merged(JsonObject object, JsonObject over) {
        JsonObject.Builder all = object.toBuilder();
        over.forEach(all::put);
        return all.build();
    }

    @Test
    void tellsThatAWebhookCannotBeReached() {
        KubeObject first =
                KubeObject.parse(
                        "{\"metadata\":{\"name\":\"w\",\"namespace\":\"default\"},\"spec\":{\"size\":7}}"
                                .getBytes(UTF_8));
        ObjectKey key = new ObjectKey("default", "w");
        local.create(kind("v1"), first, WriteOptions.NONE);
        webhook.close();

        StatusException refused =
                assertThrows(StatusException.class, () -> local.get(kind("v2"), key));

        assertEquals(500, refused.status().code());
        String message = String.valueOf(refused.getMessage());
        String start = "conversion webhook for example.org/v1, Kind=Widget failed: Post \"https://";
        assertTrue(message.startsWith(start), message);
        assertEquals("{\"size\":7}", local.get(kind("v1"), key).spec().toString());
    }
}
