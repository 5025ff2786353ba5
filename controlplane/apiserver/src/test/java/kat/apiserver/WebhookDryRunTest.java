package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What side effects of webhooks mean for dry runs.
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook`, both dispatchers.
class WebhookDryRunTest {

    private static final String DRY = "?dryRun=All";

    @TempDir Path folder;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HookedServer api;

    @BeforeEach
    void start() throws Exception {
        api = HookedServer.start(folder, ServerOptions.NONE);
        answering("changes");
        answering("decides");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void answering(String name) {
        api.hook()
                .answer(
                        "/" + name,
                        request -> {
                            asked.add(name + " " + request.bool("dryRun"));
                            return JsonObject.of("allowed", Json.of(true));
                        });
    }

    private static String message(HttpResponse<String> answer) {
        return ((JsonObject) Json.parse(answer.body().getBytes(UTF_8))).string("message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"None", "NoneOnDryRun"})
    void asksWebhooksWithoutSideEffectsAndSaysThatItIsADryRun(String effects) throws Exception {
        api.register(Kinds.MUTATING_WEBHOOKS, "changes", effects, "");
        api.register(Kinds.VALIDATING_WEBHOOKS, "decides", effects, "");

        assertEquals(201, api.send("a", DRY).statusCode());
        assertEquals(List.of("changes true", "decides true"), asked);
        assertEquals(404, api.client().admin("GET", HookedServer.MAPS + "/a", "").statusCode());

        asked.clear();
        assertEquals(201, api.send("a", "").statusCode());
        assertEquals(List.of("changes false", "decides false"), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Some", "Unknown"})
    void refusesDryRunsThatWouldHaveSideEffects(String effects) throws Exception {
        api.leave(Kinds.VALIDATING_WEBHOOKS, "decides", effects, "");

        HttpResponse<String> refused = api.send("a", DRY);

        assertEquals(400, refused.statusCode());
        assertEquals(
                "admission webhook \"decides.example.org\" does not support dry run",
                message(refused));
        assertEquals(List.of(), asked);
        assertEquals(201, api.send("a", "").statusCode());
        assertEquals(List.of("decides false"), asked);
    }

    @Test
    void refusesThemAlsoForWebhooksThatChangeAndMayFail() throws Exception {
        api.leave(Kinds.MUTATING_WEBHOOKS, "changes", "Some", ", \"failurePolicy\": \"Ignore\"");

        HttpResponse<String> refused = api.send("a", DRY);

        assertEquals(400, refused.statusCode());
        assertEquals(
                "admission webhook \"changes.example.org\" does not support dry run",
                message(refused));
        assertEquals(List.of(), asked);
    }

    @Test
    void registersNoWebhookWithSideEffects() throws Exception {
        Kind kind = Kinds.VALIDATING_WEBHOOKS;

        HttpResponse<String> refused =
                api.post(
                        "/apis/admissionregistration.k8s.io/v1/" + kind.plural(),
                        api.configuration("decides", "Some", ""));

        assertEquals(422, refused.statusCode());
        assertEquals(
                "ValidatingWebhookConfiguration.admissionregistration.k8s.io \"decides\" is"
                        + " invalid: webhooks[0].sideEffects: Unsupported value: \"Some\":"
                        + " supported values: \"None\", \"NoneOnDryRun\"",
                message(refused));
    }
}
