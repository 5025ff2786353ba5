package kat.simulation.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// All objects that there are, by resource and key.
public final class Objects {

    private final NavigableMap<String, NavigableMap<ObjectKey, KubeObject>> byResource =
            new TreeMap<>();

    void put(String resource, KubeObject object) {
        byResource.computeIfAbsent(resource, _ -> new TreeMap<>()).put(object.key(), object);
    }

    void remove(String resource, ObjectKey key) {
        NavigableMap<ObjectKey, KubeObject> objects = byResource.get(resource);
        if (objects != null) {
            objects.remove(key);
        }
    }

    public @Nullable KubeObject get(String resource, ObjectKey key) {
        NavigableMap<ObjectKey, KubeObject> objects = byResource.get(resource);
        return objects == null ? null : objects.get(key);
    }

    /// In order of their keys.
    public List<KubeObject> all(String resource) {
        NavigableMap<ObjectKey, KubeObject> objects = byResource.get(resource);
        return objects == null ? List.of() : List.copyOf(objects.values());
    }

    /// Those whose managing owner has the uid.
    public List<KubeObject> ownedBy(String resource, String uid) {
        List<KubeObject> owned = new ArrayList<>();
        for (KubeObject object : all(resource)) {
            var owner = object.controller();
            if (owner != null && owner.uid().equals(uid)) {
                owned.add(object);
            }
        }
        return owned;
    }

    public List<String> resources() {
        return List.copyOf(byResource.keySet());
    }
}
