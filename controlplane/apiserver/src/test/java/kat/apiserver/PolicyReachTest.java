package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which requests a policy judges, and how it says what it found.
///
/// **Source:** `MatchResources`, `validationActions` and `paramRef` of
/// `admissionregistration.k8s.io/v1`.
class PolicyReachTest {

    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String SPEC =
            "spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}";
    private static final String RULE =
            "{apiGroups: [%s], apiVersions: [%s], resources: [%s], operations: [CREATE]%s}";
    private static final String SCALERS =
            RULE.formatted("autoscaling", "v2", "horizontalpodautoscalers", "");

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

    private HttpResponse<String> post(String path, String yaml) throws Exception {
        String body = Yaml.parse(yaml).toString();
        return served.client().admin("POST", path, body, "Content-Type", "application/json");
    }

    private void policy(String match, String more, String binding) throws Exception {
        HttpResponse<String> policy =
                post(
                        GROUP + "validatingadmissionpolicies",
                        "metadata: {name: p}\nspec: {matchConstraints: {%s}, %s validations:"
                                        .formatted(match, more)
                                + " [{expression: 'false', message: never}]}");
        assertEquals(201, policy.statusCode(), policy.body());
        HttpResponse<String> bound =
                post(
                        GROUP + "validatingadmissionpolicybindings",
                        "metadata: {name: b}\nspec: {policyName: p, " + binding + "}");
        assertEquals(201, bound.statusCode(), bound.body());
    }

    private HttpResponse<String> scaler(String version, String name) throws Exception {
        return post(
                "/apis/autoscaling/" + version + "/namespaces/default/horizontalpodautoscalers",
                "metadata: {name: " + name + "}\n" + SPEC);
    }

    private static final String DENY = "validationActions: [Deny]";

    /// What a policy matches, and whether it judges a scaler of v1 and of v2 under this name.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RULES | a | 422 | 422",
                "RULES, matchPolicy: Equivalent | a | 422 | 422",
                "RULES, matchPolicy: Exact | a | 201 | 422",
                "RULES, excludeResourceRules: [RULE] | a | 201 | 201",
                "RULES, matchPolicy: Exact, excludeResourceRules: [{apiGroups: ['*'], apiVersions: [v1],"
                        + " resources: ['*'], operations: ['*']}] | a | 201 | 422",
                "resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], resources: ['*/status'],"
                        + " operations: ['*']}] | a | 201 | 201",
                "resourceRules: [NAMED] | a | 422 | 422",
                "resourceRules: [NAMED] | b | 201 | 201",
            })
    void matchesWhatItSays(String match, String name, int v1, int v2) throws Exception {
        String named = SCALERS.replace("CREATE]", "CREATE], resourceNames: [a]");
        policy(
                match.replace("RULES", "resourceRules: [RULE]")
                        .replace("RULE]", SCALERS + "]")
                        .replace("NAMED", named),
                "",
                DENY);

        assertEquals(v1, scaler("v1", name).statusCode());
        HttpResponse<String> second = scaler("v2", v1 == 201 ? name + "2" : name);
        assertEquals(v2, second.statusCode(), second.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Deny | 422 | ",
                "Warn | 201 | 299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding"
                        + " 'b': never\"",
                "Audit | 201 | ",
                "'Warn, Audit' | 201 | 299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with"
                        + " binding 'b': never\"",
                "'Deny, Audit' | 422 | ",
            })
    void saysItAsTheBindingWants(String actions, int code, String warning) throws Exception {
        policy("resourceRules: [" + SCALERS + "]", "", "validationActions: [" + actions + "]");

        HttpResponse<String> answer = scaler("v2", "a");

        assertEquals(code, answer.statusCode());
        assertEquals(
                warning == null ? List.of() : List.of(warning),
                answer.headers().allValues("Warning"));
    }

    private static final String PREFIX =
            "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ";

    /// Where parameters are looked for, what is done without them, and what comes of it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{name: c, parameterNotFoundAction: Deny} | never",
                "{name: c, namespace: default, parameterNotFoundAction: Deny} | never",
                "{name: none, parameterNotFoundAction: Allow} | ",
                "{name: none, parameterNotFoundAction: Deny} | failed to configure binding: no params"
                        + " found for policy binding with `Deny` parameterNotFoundAction",
                "{selector: {matchLabels: {is: there}}, parameterNotFoundAction: Deny} | never",
                "{selector: {matchLabels: {is: not}}, parameterNotFoundAction: Allow} | ",
            })
    void asksForItsParameters(String ref, String why) throws Exception {
        HttpResponse<String> made =
                post(
                        "/api/v1/namespaces/default/configmaps",
                        "metadata: {name: c, labels: {is: there}}");
        assertEquals(201, made.statusCode());
        policy(
                "resourceRules: [" + SCALERS + "]",
                "paramKind: {apiVersion: v1, kind: ConfigMap},",
                DENY + ", paramRef: " + ref);

        HttpResponse<String> answer = scaler("v2", "a");

        if (why == null) {
            assertEquals(201, answer.statusCode(), answer.body());
            return;
        }
        JsonObject status = (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
        String start = "horizontalpodautoscalers.autoscaling \"a\" is forbidden: ";
        assertEquals(start + PREFIX + why, status.string("message"));
    }
}
