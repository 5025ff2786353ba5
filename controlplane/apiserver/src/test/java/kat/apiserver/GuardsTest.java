package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What nobody gets past, whatever their permissions to write: pod security, and the rule that
/// nobody gives what they do not have.
class GuardsTest {

    private static final String GRANTER =
            """
            {"metadata":{"name":"granter"},"rules":[
              {"apiGroups":["rbac.authorization.k8s.io"],"resources":["*"],"verbs":["create"]},
              {"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}
            """;
    private static final String BINDING =
            """
            {"metadata":{"name":"%s"},
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"%s"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"carol"}]}
            """;

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;
    private Transport carol;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.component("test"));
        carol = server.transport(User.of("carol", List.of()));
        admin.create(Kinds.CLUSTER_ROLE, object(GRANTER), WriteOptions.NONE);
        admin.create(
                Kinds.CLUSTER_ROLE_BINDING,
                object(BINDING.formatted("granter", "granter")),
                WriteOptions.NONE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void letsNobodyWriteARoleWithRulesTheyDoNotHold() {
        KubeObject role =
                object(
                        """
                        {"metadata":{"name":"more"},"rules":[
                          {"apiGroups":[""],"resources":["pods"],"verbs":["get"]},
                          {"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]}
                        """);

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> carol.create(Kinds.CLUSTER_ROLE, role, WriteOptions.NONE));

        assertEquals(
                "clusterroles.rbac.authorization.k8s.io \"more\" is forbidden: user \"carol\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC"
                        + " permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}",
                refused.status().message());
    }

    @Test
    void forbidsMoreRightsBeforeItLooksWhetherTheRoleIsValid() {
        KubeObject role =
                object(
                        """
                        {"metadata":{"name":"more"},"rules":[
                          {"apiGroups":[""],"resources":["secrets"],"verbs":["get"]},
                          {"apiGroups":[""],"resources":["pods"],"verbs":[]}]}
                        """);

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> carol.create(Kinds.CLUSTER_ROLE, role, WriteOptions.NONE));

        assertEquals(403, refused.status().code());
    }

    @Test
    void letsNobodyBindARoleWhoseRulesTheyDoNotHold() {
        KubeObject binding = object(BINDING.formatted("all", "cluster-admin"));

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> carol.create(Kinds.CLUSTER_ROLE_BINDING, binding, WriteOptions.NONE));

        assertEquals(403, refused.status().code());
    }

    @Test
    void letsNobodyBindARoleThatIsStillToBeMade() {
        KubeObject binding = object(BINDING.formatted("later", "later"));

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> carol.create(Kinds.CLUSTER_ROLE_BINDING, binding, WriteOptions.NONE));

        assertEquals(404, refused.status().code());
    }

    @Test
    void letsOneGiveMoreWhoMayEscalateOrBindThatVeryRole() {
        String role =
                """
                {"metadata":{"name":"special"},"rules":[
                  {"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],
                   "verbs":["%s"],"resourceNames":["%s"]}]}
                """;
        String more =
                """
                {"metadata":{"name":"%s"},"rules":[
                  {"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]}
                """;
        admin.create(
                Kinds.CLUSTER_ROLE,
                object(role.formatted("bind", "system:node-proxier")),
                WriteOptions.NONE);
        admin.create(
                Kinds.CLUSTER_ROLE_BINDING,
                object(BINDING.formatted("special", "special")),
                WriteOptions.NONE);

        KubeObject bound = object(BINDING.formatted("look", "system:node-proxier"));
        carol.create(Kinds.CLUSTER_ROLE_BINDING, bound, WriteOptions.NONE);
        KubeObject other = object(BINDING.formatted("change", "system:node-problem-detector"));
        assertThrows(
                StatusException.class,
                () -> carol.create(Kinds.CLUSTER_ROLE_BINDING, other, WriteOptions.NONE));

        KubeObject written = object(more.formatted("more"));
        assertThrows(
                StatusException.class,
                () -> carol.create(Kinds.CLUSTER_ROLE, written, WriteOptions.NONE));
        String unnamed = role.replace(",\"resourceNames\":[\"%s\"]", "");
        admin.create(
                Kinds.CLUSTER_ROLE,
                object(unnamed.replace("special", "author").formatted("escalate")),
                WriteOptions.NONE);
        admin.create(
                Kinds.CLUSTER_ROLE_BINDING,
                object(BINDING.formatted("author", "author")),
                WriteOptions.NONE);
        assertEquals(
                "more",
                carol.create(Kinds.CLUSTER_ROLE, written, WriteOptions.NONE).object().name());
    }

    @Test
    void guardsSystemPriorityClassesOnlyWhereTheyAreNamed() throws Exception {
        String classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        try (HttpsClient client = new HttpsClient(server)) {
            String dry = "?dryRun=All";
            int one =
                    client.admin("DELETE", classes + "/system-node-critical" + dry, "")
                            .statusCode();
            int all = client.admin("DELETE", classes + dry, "").statusCode();

            assertEquals(List.of(403, 200), List.of(one, all));
        }
    }

    @Test
    void letsOneGiveWhatTheyHold() {
        KubeObject binding = object(BINDING.formatted("same", "granter"));

        KubeObject made =
                carol.create(Kinds.CLUSTER_ROLE_BINDING, binding, WriteOptions.NONE).object();

        assertEquals("same", made.name());
    }

    @Test
    void refusesPodsBelowTheLevelOfTheirNamespace() {
        admin.create(
                Kinds.NAMESPACE,
                object(
                        """
                        {"metadata":{"name":"strict",
                         "labels":{"pod-security.kubernetes.io/enforce":"baseline"}}}
                        """),
                WriteOptions.NONE);
        admin.create(
                Kinds.SERVICE_ACCOUNT,
                object("{\"metadata\":{\"name\":\"default\",\"namespace\":\"strict\"}}"),
                WriteOptions.NONE);
        KubeObject pod =
                object(
                        """
                        {"metadata":{"name":"p","namespace":"strict"},
                         "spec":{"automountServiceAccountToken":false,"hostPID":true,"containers":[{"name":"a","image":"i",
                          "securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}],
                          "volumes":[{"name":"v","hostPath":{"path":"/"}}]}}
                        """);

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> admin.create(Kinds.POD, pod, WriteOptions.NONE));

        assertEquals(
                "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": non-default"
                        + " capabilities (container \"a\" must not include \"SYS_ADMIN\" in"
                        + " securityContext.capabilities.add), host namespaces (hostPID=true),"
                        + " hostPath volumes (volume \"v\")",
                refused.status().message());
    }

    @Test
    void refusesNamespacesWithALevelThatDoesNotExist() {
        KubeObject namespace =
                object(
                        """
                        {"metadata":{"name":"odd",
                         "labels":{"pod-security.kubernetes.io/enforce":"strict"}}}
                        """);

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> admin.create(Kinds.NAMESPACE, namespace, WriteOptions.NONE));

        assertEquals(422, refused.status().code());
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.getBytes(UTF_8)));
    }
}
