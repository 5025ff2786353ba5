package kat.api.custom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustomValidationTest {

    /// @param schema of `spec.x`
    record Case(String name, String schema, String value, List<String> causes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        String notWhole = "Checked value must be of type integer (default format) in spec.x";
        return List.of(
                new Case(
                        "a fraction for an integer",
                        "{type: integer}",
                        "1.5",
                        List.of(
                                "spec.x: Invalid value: \"number\": spec.x in body must be of type"
                                        + " integer: \"number\"",
                                "<nil>: Invalid value: \"\": " + notWhole)),
                new Case(
                        "an integer above a bound with a fraction",
                        "{type: number, maximum: 2.5}",
                        "3",
                        List.of(
                                "spec.x: Invalid value: 3: spec.x in body should be less than or"
                                        + " equal to 2")),
                new Case(
                        "a bound that is no integer itself",
                        "{type: integer, minimum: 1.5}",
                        "1",
                        List.of(
                                "<nil>: Invalid value: \"\": Minimum boundary value must be of type"
                                        + " integer (default format) in spec.x",
                                "spec.x: Invalid value: 1: spec.x in body should be greater than"
                                        + " or equal to 1.5")),
                new Case(
                        "a bound beyond the format",
                        "{type: integer, format: int32, maximum: 3000000000}",
                        "1",
                        List.of(
                                "<nil>: Invalid value: \"\": Maximum boundary value must be of type"
                                        + " integer with format int32 in spec.x")),
                new Case(
                        "a factor below nothing",
                        "{type: integer, multipleOf: -2}",
                        "4",
                        List.of(
                                "spec.x: Invalid value: -2: factor MultipleOf declared for spec.x"
                                        + " must be positive: -2")),
                new Case(
                        "a fraction for integers",
                        "{type: integer, multipleOf: 0.5}",
                        "3",
                        List.of(
                                "<nil>: Invalid value: \"\": MultipleOf value must be of type"
                                        + " integer (default format) in spec.x")),
                new Case(
                        "one byte at most",
                        "{type: string, maxLength: 1}",
                        "ab",
                        List.of("spec.x: Too long: may not be more than 1 byte")),
                new Case(
                        "one item at most",
                        "{type: array, maxItems: 1, items: {type: string}}",
                        "[a, b]",
                        List.of("spec.x: Too many: 2: must have at most 1 item")));
    }

    /// One of which no more is known than that `a.{200}x` takes too long.
    private static String longText() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400_000; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{type: string, pattern: 'a.{200}x'}",
                "{type: string, not: {pattern: 'a.{200}x'}}",
                "{type: string, oneOf: [{pattern: 'a.{200}x'}, {pattern: '^[ab]+$'}]}",
                "{type: string, allOf: [{not: {pattern: 'a.{200}x'}}]}"
            })
    void refusesATextOfWhichItDoesNotKnowWhetherItMatches(String schema) {
        CustomValidation validation = new CustomValidation(kind(schema));

        List<String> told =
                validation.create(object(longText())).stream()
                        .map(cause -> cause.field() + ": " + cause.message())
                        .filter(
                                text ->
                                        text.startsWith("spec.x: ")
                                                && text.endsWith(
                                                        "spec.x in body should match 'a.{200}x':"
                                                                + " matching takes too many steps"))
                        .toList();

        assertEquals(1, told.size());
    }

    private static CustomKind kind(String schema) {
        String yaml =
                """
                metadata: {name: widgets.example.org}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties: {spec: {type: object, properties: {x: %s}}}
                """
                        .formatted(schema);
        return Definition.parse(new KubeObject((JsonObject) Yaml.parse(yaml))).served().getFirst();
    }

    private static JsonObject object(String value) {
        String yaml =
                "{apiVersion: example.org/v1, kind: Widget,"
                        + " metadata: {name: a, namespace: b, resourceVersion: '1'},"
                        + " spec: {x: "
                        + value
                        + "}}";
        return (JsonObject) Yaml.parse(yaml);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsFaultsInKubernetesWords(Case each) {
        CustomValidation validation = new CustomValidation(kind(each.schema()));

        List<String> told =
                validation.create(object(each.value())).stream()
                        .map(cause -> cause.field() + ": " + cause.message())
                        .toList();

        assertEquals(each.causes(), told);
    }

    @org.junit.jupiter.api.Test
    void quotesReplicasThatAreNoNumberAsGoDoes() {
        String yaml =
                """
                metadata: {name: widgets.example.org}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        {type: object, x-kubernetes-preserve-unknown-fields: true}
                    subresources:
                      scale: {specReplicasPath: .spec.x, statusReplicasPath: .status.x}
                """;
        CustomValidation validation =
                new CustomValidation(
                        Definition.parse(new KubeObject((JsonObject) Yaml.parse(yaml)))
                                .served()
                                .getFirst());

        List<String> told =
                validation.create(object("many")).stream().map(cause -> cause.message()).toList();

        String text = "accessor error: many is of the type string, expected int64";
        assertEquals(List.of("Invalid value: 0: .spec.x " + text), told);
    }

    @org.junit.jupiter.api.Test
    void warnsOfRulesThatWereBrokenBefore() {
        String schema = "{type: string, x-kubernetes-validations: [{rule: self == 'good'}]}";
        CustomValidation validation = new CustomValidation(kind(schema));
        List<String> warnings = new ArrayList<>();

        var causes = validation.update(object("bad"), object("bad"), warnings::add);

        assertEquals(List.of(), causes);
        assertEquals(
                List.of("spec.x: Invalid value: \"bad\": failed rule: self == 'good'"), warnings);
    }

    @org.junit.jupiter.api.Test
    void tellsHowLongItsRulesTakeWhereItHasSome() {
        List<String> told = new ArrayList<>();
        RuleTimes times =
                new RuleTimes() {
                    @Override
                    public long now() {
                        return told.size();
                    }

                    @Override
                    public void compiled(long since) {
                        told.add("compiled " + since);
                    }

                    @Override
                    public void evaluated(long since) {
                        told.add("evaluated " + since);
                    }
                };
        String plain = "{type: string}";
        String ruled = "{type: string, x-kubernetes-validations: [{rule: \"self != 'b'\"}]}";

        List<Status.Cause> none = new CustomValidation(kind(plain), times).create(object("a"));
        List<Status.Cause> one = new CustomValidation(kind(ruled), times).create(object("b"));

        assertEquals(List.of(0, 1), List.of(none.size(), one.size()));
        assertEquals(List.of("compiled 0", "evaluated 1"), told);
    }

    @org.junit.jupiter.api.Test
    void letsAMapListBeThatIsOnlyReorderedWhileItsOldFaultStays() {
        String schema =
                "{type: array, maxItems: 1, x-kubernetes-list-type: map,"
                        + " x-kubernetes-list-map-keys: [id], items: {type: object,"
                        + " properties: {id: {type: string}, v: {type: string}}}}";
        CustomValidation validation = new CustomValidation(kind(schema));
        JsonObject before = object("[{id: a, v: c}, {id: b}]");
        List<String> warnings = new ArrayList<>();

        var reordered =
                validation.update(object("[{id: b}, {id: a, v: c}]"), before, warnings::add);
        var changed = validation.update(object("[{id: b}, {id: a, v: d}]"), before, warnings::add);

        assertEquals(List.of(), reordered);
        assertEquals(1, changed.size());
    }

    @org.junit.jupiter.api.Test
    void saysOfDefinitionsOfKubernetesOwnGroupsWhetherTheyAreApproved() {
        String yaml =
                "{metadata: {name: a, annotations: {api-approved.kubernetes.io: 'https://a.b/1'}},"
                        + " spec: {group: c.k8s.io}}";
        KubeObject definition = KubeObject.parse(Yaml.parse(yaml).toString().getBytes(UTF_8));

        KubeObject told = DefinitionStatus.approved(definition, java.time.Instant.EPOCH);

        JsonObject condition = Definition.condition(told, "KubernetesAPIApprovalPolicyConformant");
        assertEquals("approved in https://a.b/1", condition.string("message"));
        assertEquals("True", condition.string("status"));
    }

    @org.junit.jupiter.api.Test
    void whatAWholeObjectLacksAndItsTypeMustBeRightOnUpdates() {
        JsonObject schema =
                (JsonObject)
                        Yaml.parse(
                                "{type: object, required: [lack], properties: {apiVersion: {type:"
                                        + " string, pattern: ^other$}, spec: {type: object, required: [z]}}}");
        Faults faults = new Faults();
        JsonObject same = object("1");

        new SchemaValidator().check("", schema, same, same, faults);

        assertEquals(
                List.of("apiVersion", "lack"),
                faults.causes().stream().map(Status.Cause::field).toList());
    }
}
