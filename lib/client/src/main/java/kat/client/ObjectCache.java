package kat.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Objects of one kind by key, in order, and by any number of indexes.
///
/// **Threads:** one writer at a time, any number of readers.
public final class ObjectCache {

    private static final char AFTER_SEPARATOR = '\uffff';

    private final NavigableMap<ObjectKey, KubeObject> objects = new ConcurrentSkipListMap<>();
    private final Map<String, Filed> indexes = new ConcurrentHashMap<>();

    private record Filed(Index index, Map<String, NavigableMap<ObjectKey, KubeObject>> drawers) {}

    public @Nullable KubeObject get(ObjectKey key) {
        return objects.get(key);
    }

    public int size() {
        return objects.size();
    }

    /// @param namespace empty for all
    public List<KubeObject> list(String namespace) {
        if (namespace.isEmpty()) {
            return new ArrayList<>(objects.values());
        }
        return new ArrayList<>(
                objects.subMap(
                                ObjectKey.of(namespace, ""),
                                true,
                                ObjectKey.of(namespace, String.valueOf(AFTER_SEPARATOR)),
                                false)
                        .values());
    }

    /// @throws IllegalStateException when the index was never added
    public Collection<KubeObject> indexed(Index index, String value) {
        Filed filed = indexes.get(index.name());
        if (filed == null) {
            throw new IllegalStateException("no index " + index.name());
        }
        NavigableMap<ObjectKey, KubeObject> drawer = filed.drawers().get(value);
        return drawer == null ? List.of() : new ArrayList<>(drawer.values());
    }

    /// Adds what is not there yet and files the objects known so far.
    public void addIndexes(List<Index> more) {
        for (Index index : more) {
            if (!indexes.containsKey(index.name())) {
                Filed filed = new Filed(index, new ConcurrentHashMap<>());
                for (KubeObject object : objects.values()) {
                    file(filed, object);
                }
                indexes.put(index.name(), filed);
            }
        }
    }

    /// Gives back the version before; null when the object is new.
    public @Nullable KubeObject put(KubeObject object) {
        ObjectKey key = object.key();
        KubeObject before = objects.put(key, object);
        for (Filed filed : indexes.values()) {
            if (before != null) {
                unfile(filed, before, object);
            }
            file(filed, object);
        }
        return before;
    }

    /// Gives back the version that was there; null when there was none.
    public @Nullable KubeObject remove(ObjectKey key) {
        KubeObject before = objects.remove(key);
        if (before != null) {
            for (Filed filed : indexes.values()) {
                unfile(filed, before, null);
            }
        }
        return before;
    }

    private static void file(Filed filed, KubeObject object) {
        for (String value : filed.index().values().apply(object)) {
            filed.drawers()
                    .computeIfAbsent(value, _ -> new ConcurrentSkipListMap<>())
                    .put(object.key(), object);
        }
    }

    /// Takes `before` out of the drawers that `after`, which follows it, does not use again.
    private static void unfile(Filed filed, KubeObject before, @Nullable KubeObject after) {
        Collection<String> kept = after == null ? List.of() : filed.index().values().apply(after);
        for (String value : filed.index().values().apply(before)) {
            if (!kept.contains(value)) {
                filed.drawers()
                        .computeIfPresent(
                                value,
                                (_, drawer) -> {
                                    drawer.remove(before.key());
                                    return drawer.isEmpty() ? null : drawer;
                                });
            }
        }
    }
}
