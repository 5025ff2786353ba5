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
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// For which requests MutatingAdmissionPolicies act, with what, and how often.
class MutatingPoliciesTest {

    private static final String NAMES =
            "\"paramKind\": {\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\"}";
    private static final String MARK = "Object{data: {'seen': 'yes'}}";

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

    /// @param constraints besides the rules: further members of `matchConstraints`
    /// @param spec further members of the policy's
    private void policy(String name, String constraints, String spec, String expression) {
        admin.create(
                Kinds.MUTATING_POLICY,
                object(
                        """
                        {"metadata": {"name": "%s"}, "spec": {%s, "mutations": [
                          {"patchType": "ApplyConfiguration",
                           "applyConfiguration": {"expression": "%s"}}],
                         "matchConstraints": {%s "resourceRules": [{"apiGroups": [""],
                          "apiVersions": ["v1"], "resources": ["configmaps"],
                          "operations": ["CREATE"]}]}}}
                        """
                                .formatted(name, spec, expression, constraints)),
                WriteOptions.NONE);
    }

    /// @param spec further members of the binding's, each after a comma
    private void bind(String policy, String spec) {
        String json =
                "{\"metadata\": {\"name\": \"%s\"}, \"spec\": {\"policyName\": \"%s\"%s}}"
                        .formatted(policy + "-b", policy, spec);
        admin.create(Kinds.MUTATING_POLICY_BINDING, object(json), WriteOptions.NONE);
    }

    private void parameters(String name) {
        String json =
                "{\"metadata\": {\"name\": \"%s\", \"namespace\": \"default\","
                        + " \"labels\": {\"role\": \"limits\"}}}";
        var unused =
                admin.create(Kinds.CONFIG_MAP, object(json.formatted(name)), WriteOptions.NONE);
    }

    private String made(String namespace) {
        KubeObject asked =
                object(
                        "{\"metadata\": {\"name\": \"a\", \"namespace\": \"%s\"},"
                                        .formatted(namespace)
                                + " \"data\": {\"a\": \"1\"}}");
        return admin.create(Kinds.CONFIG_MAP, asked, WriteOptions.NONE)
                .object()
                .tree()
                .object("data")
                .toString();
    }

    private Status refusal() {
        return assertThrows(StatusException.class, () -> made("default")).status();
    }

    @Test
    void actOnceForEachParameterThatASelectorFinds() {
        parameters("p");
        parameters("q");
        policy(
                "m",
                "",
                NAMES + ", \"reinvocationPolicy\": \"Never\"",
                "Object{data: {params.metadata.name: 'seen'}}");
        bind(
                "m",
                ", \"paramRef\": {\"selector\": {\"matchLabels\": {\"role\": \"limits\"}},"
                        + " \"parameterNotFoundAction\": \"Allow\"}");

        assertEquals("{\"a\":\"1\",\"p\":\"seen\",\"q\":\"seen\"}", made("default"));
        assertEquals("{\"a\":\"1\"}", made("kube-system"), "its own namespace has none");
    }

    @Test
    void refuseWithoutParametersWhereThatIsWanted() {
        policy("m", "", NAMES + ", \"reinvocationPolicy\": \"Never\"", MARK);
        bind(
                "m",
                ", \"paramRef\": {\"name\": \"none\", \"namespace\": \"default\","
                        + " \"parameterNotFoundAction\": \"Deny\"}");

        String message = refusal().message();

        assertEquals(
                "policy 'm' with binding 'm-b' denied request: failed to configure binding: no"
                        + " params found for policy binding with `Deny` parameterNotFoundAction",
                message);
    }

    @Test
    void actInNamespacesThatPolicyAndBindingSelect() {
        String system = "{\"matchLabels\": {\"kubernetes.io/metadata.name\": \"kube-system\"}}";
        policy(
                "m",
                "\"namespaceSelector\": " + system + ",",
                "\"reinvocationPolicy\": \"Never\"",
                MARK);
        bind("m", "");
        policy("n", "", "\"reinvocationPolicy\": \"Never\"", "Object{data: {'n': 'yes'}}");
        bind("n", ", \"matchResources\": {\"namespaceSelector\": " + system + "}");

        assertEquals("{\"a\":\"1\"}", made("default"));
        assertEquals("{\"a\":\"1\",\"n\":\"yes\",\"seen\":\"yes\"}", made("kube-system"));
    }

    @ParameterizedTest
    @CsvSource({
        "object.data.a == '1', Fail, '{\"a\":\"1\",\"seen\":\"yes\"}'",
        "object.data.a == '2', Fail, '{\"a\":\"1\"}'",
        "object.data.none == '2', Ignore, '{\"a\":\"1\"}'",
    })
    void actWhereTheirConditionsHold(String condition, String failurePolicy, String data) {
        conditional(condition, failurePolicy);

        assertEquals(data, made("default"));
    }

    @Test
    void refuseWhatAConditionCannotTell() {
        conditional("object.data.none == '2'", "Fail");

        Status refused = refusal();

        assertEquals(403, refused.code());
        assertEquals(
                "policy 'm' with binding 'm-b' denied request: expression 'object.data.none == '2''"
                        + " resulted in error: no such key: none",
                refused.message());
    }

    private void conditional(String condition, String failurePolicy) {
        policy(
                "m",
                "",
                "\"reinvocationPolicy\": \"Never\", \"failurePolicy\": \"%s\","
                                .formatted(failurePolicy)
                        + " \"matchConditions\": [{\"name\": \"c\", \"expression\": \"%s\"}]"
                                .formatted(condition),
                MARK);
        bind("m", "");
    }

    @ParameterizedTest
    @CsvSource({"IfNeeded, both", "Never, alone"})
    void actAgainAfterOthersWhereTheyAskForIt(String reinvocation, String seen) {
        policy(
                "m",
                "",
                "\"reinvocationPolicy\": \"" + reinvocation + "\"",
                "Object{data: {'m': has(object.data.n) ? 'both' : 'alone'}}");
        bind("m", "");
        policy("n", "", "\"reinvocationPolicy\": \"Never\"", "Object{data: {'n': 'yes'}}");
        bind("n", "");

        assertEquals("{\"a\":\"1\",\"m\":\"%s\",\"n\":\"yes\"}".formatted(seen), made("default"));
    }
}
