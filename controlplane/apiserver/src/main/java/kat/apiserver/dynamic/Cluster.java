package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Stored objects by which is decided.
///
/// **Threads:** any.
record Cluster(Reader reader, Resources resources) {

    @Nullable KubeObject namespace(String name) {
        return find(resources.require(Kinds.NAMESPACE), "", name);
    }

    @Nullable KubeObject find(Resource resource, String namespace, String name) {
        Entry entry = reader.find(resource, new ObjectKey(namespace, name));
        return entry == null ? null : resource.object(entry);
    }

    /// @param namespace empty for all
    List<KubeObject> list(Resource resource, String namespace, Predicate<KubeObject> filter) {
        List<KubeObject> found = new ArrayList<>();
        Reader.Query query = new Reader.Query(namespace, filter, 0, 0, "");
        for (Entry entry : reader.page(resource, query).entries()) {
            found.add(resource.object(entry));
        }
        return found;
    }

    List<KubeObject> list(Kind kind) {
        return list(resources.require(kind), "", _ -> true);
    }
}
