package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyAdmissionTest {

    private static final String MATCH =
            """
            "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"],
              "resources": ["configmaps"], "operations": ["CREATE", "UPDATE"]}]}""";

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.of("alice", List.of("system:masters")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static KubeObject object(String json) {
        return KubeObject.parse(json.getBytes(UTF_8));
    }

    private static KubeObject configMap(String data) {
        return object(
                "{\"metadata\":{\"name\":\"a\",\"namespace\":\"default\"},\"data\":%s}"
                        .formatted(data));
    }

    private void validating(String spec, String binding) {
        admin.create(
                Kinds.VALIDATING_POLICY,
                object("{\"metadata\":{\"name\":\"p\"},\"spec\":{%s,%s}}".formatted(MATCH, spec)),
                WriteOptions.NONE);
        admin.create(
                Kinds.VALIDATING_POLICY_BINDING,
                object(
                        """
                        {"metadata":{"name":"b"},"spec":{"policyName":"p",
                         "validationActions":["Deny"]%s}}
                        """
                                .formatted(binding)),
                WriteOptions.NONE);
    }

    private void mutating(String mutation) {
        admin.create(
                Kinds.MUTATING_POLICY,
                object(
                        """
                        {"metadata":{"name":"m"},"spec":{%s, "reinvocationPolicy": "Never",
                         "mutations": [%s]}}
                        """
                                .formatted(MATCH, mutation)),
                WriteOptions.NONE);
        admin.create(
                Kinds.MUTATING_POLICY_BINDING,
                object("{\"metadata\":{\"name\":\"b\"},\"spec\":{\"policyName\":\"m\"}}"),
                WriteOptions.NONE);
    }

    private Status refusal(KubeObject object) {
        return assertThrows(
                        StatusException.class,
                        () -> admin.create(Kinds.CONFIG_MAP, object, WriteOptions.NONE))
                .status();
    }

    @Test
    void refusesANewObjectWithAVersionOnlyAfterThePoliciesWereAsked() {
        validating("\"validations\": [{\"expression\": \"!has(object.data)\"}]", "");

        Status denied =
                refusal(
                        object(
                                "{\"metadata\":{\"name\":\"a\",\"namespace\":\"default\","
                                        + "\"resourceVersion\":\"7\"},\"data\":{\"a\":\"1\"}}"));
        Status versioned =
                refusal(
                        object(
                                "{\"metadata\":{\"name\":\"a\",\"namespace\":\"default\","
                                        + "\"resourceVersion\":\"7\"}}"));

        assertEquals("Invalid", denied.reason());
        assertEquals(
                "resourceVersion should not be set on objects to be created", versioned.message());
    }

    @Test
    void seesOfWhichNamespaceADeletionIs() {
        KubeObject made =
                admin.create(
                                Kinds.NAMESPACE,
                                object("{\"metadata\":{\"name\":\"gone\"}}"),
                                WriteOptions.NONE)
                        .object();
        String denying = "request.options.preconditions.uid != '%s'".formatted(made.uid());
        admin.create(
                Kinds.VALIDATING_POLICY,
                object(
                        """
                        {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[
                         {"apiGroups":[""],"apiVersions":["v1"],"resources":["namespaces"],
                         "operations":["DELETE"]}]},"validations":[{"expression":"%s"}]}}
                        """
                                .formatted(denying)),
                WriteOptions.NONE);
        admin.create(
                Kinds.VALIDATING_POLICY_BINDING,
                object(
                        """
                        {"metadata":{"name":"b"},"spec":{"policyName":"p",
                         "validationActions":["Deny"]}}
                        """),
                WriteOptions.NONE);

        Status refused =
                assertThrows(
                                StatusException.class,
                                () -> admin.delete(Kinds.NAMESPACE, made.key(), DeleteOptions.NONE))
                        .status();

        assertEquals(
                "namespaces \"gone\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b'"
                        + " denied request: failed expression: "
                        + denying,
                refused.message());
    }

    @Test
    void refusesWhatAnExpressionDenies() {
        validating("\"validations\": [{\"expression\": \"object.data.size() < 2\"}]", "");

        Status status = refusal(configMap("{\"a\":\"1\",\"b\":\"2\"}"));

        assertEquals(422, status.code());
        assertEquals("Invalid", status.reason());
        assertEquals(
                "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b'"
                        + " denied request: failed expression: object.data.size() < 2",
                status.message());
    }

    @Test
    void explainsWithVariablesAndAReason() {
        validating(
                """
                "variables": [{"name": "n", "expression": "object.data.size()"}],
                "validations": [{"expression": "variables.n < 2",
                  "messageExpression": "'too many: ' + string(variables.n)",
                  "reason": "Forbidden"}]
                """,
                "");

        Status status = refusal(configMap("{\"a\":\"1\",\"b\":\"2\"}"));

        assertEquals(403, status.code());
        assertEquals(
                "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b'"
                        + " denied request: too many: 2",
                status.message());
    }

    @Test
    void readsParameters() {
        admin.create(
                Kinds.CONFIG_MAP,
                object(
                        "{\"metadata\":{\"name\":\"limits\",\"namespace\":\"default\"},\"data\":"
                                + "{\"most\":\"1\"}}"),
                WriteOptions.NONE);
        validating(
                """
                "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
                "validations": [{"expression": "object.data.size() <= int(params.data.most)"}]
                """,
                """
                , "paramRef": {"name": "limits", "namespace": "default",
                   "parameterNotFoundAction": "Deny"}
                """);

        Status status = refusal(configMap("{\"a\":\"1\",\"b\":\"2\"}"));

        assertEquals(422, status.code());
    }

    @Test
    void deniesWhenParametersAreMissing() {
        validating(
                """
                "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
                "validations": [{"expression": "params != null"}]
                """,
                """
                , "paramRef": {"name": "limits", "namespace": "default",
                   "parameterNotFoundAction": "Deny"}
                """);

        Status status = refusal(configMap("{}"));

        assertEquals(
                "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b'"
                        + " denied request: failed to configure binding: no params found for policy"
                        + " binding with `Deny` parameterNotFoundAction",
                status.message());
    }

    @Test
    void asksTheAuthorizer() {
        validating(
                """
                "validations": [{"expression":
                  "authorizer.serviceAccount('default', 'x').group('').resource('pods').namespace('default').check('get').allowed()"}]
                """,
                "");

        Status status = refusal(configMap("{}"));

        assertEquals(422, status.code());
    }

    @Test
    void letsNobodyNameParametersThatTheyMayNotRead() {
        admin.create(
                Kinds.CLUSTER_ROLE,
                object(
                        """
                        {"metadata":{"name":"author"},"rules":[
                          {"apiGroups":["admissionregistration.k8s.io"],
                           "resources":["validatingadmissionpolicies"],"verbs":["create"]}]}
                        """),
                WriteOptions.NONE);
        admin.create(
                Kinds.CLUSTER_ROLE_BINDING,
                object(
                        """
                        {"metadata":{"name":"author"},
                         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",
                          "name":"author"},
                         "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User",
                          "name":"carol"}]}
                        """),
                WriteOptions.NONE);
        Transport carol = server.transport(User.of("carol", List.of()));
        KubeObject policy =
                object(
                        """
                        {"metadata":{"name":"p"},"spec":{%s,
                         "paramKind":{"apiVersion":"v1","kind":"Secret"},
                         "validations":[{"expression":"params == null"}]}}
                        """
                                .formatted(MATCH));

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> carol.create(Kinds.VALIDATING_POLICY, policy, WriteOptions.NONE));

        assertEquals(
                "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid:"
                        + " spec.paramKind: Forbidden: user &{carol  [system:authenticated] map[]}"
                        + " must have \"get\" permission on all objects of the referenced paramKind"
                        + " (kind=Secret, apiVersion=v1)",
                refused.status().message());
    }

    @Test
    void appliesConfigurations() {
        mutating(
                """
                {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
                 "Object{metadata: Object.metadata{labels: {'by': 'policy'}}, data: {'b': object.data.a + '!'}}"}}
                """);

        KubeObject made =
                admin.create(Kinds.CONFIG_MAP, configMap("{\"a\":\"1\"}"), WriteOptions.NONE)
                        .object();

        assertEquals("{\"a\":\"1\",\"b\":\"1!\"}", made.tree().object("data").toString());
        assertEquals("policy", made.label("by"));
    }

    @Test
    void appliesPatches() {
        mutating(
                """
                {"patchType": "JSONPatch", "jsonPatch": {"expression":
                 "[JSONPatch{op: 'test', path: '/data/a', value: '1'}, JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('x'), value: 'y'}]"}}
                """);

        KubeObject made =
                admin.create(Kinds.CONFIG_MAP, configMap("{\"a\":\"1\"}"), WriteOptions.NONE)
                        .object();

        assertEquals("{\"a\":\"1\",\"x\":\"y\"}", made.tree().object("data").toString());
    }

    @Test
    void refusesObjectsWithWrongTypeNames() {
        mutating(
                """
                {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
                 "Object{metadata: Object.spec{labels: {'by': 'policy'}}}"}}
                """);

        Status status = refusal(configMap("{\"a\":\"1\"}"));

        assertEquals(403, status.code());
        assertEquals(
                "policy 'm' with binding 'b' denied request: type mismatch: unexpected type name"
                        + " \"Object.spec\", expected \"Object.metadata\", which matches field name"
                        + " path from root Object type",
                status.message());
    }
}
