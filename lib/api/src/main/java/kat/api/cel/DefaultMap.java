package kat.api.cel;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A map that has a value for each key: one that it does not hold stands for an empty map. Only
/// `in` and what goes over its keys tell the difference.
///
/// **Threads:** as the map that it is made of.
///
/// **Source:** `newStringInterfaceMapWithDefault` of
/// `k8s.io/dynamic-resource-allocation/cel/compile.go`.
public final class DefaultMap extends AbstractMap<String, Object> {

    private final Map<String, Object> held;

    /// @param held what it holds; not changed any more
    public DefaultMap(Map<String, Object> held) {
        this.held = held;
    }

    boolean holds(Object key) {
        return key instanceof String && held.containsKey(key);
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        return key instanceof String ? held.getOrDefault(key, Map.of()) : null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof String;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return held.entrySet();
    }
}
