package kat.apiserver.oidc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.Anonymous;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.apiserver.oidc.JwtConfig.Claim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationFileTest {

    private static AuthenticationFile.Read read(String rest) {
        return AuthenticationFile.parse(
                (JsonObject)
                        Yaml.parse(
                                "apiVersion: apiserver.config.k8s.io/v1\n"
                                        + "kind: AuthenticationConfiguration\n"
                                        + rest));
    }

    @Test
    void whoShowsNothingMayBeLetInAtSomePathsOnly() {
        assertEquals(
                new Anonymous(true, List.of("/healthz", "/livez")),
                read("anonymous: {enabled: true, conditions: [{path: /healthz}, {path: /livez}]}")
                        .anonymous());
        assertNull(read("jwt: []").anonymous());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url: 'http://a' | username: {claim: sub, prefix: ''} | jwt[0].issuer.url: Invalid"
                        + " value: \"http://a\": URL scheme must be https",
                "url: 'https://a?b=c' | username: {claim: sub, prefix: ''} | jwt[0].issuer.url:"
                        + " Invalid value: \"https://a?b=c\": URL must not contain a query",
                "url: 'https://a', discoveryURL: 'https://a/' | username: {claim: s, prefix: ''} |"
                        + " jwt[0].issuer.discoveryURL: Invalid value: \"https://a/\": discoveryURL"
                        + " must be different from URL",
                "url: 'https://a', audiences: [a, b] | username: {claim: sub, prefix: ''} |"
                        + " jwt[0].issuer.audienceMatchPolicy: Invalid value: \"\":"
                        + " audienceMatchPolicy must be MatchAny for multiple audiences",
                "url: 'https://a' | username: {claim: sub} |"
                        + " jwt[0].claimMappings.username.prefix: Required value: prefix is"
                        + " required when claim is set. It can be set to an empty string to disable"
                        + " prefixing",
                "url: 'https://a' | uid: {claim: sub} | jwt[0].claimMappings.username: Required"
                        + " value: claim or expression is required",
                "url: 'https://a' | username: {claim: a, expression: b} |"
                        + " jwt[0].claimMappings.username: Invalid value: \"\": claim and"
                        + " expression can't both be set",
                "url: 'https://a' | username: {expression: claims.email} |"
                        + " jwt[0].claimMappings.username.expression: Invalid value:"
                        + " \"claims.email\": claims.email_verified must be used in"
                        + " claimMappings.username.expression or"
                        + " claimMappings.extra[*].valueExpression or"
                        + " claimValidationRules[*].expression when claims.email is used in"
                        + " claimMappings.username.expression",
                "url: 'https://a' | username: {claim: a, prefix: ''}, extra: [{key: k8s.io/a,"
                        + " valueExpression: claims.a}] | jwt[0].claimMappings.extra[0].key:"
                        + " Invalid value: \"k8s.io/a\": k8s.io, kubernetes.io and their subdomains"
                        + " are reserved for Kubernetes use",
            })
    void refusesWhatCannotBe(String issuer, String mappings, String message) {
        String audiences = issuer.contains("audiences") ? "" : ", audiences: [a]";
        String yaml =
                "jwt: [{issuer: {" + issuer + audiences + "}, claimMappings: {" + mappings + "}}]";

        var refused = assertThrows(ConfigFileException.class, () -> read(yaml));

        assertEquals(message, refused.getMessage());
    }

    @Test
    void anExpressionThatIsNoConditionIsRefused() {
        String yaml =
                "jwt: [{issuer: {url: 'https://a', audiences: [a]}, claimMappings: {username:"
                        + " {claim: a, prefix: ''}}, userValidationRules: [{expression:"
                        + " user.username}]}]";

        assertEquals(
                "jwt[0].userValidationRules[0].expression: Invalid value: \"user.username\": must"
                        + " evaluate to bool",
                assertThrows(ConfigFileException.class, () -> read(yaml)).getMessage());
    }

    private static JwtConfig options(Map<String, String> values) {
        return IssuerSettings.ofOptions(new ServerOptions(new TreeMap<>(values)), "");
    }

    @Test
    void theOlderOptionsSayTheSame() {
        JwtConfig config =
                options(
                        Map.of(
                                "oidc-issuer-url", "https://a",
                                "oidc-client-id", "kat",
                                "oidc-groups-claim", "groups",
                                "oidc-groups-prefix", "ex:",
                                "oidc-required-claim", "hd=example.com"));

        assertEquals(
                new JwtConfig.Issuer("https://a", "", "", List.of("kat"), List.of("RS256")),
                config.issuer());
        assertEquals(new Claim("sub", "https://a#"), config.mapping().username());
        assertEquals(new Claim("groups", "ex:"), config.mapping().groups());
        assertEquals(Map.of("hd", "example.com"), config.required());
        assertNull(options(Map.of()));
        assertEquals(
                "oidc-issuer-url and oidc-client-id must be specified together when any oidc-*"
                        + " flags are set",
                assertThrows(
                                ConfigFileException.class,
                                () -> options(Map.of("oidc-client-id", "a")))
                        .getMessage());
    }
}
