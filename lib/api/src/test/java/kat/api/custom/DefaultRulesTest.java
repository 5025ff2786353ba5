package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefaultRulesTest {

    private static final String META = "s.properties[e].properties[metadata]";

    /// @param properties of an embedded object
    record Case(String name, String properties, List<String> faults) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "metadata with a field that nobody knows",
                        "{metadata: {type: object, default: {name: x, unknown: 1}}}",
                        List.of()),
                new Case(
                        "a name of metadata that is none",
                        "{metadata: {type: object, properties: {name: {type: string, default: ..}}}}",
                        List.of(
                                META
                                        + ".properties[name].default: Invalid value: \"..\": must"
                                        + " result in valid metadata: metadata.name: Invalid value:"
                                        + " \"..\": may not be '..'")),
                new Case(
                        "a name of metadata that is a number",
                        "{metadata: {type: object, properties: {name: {type: string, default: 7}}}}",
                        List.of(
                                META
                                        + ".properties[name].default: Invalid value: 7: must result"
                                        + " in valid metadata: metadata: Invalid value: {\"name\":7}:"
                                        + " json: cannot unmarshal number into Go struct field"
                                        + " ObjectMeta.name of type string")),
                new Case(
                        "metadata that is a text",
                        "{metadata: {type: object, default: x}}",
                        List.of(
                                META
                                        + ".default: Invalid value: \"x\": must result in valid"
                                        + " metadata: metadata: Invalid value: \"x\": json: cannot"
                                        + " unmarshal string into Go value of type v1.ObjectMeta")),
                new Case(
                        "an empty version and a number for a kind",
                        "{apiVersion: {type: string, default: ''}, kind: {type: string, default: 3}}",
                        List.of(
                                "s.properties[e].properties[apiVersion].default: Invalid value:"
                                        + " \"\": must result in valid metadata: apiVersion: Invalid"
                                        + " value: \"\": must not be empty",
                                "s.properties[e].properties[kind].default: Invalid value: 3: must"
                                        + " result in valid metadata: kind: Invalid value: 3: must"
                                        + " be a string")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void defaultsInsideMetadataMustMakeValidMetadata(Case each) {
        Faults faults = new Faults();
        String schema =
                "{type: object, properties: {e: {type: object, x-kubernetes-embedded-resource:"
                        + " true, properties: %s}}}";

        new DefaultRules(faults)
                .root("s", (JsonObject) Yaml.parse(schema.formatted(each.properties())));

        assertEquals(
                each.faults(),
                faults.causes().stream().map(each1 -> Status.joined(List.of(each1))).toList());
    }
}
