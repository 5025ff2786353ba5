package kat.api.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Places in the schema of a definition of custom resources that hold a schema or something simpler
/// in its stead. OpenAPI has no name for them, so their definitions say nothing; Go reads each with
/// code of its own, which tells of no unknown field.
///
/// **Threads:** immutable.
///
/// **Source:** `pkg/apis/apiextensions/v1/marshal.go` of `k8s.io/apiextensions-apiserver`.
enum SchemaChoice {
    /// A schema or several, as in `items`; anything else counts as nothing.
    ARRAY,
    /// A schema or whether anything goes, as in `additionalProperties`.
    BOOL,
    /// A schema or names of fields, as in `dependencies`; anything else counts as nothing.
    STRING_ARRAY;

    private static final String PROPS =
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

    private static final Map<String, SchemaChoice> CHOICES =
            Map.of(
                    PROPS + "OrArray", ARRAY,
                    PROPS + "OrBool", BOOL,
                    PROPS + "OrStringArray", STRING_ARRAY);

    /// What may stand at a place; null where it is no such place.
    static @Nullable SchemaChoice of(Schema place) {
        return CHOICES.get(place.definition());
    }

    /// The schema of a schema.
    static Schema whole() {
        return Schemas.builtIn().require(PROPS);
    }
}
