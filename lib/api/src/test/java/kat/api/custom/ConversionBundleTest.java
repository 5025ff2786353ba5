package kat.api.custom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The words are those of a running Kubernetes 1.36.3.
class ConversionBundleTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String EMPTY_LINE = "Cg==";

    private static JsonObject definition(String caBundle, String established) {
        String yaml =
                """
                metadata: {name: widgets.example.org, resourceVersion: "1"}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
                  conversion:
                    strategy: Webhook
                    webhook:
                      conversionReviewVersions: [v1]
                      clientConfig:
                        caBundle: "%s"
                        service: {namespace: default, name: example}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object}}
                status:
                  storedVersions: [v1]
                  acceptedNames: {plural: widgets, kind: Widget}
                  conditions:
                  - {type: NamesAccepted, status: "True"}
                  - {type: Established, status: "%s"}
                """;
        return (JsonObject)
                Objects.requireNonNull(Yaml.parse(yaml.formatted(caBundle, established)));
    }

    /// @param text what the bundle holds
    record Case(String name, String text, String fault) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        String other = "-----BEGIN FOO-----\nAAAA\n-----END FOO-----";
        String none = "no valid certificate authority data seen";
        String noBlock = "unable to parse bytes as PEM block";
        return List.of(
                new Case("an empty line", "\n", noBlock),
                new Case("another block", other + "\n", none),
                new Case("another block without an end of line", other, none),
                new Case("text behind another block", other + "\nx", noBlock),
                new Case(
                        "a certificate that is none",
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                        "failed to parse certificate: x509: malformed certificate"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesWrongAuthoritiesOnceServed(Case each) {
        String bundle = Base64.getEncoder().encodeToString(each.text().getBytes(UTF_8));

        List<Status.Cause> faults =
                DefinitionValidation.update(definition(bundle, "True"), definition("", "True"));

        assertEquals(
                List.of(
                        "spec.conversion.webhookClientConfig.caBundle Invalid value: \""
                                + bundle
                                + "\": unable to load root certificates: "
                                + each.fault()),
                faults.stream().map(fault -> fault.field() + " " + fault.message()).toList());
    }

    @Test
    void takesWrongAuthoritiesBeforeItIsServedOrWhereTheyStood() {
        JsonObject wrong = definition(EMPTY_LINE, "True");
        JsonObject unserved = definition(EMPTY_LINE, "False");

        assertEquals(List.of(), DefinitionValidation.create(unserved));
        assertEquals(List.of(), DefinitionValidation.update(wrong, unserved));
        assertEquals(List.of(), DefinitionValidation.update(wrong, wrong));
    }

    @Test
    void isHeldBackUntilItsAuthoritiesCanBeRead() {
        KubeObject wrong = new KubeObject(definition(EMPTY_LINE, "False"));
        KubeObject mended = new KubeObject(definition("", "False"));

        KubeObject held = DefinitionStatus.established(wrong, NOW);
        KubeObject served = DefinitionStatus.established(mended, NOW);

        assertEquals("InvalidCABundle", Definition.condition(held, "Established").string("reason"));
        assertEquals(true, DefinitionStatus.isHeldBack(held));
        assertEquals("True", Definition.condition(served, "Established").string("status"));
        assertEquals(false, DefinitionStatus.isHeldBack(served));
    }
}
