package kat.api.schema;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonPlaces;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// Brings a tree into the form in which Kubernetes stores and answers it, as a round trip through
/// its Go types would: unknown fields dropped and reported, types checked, null taken for absent,
/// empty values left out or written as each field's [Schema.Presence] says, quantities and times in
/// their canonical text.
///
/// Custom resources have no Go types: only unknown fields are dropped and reported, and nulls where
/// the schema neither allows them nor has a default for them.
///
/// **Threads:** one decoder belongs to one call.
///
/// **Source:** `sigs.k8s.io/json`; the struct tags of `k8s.io/api`.
public final class Decoder {

    /// How deep trees may nest; what is deeper is refused.
    static final int MAX_DEPTH = 1_000;

    /// How many characters of paths are told; what is beyond is dropped without.
    private static final int MOST_TOLD = 16 << 20;

    private final List<String> unknown = new ArrayList<>();
    private final List<String> unknownInMetadata = new ArrayList<>();
    private final JsonPlaces places = new JsonPlaces();
    private final DecodePath path;
    private final boolean isCustom;
    private final boolean keepsNulls;
    private final boolean ofTree;
    private int told;

    /// Inside of how many [SchemaChoice]s it is.
    private int silent;

    private Decoder(Schema schema, boolean keepsNulls, boolean ofTree) {
        this.ofTree = ofTree;
        this.isCustom = schema.isCustom();
        this.path = new DecodePath(schema);
        this.keepsNulls = keepsNulls;
    }

    /// A tree in canonical form.
    ///
    /// @param unknownFields paths of fields that were dropped: `spec.containers[0].imagee`, in
    ///     order of their names; of custom resources those of `metadata` come first, and those of
    ///     the metadata of embedded objects last
    /// @param unknownPlaces where all those are
    public record Decoded(JsonObject object, List<String> unknownFields, JsonPlaces unknownPlaces) {
        public Decoded {
            unknownFields = List.copyOf(unknownFields);
        }
    }

    /// @throws DecodeException when a value does not fit its type
    public static Decoded decode(Schema schema, JsonObject tree) {
        Decoder decoder = new Decoder(schema, false, false);
        return decoder.decoded(schema, tree);
    }

    /// The canonical form of a tree into which a patch was merged, whose numbers never were text.
    ///
    /// @throws DecodeException when a value does not fit its type
    static Decoded merged(Schema schema, JsonObject tree) {
        return new Decoder(schema, false, true).decoded(schema, tree);
    }

    private Decoded decoded(Schema schema, JsonObject tree) {
        JsonObject object = object(schema, tree);
        return new Decoded(object, unknownFields(), places);
    }

    /// The canonical form of what an apply made, where a custom resource keeps nulls for its schema
    /// to judge.
    ///
    /// @throws DecodeException when a value does not fit its type
    public static JsonObject applied(Schema schema, JsonObject tree) {
        return new Decoder(schema, true, true).object(schema, tree);
    }

    /// Metadata as every object has it.
    ///
    /// @throws DecodeException when it does not fit, in the words for metadata by itself
    public static JsonObject metadata(Json value) {
        Schema type = Schemas.builtIn().require(Schemas.OBJECT_META);
        return value instanceof JsonNull
                ? JsonObject.EMPTY
                : (JsonObject) new Decoder(type, false, false).value(type, type, value);
    }

    /// A value as a place of a custom resource's schema takes it; null when it does not fit.
    static @Nullable Json fitted(Schema schema, Json value) {
        Decoder decoder = new Decoder(schema, true, false);
        try {
            return schema.isCustom()
                    ? decoder.custom(schema, value)
                    : decoder.value(schema, schema, value);
        } catch (DecodeException _) {
            return null;
        }
    }

    private List<String> unknownFields() {
        if (!isCustom) {
            return unknown;
        }
        List<String> all = new ArrayList<>();
        unknownInMetadata.stream().filter(Decoder::isOfRoot).forEach(all::add);
        unknown.stream().sorted().forEach(all::add);
        unknownInMetadata.stream().filter(each -> !isOfRoot(each)).sorted().forEach(all::add);
        return all;
    }

    private static boolean isOfRoot(String field) {
        return field.startsWith("metadata.");
    }

    /// The canonical form alone, for trees that the server itself made.
    ///
    /// @throws DecodeException when a value does not fit its type
    public static JsonObject canonical(Schema schema, JsonObject tree) {
        return decode(schema, tree).object();
    }

    private JsonObject object(Schema schema, JsonObject tree) {
        if (path.size() > MAX_DEPTH) {
            throw new DecodeException("exceeded max depth");
        }
        JsonObject.Builder result = JsonObject.builder();
        List<Schema> always = schema.isCustom() ? List.of() : schema.alwaysPresent();
        int next = 0;
        for (int i = 0; i < tree.size(); i++) {
            String name = tree.nameAt(i);
            while (next < always.size() && always.get(next).name().compareTo(name) < 0) {
                result.put(always.get(next).name(), Scalars.zero(always.get(next)));
                next++;
            }
            if (next < always.size() && always.get(next).name().equals(name)) {
                next++;
            }
            member(schema, name, tree.valueAt(i), result);
        }
        for (; next < always.size(); next++) {
            result.put(always.get(next).name(), Scalars.zero(always.get(next)));
        }
        return result.build();
    }

    private void member(Schema schema, String name, Json value, JsonObject.Builder result) {
        Schema field = schema.field(name);
        if (field == null) {
            unknownMember(schema, name, value, result);
            return;
        }
        path.enter(name);
        boolean isType = name.equals("apiVersion") || name.equals("kind");
        if (isType && schema.isEmbeddedResource() && !(value instanceof JsonString)) {
            throw misplaced(value, "must be a string");
        }
        Json decoded = field(schema, field, value);
        if (decoded != null) {
            result.put(name, decoded);
        }
        path.leave();
    }

    private void unknownMember(Schema schema, String name, Json value, JsonObject.Builder result) {
        if (schema.preservesUnknownFields()) {
            result.put(name, value);
        } else if (silent == 0) {
            path.enter(name);
            path.mark(places);
            if (told < MOST_TOLD) {
                String text = path.toString();
                told += text.length();
                boolean inMetadata = isCustom && !schema.isCustom();
                (inMetadata ? unknownInMetadata : unknown).add(text);
            }
            path.leave();
        }
    }

    private @Nullable Json field(Schema holder, Schema field, Json value) {
        if (field.isCustom()) {
            return isDroppedNull(field, value) ? null : custom(field, value);
        }
        if (holder.isEmbeddedResource()) {
            return embedded(field, value);
        }
        if (holder.isCustom()) {
            path.begin(field);
        }
        Schema.Presence presence = field.presence();
        if (value instanceof JsonNull) {
            return presence == Schema.Presence.ALWAYS ? Scalars.zero(field) : null;
        }
        Json decoded = value(holder, field, value);
        boolean isEmpty = presence == Schema.Presence.OMIT_EMPTY && Scalars.isZero(decoded);
        return isEmpty || decoded instanceof JsonNull ? null : decoded;
    }

    /// The metadata of an object inside of a custom one, which is read by itself.
    private Json embedded(Schema metadata, Json value) {
        if (value instanceof JsonNull) {
            return JsonObject.EMPTY;
        }
        int depth = path.begin(metadata);
        try {
            return value(metadata, metadata, value);
        } catch (DecodeException misfit) {
            path.cut(depth);
            throw misplaced(value, String.valueOf(misfit.getMessage()));
        }
    }

    private DecodeException misplaced(Json value, String why) {
        return new DecodeException(path.place() + ": Invalid value: " + value + ": " + why);
    }

    private boolean isDroppedNull(Schema field, Json value) {
        return value instanceof JsonNull
                && !keepsNulls
                && !field.isNullable()
                && field.defaultValue() == null;
    }

    private Json value(Schema holder, Schema schema, Json value) {
        return switch (schema.type()) {
            case OBJECT -> {
                if (value instanceof JsonObject object) {
                    yield object(schema, object);
                }
                throw mismatch(holder, schema, value);
            }
            case MAP -> {
                if (value instanceof JsonObject object) {
                    yield map(holder, schema.values(), object);
                }
                throw mismatch(holder, schema, value);
            }
            case ARRAY -> {
                if (value instanceof JsonArray array) {
                    yield array(holder, schema.items(), array);
                }
                throw mismatch(holder, schema, value);
            }
            case ANY -> {
                SchemaChoice choice = SchemaChoice.of(schema);
                yield choice == null ? value : chosen(choice, value);
            }
            default -> {
                Json scalar =
                        Scalars.decode(schema, ofTree ? Scalars.ofTree(schema, value) : value);
                if (scalar == null) {
                    throw mismatch(holder, schema, value);
                }
                yield scalar;
            }
        };
    }

    private Json chosen(SchemaChoice choice, Json value) {
        Schema whole = SchemaChoice.whole();
        silent++;
        Json decoded =
                switch (value) {
                    case JsonObject object -> object(whole, object);
                    case JsonArray array when choice == SchemaChoice.ARRAY && !array.isEmpty() ->
                            array(whole, whole, array);
                    case JsonArray array
                            when choice == SchemaChoice.STRING_ARRAY && !array.isEmpty() ->
                            value(whole, requireNonNull(whole.field("required")), array);
                    case JsonBoolean bool when choice == SchemaChoice.BOOL -> bool;
                    default -> {
                        if (choice == SchemaChoice.BOOL) {
                            throw new DecodeException("boolean or JSON schema expected");
                        }
                        yield JsonNull.NULL;
                    }
                };
        silent--;
        return decoded;
    }

    private Json map(Schema holder, Schema values, JsonObject object) {
        return object.map(
                (key, value) -> {
                    path.enterKey(key);
                    Json decoded =
                            value instanceof JsonNull
                                    ? Scalars.zero(values)
                                    : value(holder, values, value);
                    path.leave();
                    return decoded;
                });
    }

    private Json array(Schema holder, Schema items, JsonArray array) {
        List<Json> decoded = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            path.enter(i);
            Json item = array.get(i);
            decoded.add(
                    item instanceof JsonNull ? Scalars.zero(items) : value(holder, items, item));
            path.leave();
        }
        return new JsonArray(decoded);
    }

    private Json custom(Schema schema, Json value) {
        boolean isFree = schema.type() == Schema.Type.ANY || schema.type() == Schema.Type.MAP;
        if (value instanceof JsonObject object && (!isFree || schema.isEmbeddedResource())) {
            return object(schema, object); // where none belongs all of its fields are unknown
        }
        if (value instanceof JsonObject object && schema.type() == Schema.Type.MAP) {
            return object.map(
                    (key, member) -> {
                        path.enterKey(key);
                        Json kept = inside(schema.values(), member);
                        return isDroppedNull(schema.values(), member) ? null : kept;
                    });
        }
        if (value instanceof JsonArray array && schema.type() == Schema.Type.ARRAY) {
            List<Json> items = new ArrayList<>(array.size());
            for (int i = 0; i < array.size(); i++) {
                path.enter(i);
                items.add(inside(schema.items(), array.get(i)));
            }
            return new JsonArray(items);
        }
        return value;
    }

    private Json inside(Schema schema, Json value) {
        Json decoded = custom(schema, value);
        path.leave();
        return decoded;
    }

    private DecodeException mismatch(Schema holder, Schema schema, Json value) {
        String names = path.names();
        String type = path.type(holder);
        String where =
                names.isEmpty()
                        ? "value"
                        : "struct field " + GoNames.ofStruct(holder) + "." + names;
        return new DecodeException(
                "json: cannot unmarshal "
                        + GoNames.ofValue(value, schema)
                        + " into Go "
                        + where
                        + " of type "
                        + (type == null ? GoNames.ofType(schema) : type),
                GoNames.misfit(value, schema));
    }
}
