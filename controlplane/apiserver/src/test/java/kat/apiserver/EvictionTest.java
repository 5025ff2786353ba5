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

/// Evictions of a pod that budgets cover.
///
/// **Source:** `pkg/registry/core/pod/storage/eviction.go`.
class EvictionTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    private static final String EVICTION = "metadata: {name: p}";
    private static final String REFUSED =
            "Cannot evict pod as it would violate the pod's disruption budget.";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        send("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: default}");
        send(
                "POST",
                PODS,
                "metadata: {name: p, labels: {app: a}}\n"
                        + "spec: {nodeName: one, containers: [{name: c, image: i}]}");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> send(String method, String path, String yaml) throws Exception {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        String body = Yaml.parse(yaml).toString();
        return served.client().admin(method, path, body, "Content-Type", type);
    }

    private void pod(String phase, String ready) throws Exception {
        send(
                "PATCH",
                PODS + "/p/status",
                "status: {phase: %s, conditions: [{type: Ready, status: '%s'}]}"
                        .formatted(phase, ready));
    }

    private void budget(String name, String spec, String status) throws Exception {
        send(
                "POST",
                BUDGETS,
                "metadata: {name: %s}\nspec: {minAvailable: 1, selector: {matchLabels: {app: a}}, %s}"
                        .formatted(name, spec));
        send("PATCH", BUDGETS + "/" + name + "/status", "status: {" + status + "}");
    }

    private static String outcome(HttpResponse<String> answer) {
        JsonObject status = (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
        StringBuilder text = new StringBuilder().append(answer.statusCode());
        text.append(' ').append(status.string("reason")).append(' ');
        text.append(status.string("message"));
        for (JsonObject cause : status.object("details").array("causes").objects()) {
            text.append(" | ").append(cause.string("message"));
        }
        return text.toString().strip();
    }

    private static final String USED_UP =
            " | The disruption budget b needs 1 healthy pods and has 1";

    /// The pod's phase, whether it is ready, what the budget says, and what comes of it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Running   | True  | observedGeneration: 1, disruptionsAllowed: 1 | 201",
                "Running   | True  | observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1 | refused",
                "Running   | True  | disruptionsAllowed: 1 | unprocessed",
                "Running   | False | observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1 | 201",
                "Running   | False | observedGeneration: 1, currentHealthy: 0, desiredHealthy: 1 | refused0",
                "Pending   | False | observedGeneration: 1, desiredHealthy: 1 | 201",
                "Succeeded | False | observedGeneration: 1, desiredHealthy: 1 | 201",
            })
    void isGrantedOrRefused(String phase, String ready, String status, String then)
            throws Exception {
        pod(phase, ready);
        budget("b", "", status);

        HttpResponse<String> answer = send("POST", PODS + "/p/eviction", EVICTION);

        String expected =
                switch (then) {
                    case "refused" -> "429 TooManyRequests " + REFUSED + USED_UP + " currently";
                    case "refused0" ->
                            "429 TooManyRequests "
                                    + REFUSED
                                    + USED_UP.replace("has 1", "has 0")
                                    + " currently";
                    case "unprocessed" ->
                            "429 TooManyRequests "
                                    + REFUSED
                                    + " | The disruption budget b is still being processed by the"
                                    + " server.";
                    default -> then;
                };
        assertEquals(expected, outcome(answer));
    }

    @Test
    void ofAPodThatIsNotReadyIsAlwaysGrantedWhereThePolicySaysSo() throws Exception {
        pod("Running", "False");
        budget("b", "unhealthyPodEvictionPolicy: AlwaysAllow", "observedGeneration: 1");

        assertEquals("201", outcome(send("POST", PODS + "/p/eviction", EVICTION)));
    }

    @Test
    void isRefusedUnderTwoBudgets() throws Exception {
        pod("Running", "True");
        budget("b", "", "observedGeneration: 1, disruptionsAllowed: 1");
        budget("c", "", "observedGeneration: 1, disruptionsAllowed: 1");

        assertEquals(
                "500  This pod has more than one PodDisruptionBudget, which the eviction"
                        + " subresource does not support.",
                outcome(send("POST", PODS + "/p/eviction", EVICTION)));
    }

    @Test
    void isRefusedWhenTooManyAreNotConfirmedYet() throws Exception {
        pod("Running", "True");
        StringBuilder given = new StringBuilder();
        for (int i = 0; i <= 2000; i++) {
            given.append("p").append(i).append(": '2026-01-01T00:00:00Z', ");
        }
        String status = "observedGeneration: 1, disruptionsAllowed: 1, disruptedPods: {%s}";
        budget("b", "", status.formatted(given));

        assertEquals(
                "403 Forbidden poddisruptionbudget.policy \"b\" is forbidden: DisruptedPods map too"
                        + " big - too many evictions not confirmed by PDB controller",
                outcome(send("POST", PODS + "/p/eviction", EVICTION)));
    }

    @Test
    void tellsThatTheBudgetIsUsedUp() throws Exception {
        pod("Running", "True");
        budget("b", "", "observedGeneration: 1, disruptionsAllowed: 1");
        String dry = PODS + "/p/eviction?dryRun=All";
        assertEquals("201", outcome(send("POST", dry, EVICTION)));
        assertEquals(1, status().integer("disruptionsAllowed", -1), "a rehearsal takes nothing");

        assertEquals("201", outcome(send("POST", PODS + "/p/eviction", EVICTION)));

        assertEquals(0, status().integer("disruptionsAllowed", -1));
        assertEquals(1, status().object("disruptedPods").size());
        JsonObject condition = status().array("conditions").objects().getFirst();
        assertEquals("InsufficientPods", condition.string("reason"));
        assertEquals("False", condition.string("status"));
    }

    private JsonObject status() throws Exception {
        String body = served.client().admin("GET", BUDGETS + "/b", "").body();
        return ((JsonObject) Json.parse(body.getBytes(UTF_8))).object("status");
    }

    @Test
    void isRefusedWhenQueryAndBodyRehearseDifferently() throws Exception {
        String other = EVICTION + "\ndeleteOptions: {dryRun: [Some]}";

        assertEquals(
                "500  Non-matching dry-run options in request and content: [All] and [Some]",
                outcome(send("POST", PODS + "/p/eviction?dryRun=All", other)));
        assertEquals(
                "422 Invalid DeleteOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value:"
                        + " [\"Some\"]: supported values: \"All\" | Unsupported value: [\"Some\"]:"
                        + " supported values: \"All\"",
                outcome(send("POST", PODS + "/p/eviction", other)));
    }
}
