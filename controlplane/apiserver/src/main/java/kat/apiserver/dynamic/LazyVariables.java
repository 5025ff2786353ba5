package kat.apiserver.dynamic;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import kat.api.cel.CelException;
import kat.api.policy.Compiled;
import org.jspecify.annotations.Nullable;

/// The variables of a policy, each evaluated once and not before an expression asks for it.
///
/// **Threads:** one.
final class LazyVariables extends AbstractMap<String, Object> {

    private final Map<String, Compiled> definitions;
    private final BiFunction<String, Compiled, Object> evaluate;
    private final Map<String, Object> known = new HashMap<>();

    LazyVariables(
            Map<String, Compiled> definitions, BiFunction<String, Compiled, Object> evaluate) {
        this.definitions = definitions;
        this.evaluate = evaluate;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        Compiled definition = definitions.get(key);
        if (definition == null || !(key instanceof String name)) {
            return null;
        }
        Object value = known.get(name);
        if (value == null) {
            try {
                value = evaluate.apply(name, definition);
            } catch (CelException e) {
                value = e;
            }
            known.put(name, value);
        }
        if (value instanceof CelException failed) {
            throw failed;
        }
        return value;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return definitions.containsKey(key);
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        Set<Entry<String, Object>> entries = new LinkedHashSet<>();
        for (String name : definitions.keySet()) {
            Object value = get(name);
            if (value != null) {
                entries.add(new SimpleEntry<>(name, value));
            }
        }
        return entries;
    }
}
