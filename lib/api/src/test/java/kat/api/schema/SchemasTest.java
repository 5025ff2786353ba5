package kat.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class SchemasTest {

    private final Schemas schemas = Schemas.builtIn();

    @Test
    void everyBuiltInKindHasASchemaWhoseFieldsResolve() {
        for (Kind kind : Kinds.builtIn().all()) {
            Schema schema = schemas.of(kind);

            assertNotNull(schema, kind.toString());
            assertTrue(schema.fields().containsKey("apiVersion"), kind.toString());
        }
        for (String name : schemas.names()) {
            schemas.require(name).fields().values().forEach(Schema::type);
        }
    }

    @Test
    void readsListTypesAndMergeKeysOfContainers() {
        Schema containers = schemas.require("io.k8s.api.core.v1.PodSpec").field("containers");

        assertEquals(Schema.ListType.MAP, containers.listType());
        assertEquals(List.of("name"), containers.listMapKeys());
        assertEquals("name", containers.patchMergeKey());
        assertEquals("io.k8s.api.core.v1.Container", containers.items().definition());
        assertEquals(Schema.Type.OBJECT, containers.items().type());
    }

    @Test
    void followsPathsThroughListsAndReferences() {
        Schema pod = schemas.of(Kinds.POD);

        assertEquals(
                Schema.Type.QUANTITY,
                pod.at("spec", "containers", "resources", "limits", "cpu").type());
        assertEquals(Schema.Type.TIME, pod.at("metadata", "creationTimestamp").type());
        assertNull(pod.at("spec", "nothing"));
    }

    @Test
    void readsStructuralSchemasOfCustomResources() {
        String text =
                """
                {"type":"object","properties":{"spec":{"type":"object","properties":{
                 "size":{"x-kubernetes-int-or-string":true},
                 "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
                 "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
                 "labels":{"type":"object","additionalProperties":{"type":"string"}}}}}}""";
        JsonObject tree = (JsonObject) Json.parse(text.getBytes(StandardCharsets.UTF_8));

        Schema spec = schemas.structural(tree).field("spec");

        assertEquals(Schema.Type.INT_OR_STRING, spec.field("size").type());
        assertEquals(Schema.ListType.SET, spec.field("tags").listType());
        assertTrue(spec.field("free").preservesUnknownFields());
        assertEquals(Schema.Type.STRING, spec.field("labels").values().type());
        assertEquals(Schema.Type.OBJECT, schemas.structural(tree).field("metadata").type());
    }
}
