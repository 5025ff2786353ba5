package kat.api.apply;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/// What ownership needs of a schema, prepared for walks: whether a value is owned as a whole, by
/// its fields or by its items, and how these are named in a set.
///
/// **Threads:** any; what is prepared lazily is the same for all.
final class Shape {

    enum Form {
        /// Owned as a whole: scalars, atomic lists and maps.
        LEAF,
        MAP,
        LIST
    }

    /// A field or key below a [Form#MAP].
    ///
    /// @param element how a set names it: `f:name`
    record Field(String element, Shape shape) {}

    private final Schema schema;
    private final Form form;
    private volatile @Nullable Map<String, Field> fields;
    private volatile @Nullable Shape inner;
    private volatile @Nullable List<ItemKey> keys;

    private record ItemKey(String name, @Nullable Json absent) {}

    private Shape(Schema schema) {
        this.schema = schema;
        this.form = form(schema);
    }

    static Shape of(Schema schema) {
        return new Shape(schema);
    }

    private static Form form(Schema schema) {
        return switch (schema.type()) {
            case OBJECT, MAP -> schema.isAtomicMap() ? Form.LEAF : Form.MAP;
            case ANY ->
                    schema.isAtomicMap() || !schema.definition().isEmpty() ? Form.LEAF : Form.MAP;
            case ARRAY -> schema.listType() == Schema.ListType.ATOMIC ? Form.LEAF : Form.LIST;
            default -> Form.LEAF;
        };
    }

    Form form() {
        return form;
    }

    Schema schema() {
        return schema;
    }

    /// Whether this value, having this shape, is owned by its fields.
    boolean isMap(Json value) {
        return form == Form.MAP && value instanceof JsonObject;
    }

    /// Whether this value, having this shape, is owned by its items.
    boolean isList(Json value) {
        return form == Form.LIST && value instanceof JsonArray;
    }

    /// Whether the schema names this field, unlike a key of a map.
    boolean declares(String name) {
        return form == Form.MAP && schema.fields().containsKey(name);
    }

    /// Whether such a field may stand here.
    boolean allows(String name) {
        return schema.type() != Schema.Type.OBJECT
                || schema.preservesUnknownFields()
                || schema.fields().containsKey(name);
    }

    Field field(String name) {
        Field known = fields().get(name);
        return known != null ? known : new Field("f:" + name, other());
    }

    /// The shape of what a path element leads to.
    Shape step(String element) {
        return element.startsWith("f:") ? field(element.substring(2)).shape() : item();
    }

    /// The shape of the items of a list.
    Shape item() {
        Shape known = inner;
        if (known == null) {
            known = new Shape(schema.items());
            inner = known;
        }
        return known;
    }

    private Shape other() {
        Shape known = inner;
        if (known == null) {
            known =
                    switch (schema.type()) {
                        case ANY -> this;
                        default -> new Shape(schema.values());
                    };
            inner = known;
        }
        return known;
    }

    private Map<String, Field> fields() {
        Map<String, Field> known = fields;
        if (known == null) {
            known = new HashMap<>();
            SequencedMap<String, Schema> declared = schema.fields();
            for (Map.Entry<String, Schema> each : declared.entrySet()) {
                String name = each.getKey();
                known.put(name, new Field("f:" + name, new Shape(each.getValue())));
            }
            fields = known;
        }
        return known;
    }

    /// How a set names an item of a list: `k:{"name":"a"}` or `v:"a"`.
    ///
    /// A key that an item lacks and that has no default is left out.
    ///
    /// @return null when the item lacks all keys, or is of the wrong type
    @Nullable String element(Json item) {
        if (schema.listType() == Schema.ListType.SET) {
            boolean scalar = !(item instanceof JsonObject || item instanceof JsonArray);
            return scalar && !item.isNull() ? "v:" + item : null;
        }
        return item instanceof JsonObject object ? keyElement(object) : null;
    }

    private @Nullable String keyElement(JsonObject item) {
        StringBuilder text = new StringBuilder("k:{");
        for (ItemKey key : keys()) {
            Json given = item.get(key.name());
            Json value = given == null ? key.absent() : given;
            if (value == null) {
                continue;
            }
            text.append(text.length() == 3 ? "\"" : ",\"").append(key.name()).append("\":");
            text.append(value);
        }
        return text.length() == 3 ? null : text.append('}').toString();
    }

    /// The names of the keys as messages show them: `["name" "protocol"]`.
    String keyNames() {
        return keys().stream()
                .map(key -> '"' + key.name() + '"')
                .collect(Collectors.joining(" ", "[", "]"));
    }

    private List<ItemKey> keys() {
        List<ItemKey> known = keys;
        if (known == null) {
            known =
                    schema.listMapKeys().stream()
                            .sorted()
                            .map(name -> new ItemKey(name, defaultOf(name)))
                            .toList();
            keys = known;
        }
        return known;
    }

    private @Nullable Json defaultOf(String name) {
        Schema key = schema.items().field(name);
        return key == null ? null : key.defaultValue();
    }
}
