package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import kat.api.KubeObject;
import kat.api.defaults.Defaults;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.DecodeException;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefinitionTest {

    @Test
    void eachServedVersionTellsTheOneThatIsStored() {
        List<CustomKind> served = served("{'name':'v1','served':true,'storage':true}");

        assertEquals(
                List.of("example.org/v1", "example.org/v1"),
                served.stream().map(CustomKind::stored).toList());
    }

    @Test
    void aStoredVersionThatIsNotServedIsNotTold() {
        List<CustomKind> served = served("{'name':'v1','served':false,'storage':true}");

        assertEquals(List.of(""), served.stream().map(CustomKind::stored).toList());
    }

    @Test
    void aColumnWithoutDescriptionTellsItsPath() {
        CustomKind kind =
                served(
                                "{'name':'v1','served':true,'storage':true,'additionalPrinterColumns':["
                                        + "{'name':'A','type':'string','jsonPath':'.spec.a'},"
                                        + "{'name':'B','type':'string','jsonPath':'.b','description':'b'}]}")
                        .getFirst();

        assertEquals(
                List.of("Custom resource definition column (in JSONPath format): .spec.a", "b"),
                kind.columns().stream().map(column -> column.description()).toList());
    }

    @Test
    void unknownFieldsOfMetadataAreToldFirstAndThoseOfEmbeddedMetadataLast() {
        JsonObject object =
                tree(
                        "{'apiVersion':'example.org/v1','kind':'Widget','metadata':{'odd':1},"
                                + "'spec':{'held':{'apiVersion':'v1','kind':'A',"
                                + "'metadata':{'odd':1}},'zz':1,'ports':[{'odd':1}]}}");

        Decoder.Decoded decoded = Decoder.decode(schema(), object);

        assertEquals(
                List.of("metadata.odd", "spec.ports[0].odd", "spec.zz", "spec.held.metadata.odd"),
                decoded.unknownFields());
    }

    @Test
    void onlyNullsThatTheSchemaAllowsOrFillsInAreRead() {
        JsonObject object =
                tree(
                        "{'apiVersion':'example.org/v1','kind':'Widget','spec':{'free':null,"
                                + "'bound':null,'filled':null,'map':{'a':null,'b':'c'}}}");

        JsonObject read = Decoder.decode(schema(), object).object();

        assertEquals(tree("{'free':null,'filled':null,'map':{'b':'c'}}"), read.object("spec"));
        assertEquals(
                tree("{'free':null,'filled':'d','map':{'b':'c'}}"),
                Defaults.apply(schema(), read).object("spec"));
        assertEquals(object, Decoder.applied(schema(), object));
    }

    @Test
    void metadataOfEmbeddedObjectsIsFilledInWithWhatMetadataKnows() {
        JsonObject spec = filled("{'named':{},'outer':{}}");

        assertEquals(
                tree("{'kind':'Foo','metadata':{'labels':{'a':'b'},'name':'bar'}}"),
                spec.object("named"));
        assertEquals(
                tree("{'labels':{'a':'b'},'uid':'1'}"),
                filled("{'named':{'metadata':{'uid':'1'}}}").object("named").object("metadata"));
        assertEquals(tree("{'in':{'metadata':{}}}"), spec.object("outer").object("around"));
    }

    private static JsonObject filled(String spec) {
        JsonObject object =
                tree("{'apiVersion':'example.org/v1','kind':'Widget','spec':" + spec + "}");
        return Defaults.apply(schema(), Decoder.canonical(schema(), object)).object("spec");
    }

    record Misfit(String object, String words) {}

    static List<Misfit> misfits() {
        String number = "json: cannot unmarshal number into Go struct field ObjectMeta.";
        return List.of(
                new Misfit("{'metadata':{'labels':{'a':3}}}", number + "labels of type string"),
                new Misfit(
                        "{'metadata':'x'}",
                        "json: cannot unmarshal string into Go value of type v1.ObjectMeta"),
                new Misfit(
                        "{'spec':{'held':{'metadata':{'name':1}}}}",
                        "spec.held.metadata: Invalid value: {\"name\":1}: "
                                + number
                                + "name of type string"),
                new Misfit(
                        "{'spec':{'held':{'metadata':{'ownerReferences':[{'name':1}]}}}}",
                        "spec.held.metadata: Invalid value: {\"ownerReferences\":[{\"name\":1}]}:"
                                + " json: cannot unmarshal number into Go struct field"
                                + " OwnerReference.ownerReferences.name of type string"),
                new Misfit(
                        "{'spec':{'keyed':{'a b':{'kind':1}}}}",
                        "spec.keyed[a b].kind: Invalid value: 1: must be a string"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void metadataThatDoesNotFitIsToldWithItsPlace(Misfit misfit) {
        Schema schema = schema();

        DecodeException refused =
                assertThrows(
                        DecodeException.class,
                        () -> Decoder.canonical(schema, tree(misfit.object())));

        assertEquals(misfit.words(), refused.getMessage());
    }

    @Test
    void nullForTheMetadataOfAnEmbeddedObjectIsEmptyMetadata() {
        JsonObject object = tree("{'spec':{'held':{'metadata':null}}}");

        assertEquals(
                tree("{'metadata':{}}"),
                Decoder.canonical(schema(), object).object("spec").object("held"));
    }

    private static Schema schema() {
        Definition definition =
                Definition.parse(
                        new KubeObject(
                                tree(
                                        """
                                        {'spec': {'group': 'example.org',
                                         'names': {'plural': 'widgets', 'kind': 'Widget'},
                                         'versions': [{'name': 'v1', 'served': true,
                                          'storage': true, 'schema': {'openAPIV3Schema': {
                                          'type': 'object', 'properties': {'spec': {
                                          'type': 'object', 'properties': {
                                           'free': {'type': 'string', 'nullable': true},
                                           'bound': {'type': 'string'},
                                           'filled': {'type': 'string', 'default': 'd'},
                                           'map': {'type': 'object',
                                            'additionalProperties': {'type': 'string'}},
                                           'keyed': {'type': 'object', 'additionalProperties': {
                                            'type': 'object',
                                            'x-kubernetes-embedded-resource': true}},
                                           'held': {'type': 'object',
                                            'x-kubernetes-embedded-resource': true},
                                           'named': {'type': 'object',
                                            'x-kubernetes-embedded-resource': true,
                                            'properties': {
                                             'kind': {'type': 'string', 'default': 'Foo'},
                                             'metadata': {'type': 'object',
                                              'default': {'name': 'bar', 'odd': 1},
                                              'properties': {'odd': {'default': 1},
                                               'labels': {'type': 'object',
                                                'default': {'a': 'b'}},
                                               'uid': {'default': 7}}}}},
                                           'outer': {'type': 'object', 'properties': {
                                            'around': {'type': 'object', 'properties': {
                                             'in': {'type': 'object',
                                              'x-kubernetes-embedded-resource': true}},
                                             'default': {'in': {'metadata': {'odd': 1}}}}}},
                                           'ports': {'type': 'array', 'items': {
                                            'type': 'object', 'properties': {
                                             'port': {'type': 'integer'}}}}}}}}}}]}}
                                        """)));
        return Objects.requireNonNull(definition.schemas().get("example.org/v1"));
    }

    private static JsonObject tree(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /// What a definition with a second version serves, which is not stored.
    private static List<CustomKind> served(String version) {
        String text =
                "{'spec':{'group':'example.org','names':{'plural':'widgets','kind':'Widget'},"
                        + "'versions':["
                        + version
                        + ",{'name':'v1beta1','served':true,'storage':false}]}}";
        byte[] json = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return Definition.parse(KubeObject.parse(json)).served();
    }
}
