package kat.api.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What one value may be, and how it is merged, defaulted and written. Built-in kinds and custom
/// resources use the same type: a built-in schema is read from Kubernetes' own definitions, a
/// custom one from a structural `openAPIV3Schema`.
///
/// A schema stands at a place: `spec.containers` and `spec.initContainers` have two schemas, whose
/// items share the fields of one definition. Definitions are looked up when first asked for, so
/// recursive ones are no trouble and a process pays for those it touches.
///
/// **Threads:** any; what is resolved lazily is the same for all.
public final class Schema {

    /// What JSON a value is, with the scalar types that Kubernetes reads in a way of their own.
    public enum Type {
        /// Named [#fields].
        OBJECT,
        /// Free keys, one schema for all [#values].
        MAP,
        ARRAY,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        /// A number or text such as `500m`; see `resource.Quantity`.
        QUANTITY,
        /// A time in whole seconds.
        TIME,
        /// A time in microseconds.
        MICRO_TIME,
        /// Any JSON value, kept as it is.
        ANY
    }

    /// How server-side apply and structural merges treat a list.
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    /// How the zero value of a field is written; the rule of the Go type behind it.
    public enum Presence {
        /// A scalar, list or map: left out when it holds its zero value.
        OMIT_EMPTY,
        /// Behind a pointer: kept whenever it was given.
        KEEP,
        /// As [#OMIT_EMPTY], but a list or map that is sent empty is told from none until it is
        /// stored, since validation tells them apart.
        TOLD,
        /// Written always: a scalar as its zero value, a list or map as null, a struct as `{}`.
        ALWAYS
    }

    private final Schemas schemas;
    private final JsonObject source;
    private final @Nullable JsonObject parent;
    private final String ownName;
    private final boolean custom;
    private volatile @Nullable Schema target;
    private volatile @Nullable Type type;
    private volatile @Nullable SequencedMap<String, Schema> fields;
    private volatile @Nullable Schema element;
    private volatile @Nullable List<Schema> always;
    private volatile @Nullable Json fitted;
    private volatile @Nullable Schema filling;

    /// @param source the members of this place in the compact or structural form
    /// @param parent the definition or object that has this place as a field; null for others
    Schema(Schemas schemas, String ownName, JsonObject source, @Nullable JsonObject parent) {
        this(schemas, ownName, source, parent, false);
    }

    private Schema(
            Schemas schemas,
            String ownName,
            JsonObject source,
            @Nullable JsonObject parent,
            boolean custom) {
        this.schemas = schemas;
        this.ownName = ownName;
        this.source = source;
        this.parent = parent;
        this.custom = custom;
    }

    static Schema custom(Schemas schemas, JsonObject openApi) {
        return new Schema(schemas, "", openApi, null, true);
    }

    /// The field's name, or the definition's for a whole one; empty for items and values.
    public String name() {
        return ownName;
    }

    /// The definition behind this place, for example `io.k8s.api.core.v1.Container`; empty when it
    /// has none of its own.
    public String definition() {
        String reference = source.string("ref");
        return reference.isEmpty() && parent == null ? source.string("definition") : reference;
    }

    public Type type() {
        Type known = type;
        if (known == null) {
            known = Types.of(this);
            type = known;
        }
        return known;
    }

    /// The OpenAPI format: `int32`, `int64`, `double`, `byte`, `date-time` …; empty when none.
    public String format() {
        return target().source.string("format");
    }

    /// What Go writes for a value of this type that nothing was read into.
    public Json zero() {
        return Scalars.zero(this);
    }

    /// The fields by name, sorted; empty unless [Type#OBJECT].
    public SequencedMap<String, Schema> fields() {
        SequencedMap<String, Schema> known = fields;
        if (known == null) {
            Schema whole = target();
            known = whole == this ? readFields() : whole.fields();
            fields = known;
        }
        return known;
    }

    public @Nullable Schema field(String name) {
        return fields().get(name);
    }

    /// The schema at the end of a path of field names; null when a step is not a field. A step
    /// into a list or map goes on with its items or values.
    public @Nullable Schema at(String... path) {
        Schema current = this;
        for (String step : path) {
            Schema holder = current;
            while (holder.type() == Type.ARRAY) {
                holder = holder.items();
            }
            Schema next = holder.type() == Type.MAP ? holder.values() : holder.field(step);
            if (next == null) {
                return null;
            }
            current = next;
        }
        return current;
    }

    /// What each item of a list is; [Schemas#any] unless [Type#ARRAY].
    public Schema items() {
        return element("items");
    }

    /// What each value of a map is; [Schemas#any] unless [Type#MAP].
    public Schema values() {
        boolean structural = target().source.has("additionalProperties");
        return element(structural ? "additionalProperties" : "values");
    }

    /// The names of the fields that must be there, in the schema's order.
    public List<String> required() {
        return target().source.array("required").strings();
    }

    /// Whether this field must be there in the object that holds it.
    public boolean isRequired() {
        return parent != null && parent.array("required").strings().contains(ownName);
    }

    /// The value that an absent field gets; null when there is none. That of a custom resource is
    /// without what the schema does not know.
    public @Nullable Json defaultValue() {
        Json given = source.get("default");
        if (given == null || !isCustom()) {
            return given;
        }
        Json known = fitted;
        if (known == null) {
            Json fits = Decoder.fitted(this, given);
            known = fits == null ? JsonNull.NULL : fits;
            fitted = known;
        }
        return known.isNull() ? null : known;
    }

    /// What a custom resource's schema fills in inside of metadata, whose type is not its own; null
    /// when nothing.
    public @Nullable Schema filling() {
        Schema known = filling;
        if (known == null && source.get(MetadataFilling.MEMBER) instanceof JsonObject inner) {
            known = new Schema(schemas, "", inner, null, true);
            filling = known;
        }
        return known;
    }

    /// The values allowed; empty when any is.
    public List<Json> enumeration() {
        return source.array("enum").items();
    }

    public ListType listType() {
        String name = own("list-type", "x-kubernetes-list-type");
        return switch (name) {
            case "map" -> ListType.MAP;
            case "set" -> ListType.SET;
            default -> ListType.ATOMIC;
        };
    }

    /// Whether the list type is written in the schema; without it a list is atomic.
    public boolean hasListType() {
        return !own("list-type", "x-kubernetes-list-type").isEmpty();
    }

    /// The fields that tell the items of a [ListType#MAP] apart.
    public List<String> listMapKeys() {
        String name = source.has("list-map-keys") ? "list-map-keys" : "x-kubernetes-list-map-keys";
        return source.array(name).strings();
    }

    /// Whether an object or map is owned and replaced as a whole.
    public boolean isAtomicMap() {
        String here = own("map-type", "x-kubernetes-map-type");
        Schema whole = target();
        return here.equals("atomic")
                || (here.isEmpty()
                        && whole != this
                        && whole.own("map-type", "x-kubernetes-map-type").equals("atomic"));
    }

    /// The strategic merge patch's key for a list's items; empty when it has none.
    public String patchMergeKey() {
        return own("patch-merge-key", "x-kubernetes-patch-merge-key");
    }

    /// The strategic merge patch's strategies: `merge`, `replace`, `retainKeys`; empty for none.
    public List<String> patchStrategies() {
        String all = own("patch-strategy", "x-kubernetes-patch-strategy");
        return all.isEmpty() ? List.of() : List.of(all.split(","));
    }

    /// Whether fields that the schema does not name are kept.
    public boolean preservesUnknownFields() {
        return type() == Type.ANY
                || source.bool("x-kubernetes-preserve-unknown-fields")
                || target().source.bool("x-kubernetes-preserve-unknown-fields");
    }

    /// Whether a custom resource embeds a whole object here, whose `metadata` is known.
    public boolean isEmbeddedResource() {
        return source.bool("x-kubernetes-embedded-resource");
    }

    /// Whether a custom resource may hold null here.
    public boolean isNullable() {
        return source.bool("nullable");
    }

    /// Whether absent and empty are two values.
    public boolean isPointer() {
        return source.string("go").equals("pointer") || isNull();
    }

    /// Whether it is written as null when it was not given.
    boolean isNull() {
        return source.string("go").equals("null");
    }

    public Presence presence() {
        if (custom) {
            return Presence.KEEP;
        }
        return switch (source.string("go")) {
            case "pointer" -> Presence.KEEP;
            case "value", "null" -> Presence.ALWAYS;
            case "omitted" -> Presence.OMIT_EMPTY;
            case "told" -> Presence.TOLD;
            default -> Types.presence(this);
        };
    }

    /// Whether this is part of a custom resource's schema.
    public boolean isCustom() {
        return custom && target() == this;
    }

    /// The fields that are written even when nothing was given, sorted.
    List<Schema> alwaysPresent() {
        List<Schema> known = always;
        if (known == null) {
            known =
                    fields().values().stream()
                            .filter(field -> field.presence() == Presence.ALWAYS)
                            .toList();
            always = known;
        }
        return known;
    }

    /// The members as they were read: for a custom resource its OpenAPI keywords (`pattern`,
    /// `maximum`, `x-kubernetes-validations` …).
    public JsonObject source() {
        return source;
    }

    /// This schema, or the definition it refers to.
    Schema target() {
        String reference = source.string("ref");
        if (reference.isEmpty()) {
            return this;
        }
        Schema known = target;
        if (known == null) {
            known = schemas.require(reference);
            target = known;
        }
        return known;
    }

    private String own(String compact, String structural) {
        String value = source.string(compact);
        return value.isEmpty() ? source.string(structural) : value;
    }

    private Schema element(String member) {
        Schema known = element;
        if (known == null) {
            Schema whole = target();
            known =
                    whole != this
                            ? whole.element(member)
                            : source.get(member) instanceof JsonObject inner
                                    ? new Schema(schemas, "", inner, null, custom)
                                    : schemas.any();
            element = known;
        }
        return known;
    }

    private SequencedMap<String, Schema> readFields() {
        JsonObject members = source.object(source.has("fields") ? "fields" : "properties");
        if (custom && isEmbeddedResource()) {
            members = Schemas.whole(members);
        }
        LinkedHashMap<String, Schema> found = new LinkedHashMap<>();
        members.forEach(
                (name, field) -> {
                    if (field instanceof JsonObject inner) {
                        found.put(name, new Schema(schemas, name, inner, source, custom));
                    }
                });
        return Collections.unmodifiableSequencedMap(found);
    }

    /// Names the definition or field, for messages.
    @Override
    public String toString() {
        String definition = definition();
        return definition.isEmpty() ? ownName + ":" + type() : definition;
    }
}
