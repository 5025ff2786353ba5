package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Another server decides what users may do.
class AuthorizationWebhookTest {

    private static final String KUBECONFIG =
            """
            apiVersion: v1
            kind: Config
            current-context: hook
            contexts: [{name: hook, context: {cluster: hook}}]
            clusters:
            - name: hook
              cluster: {server: "%s", certificate-authority-data: %s}
            """;
    private static final String CONFIG =
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AuthorizationConfiguration
            authorizers:
            - type: Webhook
              name: other
              webhook:
                timeout: 3500ms
                subjectAccessReviewVersion: v1
                matchConditionSubjectAccessReviewVersion: v1
                failurePolicy: %s
                connectionInfo: {type: KubeConfigFile, kubeConfigFile: %s}
                matchConditions:
                - expression: "%s"
            - {type: Node, name: node}
            - {type: RBAC, name: rbac}
            """;
    private static final String READERS_OF_SECRETS =
            """
            {"metadata":{"name":"p"},"spec":{
             "matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],
               "operations":["CREATE"],"resources":["configmaps"]}]},
             "validations":[{"message":"only for readers of secrets","expression":
              "authorizer.group('').resource('secrets').namespace('default').check('get').allowed()"
             }]}}
            """;
    private static final String OURS =
            "has(request.resourceAttributes) && request.resourceAttributes.resource != 'pods'";

    private static final Set<String> OURS_ALONE = Set.of("approve", "escalate");

    @TempDir Path folder;

    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();

    private JsonObject judged(JsonObject review) {
        JsonObject spec = review.object("spec");
        asked.add(spec);
        JsonObject action = spec.object("resourceAttributes");
        if (OURS_ALONE.contains(action.string("verb"))) {
            return JsonObject.of("denied", Json.of(true));
        }
        return switch (action.string("resource")) {
            case "configmaps" -> JsonObject.of("allowed", Json.of(true));
            case "secrets" ->
                    JsonObject.EMPTY
                            .with("denied", Json.of(true))
                            .with("reason", "secrets are ours");
            case "limitranges" -> JsonObject.of("allowed", Json.of(true), "denied", Json.of(true));
            default -> JsonObject.of("allowed", Json.of(false));
        };
    }

    private ServerOptions options(String policy, String url, String authority, String condition)
            throws Exception {
        Path hook = folder.resolve("hook.kc");
        Files.writeString(hook, KUBECONFIG.formatted(url, authority));
        Path file = folder.resolve("authorization.yaml");
        Files.writeString(file, CONFIG.formatted(policy, hook, condition));
        Path tokens = folder.resolve("tokens.csv");
        Files.writeString(tokens, "jane-token,jane,7,\"devs\"\n");
        return ServerOptions.NONE
                .with(JsonObject.of("authorization-config", Json.of(file.toString())))
                .with(JsonObject.of("token-auth-file", Json.of(tokens.toString())));
    }

    private ApiServer server(ServerOptions options) throws Exception {
        ApiServerConfig config =
                ApiServerConfig.local(folder.resolve("pki")).guardedBy(ServerGuards.of(options));
        ApiServer server =
                new ApiServer(config, new MemoryStore(), new SystemTicker(), Randomness.system());
        server.start();
        return server;
    }

    private static HttpResponse<String> list(HttpsClient client, String resource) throws Exception {
        String path = "/api/v1/namespaces/default/" + resource + "?fieldSelector=metadata.name%3Da";
        return client.send("GET", path, "", "Authorization", "Bearer jane-token");
    }

    @Test
    void allowsDeniesOrLeavesItToOthers() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options = options("Deny", hook.url("/authorize"), hook.authority(), OURS);
            try (ApiServer server = server(options);
                    HttpsClient client = new HttpsClient(server)) {
                assertEquals(200, list(client, "configmaps").statusCode());
                HttpResponse<String> denied = list(client, "secrets");
                assertEquals(403, denied.statusCode());
                assertTrue(denied.body().contains("secrets are ours"), denied.body());
                assertEquals(403, list(client, "endpoints").statusCode());
                HttpResponse<String> both = list(client, "limitranges");
                assertEquals(500, both.statusCode());
                assertTrue(both.body().contains("both allow and deny"), both.body());
            }
        }
        JsonObject first = asked.getFirst();
        assertEquals("jane", first.string("user"));
        assertEquals("7", first.string("uid"));
        assertEquals(List.of("devs", "system:authenticated"), first.array("groups").strings());
        JsonObject resource = first.object("resourceAttributes");
        assertEquals("list", resource.string("verb"));
        assertEquals("default", resource.string("namespace"));
        JsonObject field =
                resource.object("fieldSelector").array("requirements").objects().getFirst();
        assertEquals("metadata.name", field.string("key"));
        assertEquals(List.of("a"), field.array("values").strings());
    }

    @Test
    void remembersAnswersAndAsksOnlyWhereConditionsHold() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options = options("Deny", hook.url("/authorize"), hook.authority(), OURS);
            try (ApiServer server = server(options);
                    HttpsClient client = new HttpsClient(server)) {
                for (int i = 0; i < 3; i++) {
                    assertEquals(200, list(client, "configmaps").statusCode());
                    assertEquals(403, list(client, "pods").statusCode());
                }
            }
        }
        assertEquals(1, asked.size(), asked::toString);
    }

    @Test
    void aConditionWithoutValueIsAFailureOfThePolicysKind() throws Exception {
        String broken = "request.extra['none'][0] == 'x'";
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options =
                    options("NoOpinion", hook.url("/authorize"), hook.authority(), broken);
            try (ApiServer server = server(options);
                    HttpsClient client = new HttpsClient(server)) {
                HttpResponse<String> failed = list(client, "configmaps");
                assertEquals(500, failed.statusCode());
                assertTrue(failed.body().contains("cel evaluation error"), failed.body());
                assertEquals(
                        200,
                        client.admin("GET", "/api/v1/namespaces/default/configmaps", "")
                                .statusCode());
            }
        }
        assertEquals(List.of(), asked);
    }

    @Test
    void aServerThatIsAwayFailsWhatNobodyElseAllows() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(
                policy, "{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}");
        Path log = folder.resolve("audit.log");
        ServerOptions options =
                options("NoOpinion", "https://127.0.0.1:1/x", "", OURS)
                        .with(
                                JsonObject.of(
                                        "audit-policy-file", Json.of(policy.toString()),
                                        "audit-log-path", Json.of(log.toString())));
        try (ApiServer server = server(options);
                HttpsClient client = new HttpsClient(server)) {
            HttpResponse<String> failed = list(client, "configmaps");

            assertEquals(500, failed.statusCode());
            String start = "Internal Server Error: \"/api/v1/namespaces/default/configmaps";
            assertTrue(failed.body().startsWith(start), failed.body());
        }
        String told = Files.readString(log);
        assertTrue(told.contains("\"authorization.k8s.io/reason\":\"internal error\""), told);
        assertFalse(told.contains("\"authorization.k8s.io/decision\":\"forbid\""), told);
    }

    /// What RBAC lets jane do, if nobody denies it.
    private static Transport jane(ApiServer server, String... rules) {
        Transport admin = server.transport(User.component("test"));
        String role = "{\"metadata\":{\"name\":\"jane\"},\"rules\":[%s]}";
        admin.create(
                Kinds.CLUSTER_ROLE,
                object(role.formatted(String.join(",", rules))),
                WriteOptions.NONE);
        admin.create(
                Kinds.CLUSTER_ROLE_BINDING,
                object(
                        """
                        {"metadata":{"name":"jane"},
                         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",
                          "name":"jane"},
                         "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User",
                          "name":"jane"}]}
                        """),
                WriteOptions.NONE);
        return server.transport(User.of("jane", List.of()));
    }

    private static String rule(String group, String resources, String verbs) {
        return "{\"apiGroups\":[\"%s\"],\"resources\":[\"%s\"],\"verbs\":[\"%s\"]}"
                .formatted(group, resources, verbs);
    }

    private static KubeObject object(String json) {
        return KubeObject.parse(json.getBytes(UTF_8));
    }

    private static String refusal(Executable writes) {
        return assertThrows(StatusException.class, writes).status().message();
    }

    @Test
    void nobodyApprovesWhatItDeniesWhateverTheirRolesSay() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options = options("Deny", hook.url("/authorize"), hook.authority(), OURS);
            try (ApiServer server = server(options)) {
                Transport jane = jane(server, rule("certificates.k8s.io", "*", "*"));
                KubeObject made =
                        jane.create(
                                        Kinds.CERTIFICATE_SIGNING_REQUEST,
                                        CertificateRequestsTest.request(
                                                CertificateRequestsTest.DEVELOPER),
                                        WriteOptions.NONE)
                                .object();
                JsonObject approved =
                        (JsonObject)
                                Json.parse(
                                        """
                                        {"type":"Approved","status":"True","reason":"Seen"}
                                        """
                                                .getBytes(UTF_8));
                KubeObject wish =
                        made.withStatus(s -> s.with("conditions", JsonArray.of(approved)));

                String refused =
                        refusal(
                                () ->
                                        jane.update(
                                                Kinds.CERTIFICATE_SIGNING_REQUEST,
                                                wish,
                                                WriteOptions.NONE.on("approval")));

                assertTrue(refused.contains("user not permitted to approve"), refused);
            }
        }
    }

    @Test
    void nobodyWritesMoreRulesThanTheyHoldWhereItDeniesThat() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options = options("Deny", hook.url("/authorize"), hook.authority(), OURS);
            try (ApiServer server = server(options)) {
                String all = rule("rbac.authorization.k8s.io", "*", "*");
                Transport jane = jane(server, all);
                KubeObject role =
                        object(
                                "{\"metadata\":{\"name\":\"more\"},\"rules\":[%s]}"
                                        .formatted(rule("", "pods", "get")));

                String refused =
                        refusal(() -> jane.create(Kinds.CLUSTER_ROLE, role, WriteOptions.NONE));

                assertTrue(refused.contains("permissions not currently held"), refused);
            }
        }
    }

    @Test
    void policiesLearnWhatItDecides() throws Exception {
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"))) {
            hook.review("/authorize", this::judged);
            ServerOptions options = options("Deny", hook.url("/authorize"), hook.authority(), OURS);
            try (ApiServer server = server(options)) {
                Transport jane = jane(server, rule("", "*", "*"));
                Transport admin = server.transport(User.component("test"));
                admin.create(
                        Kinds.VALIDATING_POLICY, object(READERS_OF_SECRETS), WriteOptions.NONE);
                admin.create(
                        Kinds.VALIDATING_POLICY_BINDING,
                        object(
                                """
                                {"metadata":{"name":"b"},
                                 "spec":{"policyName":"p","validationActions":["Deny"]}}
                                """),
                        WriteOptions.NONE);
                KubeObject data =
                        object("{\"metadata\":{\"name\":\"a\",\"namespace\":\"default\"}}");

                String refused =
                        refusal(() -> jane.create(Kinds.CONFIG_MAP, data, WriteOptions.NONE));

                assertTrue(refused.contains("only for readers of secrets"), refused);
            }
        }
    }

    @Test
    void whatCannotBeUsedIsToldAtTheStart() throws Exception {
        String url = "https://127.0.0.1:1/x";
        for (String[] each :
                new String[][] {
                    {"Maybe", OURS, "failurePolicy: Unsupported value: \"Maybe\""},
                    {"Deny", "request.nothing == 'x'", "compilation failed"},
                    {"Deny", "request.user", "must evaluate to bool"},
                }) {
            ServerOptions options = options(each[0], url, "", each[1]);

            ConfigFileException refused =
                    assertThrows(ConfigFileException.class, () -> ServerGuards.of(options));

            assertTrue(String.valueOf(refused.getMessage()).contains(each[2]), refused::toString);
        }
    }
}
