package kat.api.cel;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A value that an expression made: `Object{…}` or `JSONPatch{…}`, with its fields by name.
///
/// **Threads:** immutable.
///
/// **Source:** `apiserver/pkg/cel/mutation`.
public final class CelStruct extends AbstractMap<String, Object> {

    private final String type;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    CelStruct(String type, Map<?, ?> fields) {
        this.type = type;
        fields.forEach((name, value) -> this.fields.put(String.valueOf(name), value));
    }

    /// For example `Object.spec`.
    public String type() {
        return type;
    }

    /// What is wrong with the types of the objects inside: each must be named after its place.
    ///
    /// @param root the name of this one's place
    /// @return empty when nothing is
    public List<String> misnamed(String root) {
        List<String> faults = new ArrayList<>();
        misnamed(this, root, faults);
        return faults;
    }

    private static void misnamed(Object value, String place, List<String> faults) {
        switch (value) {
            case CelStruct struct -> {
                if (!struct.type.equals(place)) {
                    faults.add(
                            "unexpected type name \""
                                    + struct.type
                                    + "\", expected \""
                                    + place
                                    + "\", which matches field name path from root Object type");
                }
                struct.fields.forEach((name, field) -> misnamed(field, place + "." + name, faults));
            }
            case List<?> items -> items.forEach(item -> misnamed(item, place, faults));
            case Map<?, ?> map -> map.values().forEach(item -> misnamed(item, place, faults));
            default -> {}
        }
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        return fields.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return fields.containsKey(key);
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return fields.entrySet();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CelStruct that && type.equals(that.type) && super.equals(other);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, fields);
    }
}
