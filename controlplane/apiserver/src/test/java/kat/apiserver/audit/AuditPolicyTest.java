package kat.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import kat.apiserver.config.ConfigFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditPolicyTest {

    private static final User JANE = User.of("jane", List.of("devs"));

    private static AuditPolicy policy(String yaml) {
        return AuditPolicyFile.parse((JsonObject) Yaml.parse(yaml));
    }

    private static AuditPolicy rule(String members) {
        return policy(
                "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, "
                        + members
                        + "}]");
    }

    private static Action resource(String verb, String resource, String namespace, String name) {
        String[] parts = resource.split("/", -1);
        String[] kind = parts[0].split("\\.", 2);
        String group = kind.length == 1 ? "" : kind[1];
        String part = parts.length == 1 ? "" : parts[1];
        return new Action(verb, group, "v1", kind[0], part, namespace, name, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "users: [jane] | true",
                "users: [joe] | false",
                "userGroups: [devs, ops] | true",
                "userGroups: [ops] | false",
                "verbs: [get, list] | true",
                "verbs: [delete] | false",
                "namespaces: [one] | true",
                "namespaces: [''] | false",
                "resources: [{group: ''}] | true",
                "resources: [{group: apps}] | false",
                "resources: [{group: '*', resources: [pods/status]}] | true",
                "resources: [{resources: [pods]}] | false",
                "resources: [{resources: ['pods/*']}] | true",
                "resources: [{resources: ['*/status']}] | true",
                "resources: [{resources: ['*/scale']}] | false",
                "resources: [{resources: ['*']}] | true",
                "resources: [{resources: ['*'], resourceNames: [web]}] | true",
                "resources: [{resources: ['*'], resourceNames: [other]}] | false",
                "nonResourceURLs: ['*'] | false",
            })
    void matchesResources(String rule, boolean matches) {
        Action status = resource("get", "pods/status", "one", "web");

        assertEquals(matches, rule(rule).of(JANE, status).level() == Level.METADATA);
    }

    @ParameterizedTest
    @CsvSource({
        "/healthz, true",
        "/heal*, true",
        "/health, false",
        "'*', true",
    })
    void matchesPaths(String pattern, boolean matches) {
        AuditPolicy policy = rule("nonResourceURLs: ['" + pattern + "']");

        Level level = policy.of(JANE, Action.path("get", "/healthz")).level();

        assertEquals(matches, level == Level.METADATA);
    }

    @Test
    void theFirstRuleThatFitsDecidesAndNothingIsToldOfTheRest() {
        AuditPolicy policy =
                policy(
                        """
                        apiVersion: audit.k8s.io/v1
                        kind: Policy
                        omitStages: [RequestReceived]
                        omitManagedFields: true
                        rules:
                        - level: Request
                          users: [jane]
                          omitStages: [Panic]
                          omitManagedFields: false
                        - level: None
                          users: [jane, joe]
                        - level: RequestResponse
                          userGroups: [devs]
                        """);
        Action get = resource("get", "pods", "one", "web");

        assertEquals(
                new AuditPolicy.Telling(
                        Level.REQUEST, Set.of(Stage.REQUEST_RECEIVED, Stage.PANIC), false),
                policy.of(JANE, get));
        assertEquals(Level.NONE, policy.of(User.of("joe", List.of("devs")), get).level());
        assertEquals(
                new AuditPolicy.Telling(
                        Level.REQUEST_RESPONSE, Set.of(Stage.REQUEST_RECEIVED), true),
                policy.of(User.of("jack", List.of("devs")), get));
        assertEquals(Level.NONE, policy.of(null, get).level());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{apiVersion: v1, kind: Policy} | expected apiVersion audit.k8s.io/v1 and kind"
                        + " Policy, found \"v1\" and \"Policy\"",
                "rules: [] | loaded illegal policy with 0 rules",
                "rules: [{users: [a]}] | rules[0].level: Required value",
                "rules: [{level: Much}] | rules[0].level: Unsupported value: \"Much\": supported"
                        + " values: \"None\", \"Metadata\", \"Request\", \"RequestResponse\"",
                "rules: [{level: None, omitStages: [Late]}] | rules[0].omitStages[0]: Invalid"
                        + " value: \"Late\": allowed stages are"
                        + " RequestReceived,ResponseStarted,ResponseComplete,Panic",
                "rules: [{level: None, nonResourceURLs: [a]}] | rules[0].nonResourceURLs[0]:"
                        + " Invalid value: \"a\": non-resource URL rules must begin with a '/'"
                        + " character",
                "rules: [{level: None, nonResourceURLs: ['/*/a']}] | rules[0].nonResourceURLs[0]:"
                        + " Invalid value: \"/*/a\": non-resource URL wildcards '*' must be the"
                        + " final character of the rule",
                "rules: [{level: None, resources: [{resourceNames: [a]}]}] |"
                        + " rules[0].resources.resourceNames: Invalid value: [\"a\"]: using"
                        + " resourceNames requires at least one resource",
                "rules: [{level: None, user: a}] | unknown key \"rules[0].user\"; known are level,"
                        + " namespaces, nonResourceURLs, omitManagedFields, omitStages, resources,"
                        + " userGroups, users, verbs",
            })
    void refusesWhatIsNoPolicy(String yaml, String message) {
        String whole =
                yaml.startsWith("{") ? yaml : "apiVersion: audit.k8s.io/v1\nkind: Policy\n" + yaml;

        var refused = assertThrows(ConfigFileException.class, () -> policy(whole));

        assertEquals(message, refused.getMessage());
    }
}
