package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// In which order policies and webhooks see a new object, and who sees it twice.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AdmissionOrderTest {

    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MATCH =
            """
            "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"],
              "operations": ["CREATE"], "resources": ["configmaps"]}]}
            """;

    @TempDir Path folder;
    private HookedServer hooked;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        hooked = HookedServer.start(folder, ServerOptions.NONE);
    }

    @AfterEach
    void stop() {
        hooked.close();
    }

    private static JsonObject allowed() {
        return JsonObject.of("allowed", Json.of(true));
    }

    private static String trace(JsonObject request) {
        return request.at("object", "data").string("trace");
    }

    /// Adds a `W` to the trace.
    private void mutatingWebhook(String policy) throws Exception {
        hooked.hook()
                .answer(
                        "/w",
                        request -> {
                            String patch =
                                    "[{\"op\":\"add\",\"path\":\"/data/trace\",\"value\":\"%sW\"}]"
                                            .formatted(trace(request));
                            return allowed()
                                    .with("patchType", "JSONPatch")
                                    .with(
                                            "patch",
                                            Base64.getEncoder()
                                                    .encodeToString(patch.getBytes(UTF_8)));
                        });
        hooked.register(
                Kinds.MUTATING_WEBHOOKS,
                "w",
                "None",
                ", \"reinvocationPolicy\": \"" + policy + "\"");
    }

    /// Adds a `P` to the trace.
    private void mutatingPolicy(String policy) throws Exception {
        hooked.create(
                GROUP + "mutatingadmissionpolicies",
                """
                {"metadata": {"name": "p"}, "spec": {%s, "reinvocationPolicy": "%s",
                  "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression":
                    "[JSONPatch{op: 'add', path: '/data/trace', value: object.data[?'trace'].orValue('') + 'P'}]"}}]}}
                """
                        .formatted(MATCH, policy));
        hooked.create(
                GROUP + "mutatingadmissionpolicybindings",
                "{\"metadata\": {\"name\": \"p\"}, \"spec\": {\"policyName\": \"p\"}}");
    }

    private void validatingPolicy(String expression) throws Exception {
        hooked.create(
                GROUP + "validatingadmissionpolicies",
                """
                {"metadata": {"name": "v"}, "spec": {%s, "validations": [
                  {"expression": "%s", "messageExpression": "'seen ' + object.data.trace"}]}}
                """
                        .formatted(MATCH, expression));
        hooked.create(
                GROUP + "validatingadmissionpolicybindings",
                "{\"metadata\": {\"name\": \"v\"}, \"spec\": {\"policyName\": \"v\","
                        + " \"validationActions\": [\"Deny\"]}}");
    }

    private void validatingWebhook() throws Exception {
        hooked.hook()
                .answer(
                        "/last",
                        request -> {
                            seen.add(trace(request));
                            return allowed();
                        });
        hooked.register(Kinds.VALIDATING_WEBHOOKS, "last", "None", "");
    }

    @ParameterizedTest
    @CsvSource({
        "Never,Never,PW",
        "IfNeeded,Never,PWP",
        "Never,IfNeeded,PW",
        "IfNeeded,IfNeeded,PWPW"
    })
    void policiesChangeBeforeWebhooksAndWhoWantsToSeesLaterChanges(
            String policy, String webhook, String wanted) throws Exception {
        validatingWebhook();
        mutatingWebhook(webhook);
        mutatingPolicy(policy);

        HttpResponse<String> made = hooked.send("a", "");

        assertEquals(201, made.statusCode(), made.body());
        JsonObject stored = (JsonObject) Json.parse(made.body().getBytes(UTF_8));
        assertEquals(wanted, stored.object("data").string("trace"));
        assertEquals(List.of(wanted), seen, "who decides sees what all have changed");
    }

    @Test
    void policiesDecideBeforeWebhooksAndAfterAllChanges() throws Exception {
        validatingWebhook();
        mutatingWebhook("Never");
        mutatingPolicy("Never");
        validatingPolicy("object.data.trace != 'PW'");

        HttpResponse<String> refused = hooked.send("a", "");

        assertEquals(422, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("denied request: seen PW"), refused.body());
        assertEquals(List.of(), seen, "who comes later is not asked");
    }

    @ParameterizedTest
    @CsvSource({"Fail,403", "Ignore,201"})
    void aConditionThatCannotBeTriedCountsAsTheFailurePolicySays(String policy, int code)
            throws Exception {
        hooked.hook()
                .answer(
                        "/w",
                        request -> {
                            seen.add("asked");
                            return allowed();
                        });
        hooked.register(
                Kinds.VALIDATING_WEBHOOKS,
                "w",
                "None",
                ", \"failurePolicy\": \""
                        + policy
                        + "\", \"matchConditions\": [{\"name\": \"c\", \"expression\":"
                        + " \"object.data.absent == '1'\"}]");

        HttpResponse<String> answer = hooked.send("a", "");

        assertEquals(code, answer.statusCode(), answer.body());
        assertEquals(List.of(), seen);
        if (code == 403) {
            assertEquals(
                    "configmaps \"a\" is forbidden: expression 'object.data.absent == '1''"
                            + " resulted in error: no such key: absent",
                    ((JsonObject) Json.parse(answer.body().getBytes(UTF_8))).string("message"));
        }
    }
}
