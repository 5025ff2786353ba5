package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Base64;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Webhooks of admission that answer what nobody asked for.
///
/// **Source:** `VerifyAdmissionResponse` in `webhook/request/admissionreview.go` and
/// `callAttrMutatingHook` in `webhook/mutating/dispatcher.go` of `k8s.io/apiserver`.
class OddWebhooksTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String CONFIGURATIONS =
            "/apis/admissionregistration.k8s.io/v1/%swebhookconfigurations";
    private static final String INVALID = "received invalid webhook response: ";
    private static final String UNDECODABLE =
            "received undecodable patch in webhook response: json: cannot unmarshal ";

    @TempDir Path folder;
    private HttpsHook hook;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder.resolve("server"));
        hook = new HttpsHook(folder.resolve("hook"));
    }

    @AfterEach
    void stop() {
        served.close();
        hook.close();
    }

    private String send(String method, String path, String body) throws Exception {
        var answer = served.client().admin(method, path, body, "Content-Type", "application/json");
        JsonObject told = (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
        return answer.statusCode() < 400
                ? Integer.toString(answer.statusCode())
                : answer.statusCode() + " " + told.string("message");
    }

    private void register(String type, String policy) throws Exception {
        String configuration =
                """
                {"metadata": {"name": "odd-%s"}, "webhooks": [{
                  "name": "odd.example.org", "clientConfig": {"url": "%s", "caBundle": "%s"},
                  "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                    "operations": ["CREATE", "DELETE"]}],
                  "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "%s"}]}
                """;
        String path = CONFIGURATIONS.formatted(type);
        String said =
                send(
                        "POST",
                        path,
                        configuration.formatted(type, hook.url("/odd"), hook.authority(), policy));
        assertEquals("201", said);
    }

    /// The way a call fails where failures count, and that it does not where they are ignored.
    private void judge(String type, String failure) throws Exception {
        register(type, "Fail");
        String create = "{\"metadata\": {\"name\": \"a\"}}";
        String start = "500 Internal error occurred: failed calling webhook \"odd.example.org\": ";
        assertEquals(start + failure, send("POST", MAPS, create));
        assertEquals("200", send("DELETE", CONFIGURATIONS.formatted(type) + "/odd-" + type, ""));
        register(type, "Ignore");
        assertEquals("201", send("POST", MAPS, create));
    }

    /// Answers a review with this; `UID` stands for what was asked.
    private void say(int code, String answer) {
        hook.say(
                "/odd",
                review -> {
                    String uid = review.object("request").string("uid");
                    return new HttpsHook.Said(code, answer.replace("UID", uid));
                });
    }

    private static String review(String response) {
        return "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\","
                + " \"response\": "
                + response
                + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null | webhook response was absent",
                "{\"uid\": \"x\\ty\", \"allowed\": true} | expected response.uid=\"UID\", got \"x\\ty\"",
                "{\"allowed\": true} | expected response.uid=\"UID\", got \"\"",
                "{\"uid\": \"UID\", \"allowed\": true, \"patch\": \"W10=\"} | validating webhook may"
                        + " not return response.patch",
                "{\"uid\": \"UID\", \"allowed\": true, \"patchType\": \"JSONPatch\"} | validating"
                        + " webhook may not return response.patchType",
            })
    void failAsValidatingOnes(String response, String why) throws Exception {
        String[] uid = {""};
        hook.say(
                "/odd",
                asked -> {
                    uid[0] = uid[0].isEmpty() ? asked.object("request").string("uid") : uid[0];
                    String own = asked.object("request").string("uid");
                    return new HttpsHook.Said(200, review(response.replace("UID", own)));
                });
        register("validating", "Fail");

        String said = send("POST", MAPS, "{\"metadata\": {\"name\": \"a\"}}");

        assertEquals(
                "500 Internal error occurred: failed calling webhook \"odd.example.org\": "
                        + INVALID
                        + why.replace("UID", uid[0]),
                said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"response\": {\"uid\": \"UID\", \"allowed\": true}} | expected webhook response of"
                        + " admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=",
                "{\"apiVersion\": \"admission.k8s.io/v1\", \"response\": {\"uid\": \"UID\","
                        + " \"allowed\": true}} | expected webhook response of admission.k8s.io/v1,"
                        + " Kind=AdmissionReview, got admission.k8s.io/v1, Kind=",
            })
    void failWithoutAKind(String answer, String why) throws Exception {
        say(200, answer);

        judge("validating", INVALID + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | {\"apiVersion\": \"v1\", \"response\": {}} | failed to call webhook: no kind"
                        + " \"AdmissionReview\" is registered for version \"v1\" in scheme"
                        + " \"pkg/runtime/scheme.go:111\"",
                "200 | {\"apiVersion\": \"admission.k8s.io/v1beta1\", \"kind\": \"AdmissionReview\"} |"
                        + " failed to call webhook: converting (v1beta1.AdmissionReview) to"
                        + " (v1.AdmissionReview): unknown conversion",
                "200 | `` | failed to call webhook: 0-length response with status code: 200 and content"
                        + " type: application/json",
                "500 | {} | failed to call webhook: an error on the server (\"unknown\") has prevented the"
                        + " request from succeeding",
            })
    void failWithAnotherAnswer(int code, String answer, String why) throws Exception {
        say(code, answer);

        judge("mutating", why);
    }

    private static String patching(String type, String patch) {
        String encoded = Base64.getEncoder().encodeToString(patch.getBytes(UTF_8));
        return review(
                "{\"uid\": \"UID\", \"allowed\": true"
                        + (type.equals("none") ? "" : ", \"patchType\": \"" + type + "\"")
                        + (patch.isEmpty() ? "" : ", \"patch\": \"" + encoded + "\"")
                        + "}");
    }

    /// The type and the patch of a mutating webhook, and why its call fails.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "none      | []    | "
                        + INVALID
                        + "webhook returned response.patch but not response.patchType",
                "JSONPatch | ``    | "
                        + INVALID
                        + "webhook returned response.patchType but not response.patch",
                "``        | []    | "
                        + INVALID
                        + "webhook returned invalid response.patchType of \"\"",
                "JSONPatch | {}    | "
                        + UNDECODABLE
                        + "object into Go value of type jsonpatch.Patch",
                "Merge     | {}    | "
                        + UNDECODABLE
                        + "object into Go value of type jsonpatch.Patch",
                "JSONPatch | [1]   | "
                        + UNDECODABLE
                        + "number into Go value of type jsonpatch.Operation",
                "Merge     | [{\"op\": \"add\", \"path\": \"/data\", \"value\": {}}] | unsupported patch"
                        + " type \"Merge\"",
            })
    void failAsMutatingOnes(String type, String patch, String why) throws Exception {
        say(200, patching(type, patch));

        judge("mutating", why);
    }

    /// What has no effect is taken, whatever its type.
    @ParameterizedTest
    @CsvSource({"JSONPatch, []", "JSONPatch, 'null'", "Merge, []"})
    void mayPatchNothing(String type, String patch) throws Exception {
        say(200, patching(type, patch));
        register("mutating", "Fail");

        assertEquals("201", send("POST", MAPS, "{\"metadata\": {\"name\": \"a\"}}"));
    }

    @ParameterizedTest
    @CsvSource({"JSONPatch, Fail", "JSONPatch, Ignore", "Merge, Fail"})
    void cannotChangeWhatIsDeleted(String type, String policy) throws Exception {
        assertEquals("201", send("POST", MAPS, "{\"metadata\": {\"name\": \"a\"}}"));
        say(200, patching(type, "[{\"op\": \"add\", \"path\": \"/data\", \"value\": {}}]"));
        register("mutating", policy);

        assertEquals(
                "500 Internal error occurred: admission webhook \"odd.example.org\" attempted to"
                        + " modify the object, which is not supported for this operation",
                send("DELETE", MAPS + "/a", ""));
    }

    /// What a webhook says when it refuses, and what its caller is told.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                     | 400 without explanation",
                ", \"status\": {\"message\": \"why\"}    | 400 : why",
                ", \"status\": {\"reason\": \"Because\"} | 400 : Because",
                ", \"status\": {\"code\": 200}           | 400 without explanation",
                ", \"status\": {\"code\": 422, \"reason\": \"Invalid\", \"message\": \"why\"} | 422 : why",
                ", \"status\": {\"code\": 500}           | 500 without explanation",
            })
    void refuseInTheirOwnWords(String status, String told) throws Exception {
        say(200, review("{\"uid\": \"UID\", \"allowed\": false" + status + "}"));
        register("validating", "Ignore");

        String code = told.substring(0, 3);
        String rest = told.substring(4);
        assertEquals(
                code
                        + " admission webhook \"odd.example.org\" denied the request"
                        + (rest.startsWith(":") ? rest : " " + rest),
                send("POST", MAPS, "{\"metadata\": {\"name\": \"a\"}}"));
    }
}
