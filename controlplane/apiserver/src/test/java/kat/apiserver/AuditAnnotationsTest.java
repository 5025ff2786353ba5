package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What policies and webhooks tell the audit log of ConfigMaps that are made.
///
/// **Source:** `apiserver/pkg/admission/plugin`, `policy/validating/dispatcher.go` and the
/// dispatchers of webhooks.
class AuditAnnotationsTest {

    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String IGNORING = ", \"failurePolicy\": \"Ignore\"";
    private static final String MUTATION = "mutation.webhook.admission.k8s.io/";
    private static final String UNCHANGED =
            "{\"configuration\":\"%1$s\",\"webhook\":\"%1$s.example.org\",\"mutated\":false}";
    private static final String CHANGED =
            "{\"configuration\":\"%1$s\",\"webhook\":\"%1$s.example.org\",\"mutated\":true}";

    @TempDir Path folder;
    private HookedServer api;

    @BeforeEach
    void startAtMetadata() throws Exception {
        start("Metadata");
    }

    private void start(String level) throws Exception {
        Path home = Files.createDirectory(folder.resolve(level));
        Path policy =
                Files.writeString(
                        folder.resolve("policy.yaml"),
                        """
                        apiVersion: audit.k8s.io/v1
                        kind: Policy
                        omitStages: [RequestReceived]
                        rules:
                        - level: %s
                        """
                                .formatted(level));
        api =
                HookedServer.start(
                        home,
                        ServerOptions.NONE.with(
                                JsonObject.of(
                                        "audit-policy-file", Json.of(policy.toString()),
                                        "audit-log-path", Json.of(log().toString()))));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Path log() {
        return folder.resolve("audit.log");
    }

    /// What the last event tells but for the authorizer's word.
    private Map<String, String> told() throws Exception {
        String last = Files.readAllLines(log()).getLast();
        JsonObject event = (JsonObject) Json.parse(last.getBytes(UTF_8));
        Map<String, String> annotations = new TreeMap<>(event.object("annotations").strings());
        annotations.keySet().removeIf(key -> key.startsWith("authorization.k8s.io/"));
        // On a machine with much to do a request takes so long that the log tells it.
        annotations.keySet().removeIf(key -> key.startsWith("apiserver.latency.k8s.io/"));
        return annotations;
    }

    private void policy(String spec, String actions) throws Exception {
        api.create(
                GROUP + "validatingadmissionpolicies",
                """
                {"metadata": {"name": "p"}, "spec": {
                  "matchConstraints": {"resourceRules": [{"apiGroups": [""],
                    "apiVersions": ["v1"], "resources": ["configmaps"],
                    "operations": ["CREATE"]}]}, %s}}
                """
                        .formatted(spec));
        api.create(
                GROUP + "validatingadmissionpolicybindings",
                """
                {"metadata": {"name": "b"},
                 "spec": {"policyName": "p", "validationActions": %s}}
                """
                        .formatted(actions));
    }

    private void answering(String name, JsonObject answer) {
        api.hook().answer("/" + name, request -> answer);
    }

    private static JsonObject answer(boolean allowed) {
        return JsonObject.of("allowed", Json.of(allowed));
    }

    private static JsonObject adding(String member, String value) {
        String patch =
                "[{\"op\":\"add\",\"path\":\"/data/" + member + "\",\"value\":\"" + value + "\"}]";
        String encoded = Base64.getEncoder().encodeToString(patch.getBytes(UTF_8));
        return answer(true).with("patch", encoded).with("patchType", "JSONPatch");
    }

    @Test
    void tellsTheFirstFailureOfAPolicyThatOnlyAudits() throws Exception {
        policy(
                """
                "validations": [{"expression": "true"},
                  {"expression": "object.data.a == '2'", "message": "a < 2 & \\"more\\""},
                  {"expression": "false"}]
                """,
                "[\"Warn\", \"Audit\"]");

        HttpResponse<String> answer = api.send("a", "");

        assertEquals(201, answer.statusCode());
        assertEquals(2, answer.headers().allValues("warning").size());
        assertEquals(
                Map.of(
                        "validation.policy.admission.k8s.io/validation_failure",
                        "[{\"message\":\"a \\u003c 2 \\u0026 \\\"more\\\"\",\"policy\":\"p\","
                                + "\"binding\":\"b\",\"expressionIndex\":1,"
                                + "\"validationActions\":[\"Warn\",\"Audit\"]}]"),
                told());
    }

    @Test
    void tellsWhatAPolicySaysForTheLog() throws Exception {
        policy(
                """
                "auditAnnotations": [
                  {"key": "who", "valueExpression": "' by ' + request.userInfo.username"},
                  {"key": "blank", "valueExpression": "' '"},
                  {"key": "none", "valueExpression": "null"},
                  {"key": "long", "valueExpression": "string(object.data.long)"}]
                """,
                "[\"Audit\"]");

        HttpResponse<String> answer =
                api.post(
                        HookedServer.MAPS,
                        "{\"metadata\":{\"name\":\"a\"},\"data\":{\"long\":\""
                                + "ü".repeat(6000)
                                + "\"}}");

        assertEquals(201, answer.statusCode(), answer.body());
        assertEquals(Map.of("p/who", "by kubernetes-admin", "p/long", "ü".repeat(5120)), told());
    }

    @Test
    void refusesWhereAPolicyCannotSayWhatBelongsIntoTheLog() throws Exception {
        policy(
                """
                "auditAnnotations": [
                  {"key": "who", "valueExpression": "string(object.data.none)"},
                  {"key": "what", "valueExpression": "'made'"}]
                """,
                "[\"Audit\"]");

        assertEquals(422, api.send("a", "").statusCode());
        assertEquals(Map.of("p/what", "made"), told());
    }

    @Test
    void tellsWhatWebhooksSayForTheLogAlsoWhenTheyDeny() throws Exception {
        JsonObject notes =
                JsonObject.of("seen", Json.of("<yes>")).with("not fit", "x").with("a/b", "x");
        answering("changes", answer(true).with("auditAnnotations", notes));
        answering("decides", answer(false).with("auditAnnotations", notes));
        api.register(Kinds.MUTATING_WEBHOOKS, "changes", "None", "");
        api.register(Kinds.VALIDATING_WEBHOOKS, "decides", "None", "");

        assertEquals(400, api.send("a", "").statusCode());
        assertEquals(
                Map.of(
                        "changes.example.org/seen",
                        "<yes>",
                        "decides.example.org/seen",
                        "<yes>",
                        MUTATION + "round_0_index_0",
                        UNCHANGED.formatted("changes")),
                told());
    }

    @Test
    void tellsWhichWebhooksChangedSomethingInWhichRound() throws Exception {
        answering("again", answer(true));
        answering("changes", adding("b", "2"));
        String reinvoked = ", \"reinvocationPolicy\": \"IfNeeded\"";
        api.register(Kinds.MUTATING_WEBHOOKS, "again", "None", reinvoked);
        api.register(Kinds.MUTATING_WEBHOOKS, "changes", "None", "");

        assertEquals(201, api.send("a", "").statusCode());
        assertEquals(
                Map.of(
                        MUTATION + "round_0_index_0", UNCHANGED.formatted("again"),
                        MUTATION + "round_0_index_1", CHANGED.formatted("changes"),
                        MUTATION + "round_1_index_0", UNCHANGED.formatted("again")),
                told());
    }

    @Test
    void tellsPatchesWhereItTellsBodies() throws Exception {
        api.close();
        start("Request");
        answering("changes", adding("b", "<2>"));
        api.register(Kinds.MUTATING_WEBHOOKS, "changes", "None", "");

        assertEquals(201, api.send("a", "").statusCode());
        assertEquals(
                Map.of(
                        MUTATION + "round_0_index_0",
                        CHANGED.formatted("changes"),
                        "patch.webhook.admission.k8s.io/round_0_index_0",
                        "{\"configuration\":\"changes\",\"webhook\":\"changes.example.org\","
                                + "\"patch\":[{\"op\":\"add\",\"path\":\"/data/b\","
                                + "\"value\":\"\\u003c2\\u003e\"}],\"patchType\":\"JSONPatch\"}"),
                told());
    }

    @Test
    void tellsOfWebhooksWhoseFailureIsIgnored() throws Exception {
        api.register(Kinds.MUTATING_WEBHOOKS, "changes", "None", IGNORING);
        api.register(Kinds.VALIDATING_WEBHOOKS, "decides", "None", IGNORING);

        assertEquals(201, api.send("a", "").statusCode());
        assertEquals(
                Map.of(
                        "failed-open." + MUTATION + "round_0_index_0",
                        "changes.example.org",
                        "failed-open.validating.webhook.admission.k8s.io/round_0_index_0",
                        "decides.example.org",
                        MUTATION + "round_0_index_0",
                        UNCHANGED.formatted("changes")),
                told());
    }

    @Test
    void tellsThatAWebhookThatRefusedChangedNothing() throws Exception {
        answering("changes", answer(false));
        api.register(Kinds.MUTATING_WEBHOOKS, "changes", "None", "");

        assertEquals(400, api.send("a", "").statusCode());
        assertEquals(Map.of(MUTATION + "round_0_index_0", UNCHANGED.formatted("changes")), told());
    }

    @Test
    void tellsThatAWebhookThatFailedChangedNothing() throws Exception {
        api.register(Kinds.MUTATING_WEBHOOKS, "changes", "None", "");

        assertEquals(500, api.send("a", "").statusCode());
        assertEquals(Map.of(MUTATION + "round_0_index_0", UNCHANGED.formatted("changes")), told());
    }
}
