package kat.api.custom;

import java.util.List;
import java.util.Set;
import kat.api.Status;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The rules for the schema of one version of a definition: structure, defaults, what OpenAPI may
/// say, and the rules in it.
///
/// **Source:** `validateCustomResourceDefinitionValidation` of the apiextensions server.
final class SchemaRules {

    private static final Set<String> AT_ROOT =
            Set.of(
                    "description",
                    "format",
                    "title",
                    "maximum",
                    "exclusiveMaximum",
                    "minimum",
                    "exclusiveMinimum",
                    "maxLength",
                    "minLength",
                    "pattern",
                    "maxItems",
                    "minItems",
                    "uniqueItems",
                    "multipleOf",
                    "required",
                    "items",
                    "properties",
                    "externalDocs",
                    "example",
                    "x-kubernetes-preserve-unknown-fields",
                    "x-kubernetes-validations");

    private static final String AT_ROOT_SHOWN =
            "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum"
                    + " MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf"
                    + " Required Items Properties ExternalDocs Example XPreserveUnknownFields"
                    + " XValidations]";

    private final @Nullable JsonObject oldSpec;
    private final Faults faults;

    /// @param oldSpec of the stored definition; null for a new one
    SchemaRules(@Nullable JsonObject oldSpec, Faults faults) {
        this.oldSpec = oldSpec;
        this.faults = faults;
    }

    /// @param path of what holds `openAPIV3Schema`
    void check(String path, JsonObject schema, boolean hasStatus) {
        int before = faults.size();
        String at = path + ".openAPIV3Schema";
        if (hasStatus) {
            root(at, schema);
        }
        if (schema.bool("nullable")) {
            faults.forbidden(at + ".nullable", "nullable cannot be true at the root");
        }
        boolean isSound = needsStructure();
        if (isSound) {
            List<Status.Cause> structural = StructuralRules.check(at, schema);
            faults.addAll(structural);
            if (structural.isEmpty()) {
                int sofar = faults.size();
                new DefaultRules(faults).root(at, schema);
                isSound = faults.size() == sofar;
            } else {
                isSound = false;
            }
        }
        int beforeOpenApi = faults.size();
        new OpenApiRules(faults).check(at, schema);
        if (faults.size() == before
                && SchemaTree.has(schema, each -> !each.string("$schema").isEmpty())) {
            faults.invalid(at, "", "OpenAPIV3Schema 'schema' is not supported");
            return;
        }
        if (isSound) {
            List<Status.Cause> wrong = faults.causes().subList(beforeOpenApi, faults.size());
            RuleCheck.check(at, schema, oldSpec, wrong, faults);
        }
    }

    private boolean needsStructure() {
        JsonObject before = oldSpec;
        if (before == null) {
            return true;
        }
        for (JsonObject version : before.array("versions").objects()) {
            JsonObject schema = DefinitionForm.schema(version);
            if (schema != null && !StructuralRules.isStructural(schema)) {
                return false;
            }
        }
        return true;
    }

    private void root(String at, JsonObject schema) {
        String type = schema.string("type");
        if (!type.isEmpty() && !type.equals("object")) {
            faults.invalid(
                    at + ".type",
                    type,
                    "only \"object\" is allowed as the type at the root of the schema if the status"
                            + " subresource is enabled");
            return;
        }
        for (String name : schema.names()) {
            if (!name.equals("type") && !AT_ROOT.contains(name)) {
                faults.invalid(
                        at,
                        schema,
                        "only "
                                + AT_ROOT_SHOWN
                                + " fields are allowed at the root of the schema if the status"
                                + " subresource is enabled");
                return;
            }
        }
    }
}
