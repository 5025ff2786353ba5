package kat.api.cel;

import java.util.AbstractMap;
import java.util.LinkedHashSet;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// An object of JSON as expressions see it; members become values when they are asked for. What the
/// type does not name is not there.
final class JsonMap extends AbstractMap<String, Object> {

    private final JsonObject json;
    private final CelType type;

    JsonMap(JsonObject json, CelType type) {
        this.json = json;
        this.type = type;
    }

    private @Nullable CelType typeOf(String name) {
        return type.is(CelType.Form.OBJECT) ? type.field(name) : type.element();
    }

    private String jsonName(String name) {
        return type.is(CelType.Form.OBJECT) ? FieldNames.unescape(name) : name;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        if (!(key instanceof String name)) {
            return null;
        }
        CelType member = typeOf(name);
        Json value = member == null ? null : json.get(jsonName(name));
        return value == null || member == null ? null : Data.of(value, member);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof String name && typeOf(name) != null && json.has(jsonName(name));
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        Set<Entry<String, Object>> entries = new LinkedHashSet<>();
        for (int i = 0; i < json.size(); i++) {
            String name = json.nameAt(i);
            String own = type.is(CelType.Form.OBJECT) ? FieldNames.escape(name) : name;
            CelType member = own.isEmpty() && !name.isEmpty() ? null : typeOf(own);
            if (member != null) {
                entries.add(new SimpleEntry<>(own, Data.of(json.valueAt(i), member)));
            }
        }
        return entries;
    }

    @Override
    public int size() {
        return type.is(CelType.Form.OBJECT) ? entrySet().size() : json.size();
    }
}
