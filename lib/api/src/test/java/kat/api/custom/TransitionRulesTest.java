package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules that compare a value with the one before it (`oldSelf`).
///
/// **Source:** "Transition rules" of the documentation of custom resources.
class TransitionRulesTest {

    private static final String KEEP = "x-kubernetes-validations: [{rule: self == oldSelf}]";
    private static final String ONCE =
            "x-kubernetes-validations: [{rule: 'oldSelf.hasValue() ? self >= oldSelf.value() : self"
                    + " == 1', optionalOldSelf: true}]";
    private static final String ITEMS =
            "properties: {id: {type: string}, v: {type: integer, %s}}, required: [id]";
    private static final String MAP_LIST =
            "{type: array, maxItems: 5, x-kubernetes-list-type: map, x-kubernetes-list-map-keys:"
                    + " [id], items: {type: object, "
                    + ITEMS.formatted(KEEP)
                    + "}}";

    private static JsonObject object(String value) {
        return (JsonObject)
                Yaml.parse(
                        "{apiVersion: example.org/v1, kind: Widget,"
                                + " metadata: {name: a, namespace: b, resourceVersion: '1'},"
                                + " spec: {other: 1"
                                + (value.isEmpty() ? "" : ", x: " + value)
                                + "}}");
    }

    private static CustomValidation validation(String schema) {
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
                        properties:
                          spec: {type: object, properties: {other: {type: integer}, x: %s}}
                """
                        .formatted(schema);
        KubeObject definition = new KubeObject((JsonObject) Yaml.parse(yaml));
        return new CustomValidation(Definition.parse(definition).served().getFirst());
    }

    private static String schema(String name) {
        return switch (name) {
            case "keep" -> "{type: integer, " + KEEP + "}";
            case "once" -> "{type: integer, " + ONCE + "}";
            case "maplist" -> MAP_LIST;
            case "oncelist" -> MAP_LIST.replace(KEEP, ONCE);
            case "map" ->
                    "{type: object, maxProperties: 5, additionalProperties: {type: integer, "
                            + KEEP
                            + "}}";
            case "properties" -> "{type: object, properties: {v: {type: integer, " + KEEP + "}}}";
            default -> throw new IllegalArgumentException(name);
        };
    }

    /// @param before empty for a value that was not there, `-` for a creation
    /// @param faults the places that are told, in order
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep | - | 1 | ''",
                "keep | '' | 1 | ''",
                "keep | 1 | '' | ''",
                "keep | 1 | 1 | ''",
                "keep | 1 | 2 | spec.x",
                "once | - | 1 | ''",
                "once | - | 2 | spec.x",
                "once | '' | 1 | ''",
                "once | '' | 2 | spec.x",
                "once | 1 | 3 | ''",
                "once | 3 | 2 | spec.x",
                "properties | {v: 1} | {v: 2} | spec.x.v",
                "properties | {} | {v: 2} | ''",
                "map | {a: 1} | {a: 1, b: 2} | ''",
                "map | {a: 1} | {a: 2, b: 2} | spec.x[a]",
                "maplist | [{id: a, v: 1}] | [{id: b, v: 2}, {id: a, v: 1}] | ''",
                "maplist | [{id: a, v: 1}, {id: b, v: 2}] | [{id: b, v: 3}, {id: a, v: 1}] |"
                        + " spec.x[0].v",
                "maplist | [{id: a, v: 1}] | [{id: b, v: 2}] | ''",
                "oncelist | [{id: a, v: 1}] | [{id: a, v: 2}, {id: b, v: 1}] | ''",
                "oncelist | [{id: a, v: 3}] | [{id: a, v: 2}, {id: b, v: 2}] |"
                        + " spec.x[0].v spec.x[1].v",
            })
    void compareWhatStandsForTheSamePlace(
            String schema, String before, String after, String faults) {
        CustomValidation validation = validation(schema(schema));
        List<String> warnings = new ArrayList<>();

        List<Status.Cause> told =
                before.equals("-")
                        ? validation.create(object(after))
                        : validation.update(object(after), object(before), warnings::add);

        assertEquals(faults, String.join(" ", told.stream().map(Status.Cause::field).toList()));
        assertEquals(List.of(), warnings);
    }
}
