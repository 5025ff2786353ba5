package kat.api.custom;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Defaults have no unknown fields and fit their own schema.
///
/// **Source:** `pkg/apiserver/schema/defaulting/validation.go` of the apiextensions server.
final class DefaultRules {

    private final SchemaValidator schemas = new SchemaValidator();
    private final Faults faults;

    DefaultRules(Faults faults) {
        this.faults = faults;
    }

    /// Checks the defaults of a whole object's schema.
    void root(String path, JsonObject schema) {
        check(path, schema.with("x-kubernetes-embedded-resource", true));
    }

    private void check(String path, JsonObject schema) {
        Json value = schema.get("default");
        if (value != null && !value.isNull()) {
            value(path + ".default", schema, value);
        }
        if (schema.get("items") instanceof JsonObject items) {
            check(path + ".items", items);
        }
        schema.object("properties")
                .forEach(
                        (name, inner) ->
                                check(
                                        Faults.key(path + ".properties", name),
                                        Faults.object(inner)));
    }

    private void value(String path, JsonObject schema, Json value) {
        if (!isPruned(schema, value)) {
            faults.invalid(path, value, "must not have unknown fields");
        }
        int before = faults.size();
        boolean isEmbedded = schema.bool("x-kubernetes-embedded-resource");
        EmbeddedRules.check(path, schema, value, isEmbedded, faults);
        if (faults.size() > before) {
            return;
        }
        schemas.check(path, (JsonObject) open(schema), value, null, faults);
        if (faults.size() == before) {
            RuleSet rules = RuleSet.of(schema, isEmbedded);
            rules.checkDefault(path, value, faults);
        }
    }

    /// The schema as defaults are held against it: of what is an integer or a text, any value is
    /// taken.
    private static Json open(Json schema) {
        return switch (schema) {
            case JsonObject object -> {
                JsonObject.Builder all = JsonObject.builder();
                object.forEach(
                        (name, value) -> {
                            if (!name.equals("x-kubernetes-int-or-string")) {
                                all.put(name, open(value));
                            }
                        });
                yield all.build();
            }
            case JsonArray list ->
                    new JsonArray(list.items().stream().map(DefaultRules::open).toList());
            default -> schema;
        };
    }

    private static boolean isPruned(JsonObject schema, Json value) {
        boolean open = schema.bool("x-kubernetes-preserve-unknown-fields");
        return switch (value) {
            case JsonArray list ->
                    !(schema.get("items") instanceof JsonObject items)
                            || list.items().stream().allMatch(item -> isPruned(items, item));
            case JsonObject object -> {
                boolean embedded = schema.bool("x-kubernetes-embedded-resource");
                for (int i = 0; i < object.size(); i++) {
                    if (!isKnown(schema, object, i, open, embedded)) {
                        yield false;
                    }
                }
                yield true;
            }
            default -> true;
        };
    }

    private static boolean isKnown(
            JsonObject schema, JsonObject object, int index, boolean open, boolean embedded) {
        String name = object.nameAt(index);
        if (schema.object("properties").get(name) instanceof JsonObject property) {
            return isPruned(property, object.valueAt(index));
        }
        Json rest = schema.get("additionalProperties");
        if (rest instanceof JsonObject values) {
            return isPruned(values, object.valueAt(index));
        }
        boolean isMeta =
                name.equals("apiVersion") || name.equals("kind") || name.equals("metadata");
        return open
                || (rest != null && schema.bool("additionalProperties"))
                || (embedded && isMeta);
    }
}
