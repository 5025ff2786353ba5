package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pods of an account that says which Secrets they may use.
///
/// **Source:** `limitSecretReferences` and `limitEphemeralContainerSecretReferences` in
/// `plugin/pkg/admission/serviceaccount/admission.go`.
class MountableSecretsTest {

    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String ENV =
            "env: [{name: E, valueFrom: {secretKeyRef: {name: %s, key: k}}}]";
    private static final String WHY =
            " is not allowed because service account %s does not reference that ";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        String secrets = "\nsecrets: [{name: mine}]\nimagePullSecrets: [{name: pull}]";
        for (String asked : new String[] {"true", "1", "false", "yes"}) {
            send(
                    "POST",
                    ACCOUNTS,
                    "metadata: {name: asks-%s, annotations: {kubernetes.io/enforce-mountable-secrets: '%s'}}"
                                    .formatted(asked, asked)
                            + secrets);
        }
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> send(String method, String path, String yaml) throws Exception {
        String type =
                method.equals("PATCH")
                        ? "application/strategic-merge-patch+json"
                        : "application/json";
        String body = Yaml.parse(yaml).toString();
        return served.client().admin(method, path, body, "Content-Type", type);
    }

    private HttpResponse<String> create(String account, String spec) throws Exception {
        return send(
                "POST",
                PODS,
                "metadata: {name: p}\nspec: {automountServiceAccountToken: false,"
                        + " serviceAccountName: asks-%s, %s}".formatted(account, spec));
    }

    private static String outcome(HttpResponse<String> answer) {
        JsonObject status = (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
        return answer.statusCode() < 400
                ? Integer.toString(answer.statusCode())
                : answer.statusCode() + " " + status.string("message");
    }

    /// Part of a pod, and what is said of it where the account asks for that.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "containers: [{name: c, image: i, ENV mine}] | ",
                "containers: [{name: c, image: i, ENV other}] | container c with envVar E referencing"
                        + " secret.secretName=\"other\" secret",
                "containers: [{name: c, image: i, envFrom: [{secretRef: {name: other}}]}] | container c"
                        + " with envFrom referencing secret.secretName=\"other\" secret",
                "containers: [{name: c, image: i}], initContainers: [{name: init, image: i, ENV other}] |"
                        + " init container init with envVar E referencing secret.secretName=\"other\" secret",
                "containers: [{name: c, image: i}], initContainers: [{name: init, image: i, envFrom:"
                        + " [{secretRef: {name: other}}]}] | init container init with envFrom referencing"
                        + " secret.secretName=\"other\" secret",
                "containers: [{name: c, image: i}], volumes: [{name: v, secret: {secretName: mine}}] | ",
                "containers: [{name: c, image: i}], volumes: [{name: v, secret: {secretName: other}}] |"
                        + " volume with secret.secretName=\"other\" secret",
                "containers: [{name: c, image: i}], imagePullSecrets: [{name: pull}] | ",
                "containers: [{name: c, image: i}], imagePullSecrets: [{name: pull}, {name: mine}] |"
                        + " imagePullSecrets[1].name=\"mine\" imagePullSecret",
            })
    void usesOnlyThose(String spec, String fault) throws Exception {
        String real = spec.replaceAll("ENV (\\w+)", ENV.replace("%s", "$1"));

        for (String asked : new String[] {"true", "1"}) {
            assertEquals(expected("asks-" + asked, fault), outcome(create(asked, real)));
            String unused = served.client().admin("DELETE", PODS + "/p", "").body();
        }
        for (String asked : new String[] {"false", "yes"}) {
            assertEquals("201", outcome(create(asked, real)));
            String unused = served.client().admin("DELETE", PODS + "/p", "").body();
        }
    }

    /// What is wrong with the pod besides is looked at later.
    @Test
    void areJudgedFirst() throws Exception {
        String odd = "restartPolicy: Odd, containers: [{name: c, image: i, %s}]";

        assertEquals(
                expected(
                        "asks-true",
                        "container c with envVar E referencing secret.secretName=\"other\" secret"),
                outcome(create("true", odd.formatted(ENV.replace("%s", "other")))));
    }

    private static String expected(String account, String fault) {
        if (fault == null) {
            return "201";
        }
        int last = fault.lastIndexOf(' ');
        return "403 pods \"p\" is forbidden: "
                + fault.substring(0, last)
                + WHY.formatted(account)
                + fault.substring(last + 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | env: [{name: E, valueFrom: {secretKeyRef: {name: mine, key: k}}}] | ",
                "false | env: [{name: E, valueFrom: {secretKeyRef: {name: other, key: k}}}] | ",
                "true  | env: [{name: E, valueFrom: {secretKeyRef: {name: other, key: k}}}] | ephemeral"
                        + " container e with envVar E referencing secret.secretName=\"other\" secret",
                "true  | envFrom: [{secretRef: {name: other}}] | ephemeral container e with envFrom"
                        + " referencing secret.secretName=\"other\" secret",
            })
    void getsNoOthersByAnEphemeralContainer(String asked, String more, String fault)
            throws Exception {
        assertEquals("201", outcome(create(asked, "containers: [{name: c, image: i}]")));

        HttpResponse<String> answer =
                send(
                        "PATCH",
                        PODS + "/p/ephemeralcontainers",
                        "spec: {ephemeralContainers: [{name: e, image: i, %s}]}".formatted(more));

        assertEquals(fault == null ? "200" : expected("asks-" + asked, fault), outcome(answer));
    }
}
