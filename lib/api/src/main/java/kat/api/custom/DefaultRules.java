package kat.api.custom;

import java.util.function.UnaryOperator;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Defaults have no unknown fields and fit their own schema; those of the type and metadata of an
/// object make valid ones.
///
/// **Source:** `pkg/apiserver/schema/defaulting/validation.go` of the apiextensions server.
final class DefaultRules {

    /// A place in the schema of an object.
    ///
    /// @param object the schema of that object
    /// @param around gives the object that holds a value at this place, and nothing else
    /// @param isMeta whether the place belongs to the object's type or metadata
    private record Place(JsonObject object, UnaryOperator<Json> around, boolean isMeta) {

        static Place root(JsonObject schema) {
            return new Place(schema, UnaryOperator.identity(), false);
        }

        Place child(String name, boolean isMeta) {
            return new Place(
                    object,
                    value -> around.apply(JsonObject.of(name, value)),
                    this.isMeta || isMeta);
        }

        Place item() {
            return new Place(object, value -> around.apply(JsonArray.of(value)), isMeta);
        }
    }

    private final SchemaValidator schemas = new SchemaValidator();
    private final Faults faults;

    DefaultRules(Faults faults) {
        this.faults = faults;
    }

    /// Checks the defaults of a whole object's schema.
    void root(String path, JsonObject schema) {
        JsonObject whole = schema.with("x-kubernetes-embedded-resource", true);
        check(path, whole, Place.root(whole));
    }

    private void check(String path, JsonObject schema, Place outer) {
        boolean isObject = schema.bool("x-kubernetes-embedded-resource");
        Place place = isObject ? Place.root(schema) : outer;
        Json value = schema.get("default");
        if (value != null && !value.isNull()) {
            if (place.isMeta()) {
                meta(path + ".default", schema, value, place);
            } else {
                value(path + ".default", schema, value);
            }
        }
        if (schema.get("items") instanceof JsonObject items) {
            check(path + ".items", items, place.item());
        }
        schema.object("properties")
                .forEach(
                        (name, inner) ->
                                check(
                                        Faults.key(path + ".properties", name),
                                        Faults.object(inner),
                                        place.child(name, isObject && isMeta(name))));
    }

    private void meta(String path, JsonObject schema, Json value, Place place) {
        JsonObject whole = (JsonObject) place.around().apply(value);
        JsonObject named = whole.has("kind") ? whole : whole.with("kind", "Validation");
        JsonObject typed =
                named.has("apiVersion") ? named : named.with("apiVersion", "validation/v1");
        Faults found = new Faults();
        EmbeddedRules.check("", place.object(), typed, true, found);
        if (found.isEmpty()) {
            fit(path, schema, value, false);
        } else {
            faults.invalid(
                    path, value, "must result in valid metadata: " + Status.joined(found.causes()));
        }
    }

    private void value(String path, JsonObject schema, Json value) {
        if (!isPruned(schema, value)) {
            faults.invalid(path, value, "must not have unknown fields");
        }
        int before = faults.size();
        boolean isEmbedded = schema.bool("x-kubernetes-embedded-resource");
        EmbeddedRules.check(path, schema, value, isEmbedded, faults);
        if (faults.size() == before) {
            fit(path, schema, value, isEmbedded);
        }
    }

    private void fit(String path, JsonObject schema, Json value, boolean isEmbedded) {
        int before = faults.size();
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
        if (embedded && isMeta(name)) {
            return true;
        }
        if (schema.object("properties").get(name) instanceof JsonObject property) {
            return isPruned(property, object.valueAt(index));
        }
        Json rest = schema.get("additionalProperties");
        if (rest instanceof JsonObject values) {
            return isPruned(values, object.valueAt(index));
        }
        return open || (rest != null && schema.bool("additionalProperties"));
    }

    private static boolean isMeta(String name) {
        return name.equals("apiVersion") || name.equals("kind") || name.equals("metadata");
    }
}
