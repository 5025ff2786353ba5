package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Stored objects that plug-ins decide by.
final class Lookup {

    private final Reader reader;
    private final Resources resources;

    Lookup(Reader reader, Resources resources) {
        this.reader = reader;
        this.resources = resources;
    }

    /// Every kind that is served now.
    KindTable kinds() {
        return resources.kinds();
    }

    @Nullable KubeObject find(Kind kind, String namespace, String name) {
        Resource resource = resources.require(kind);
        Entry entry = reader.find(resource, new ObjectKey(namespace, name));
        return entry == null ? null : resource.object(entry);
    }

    List<KubeObject> list(Kind kind, String namespace) {
        Resource resource = resources.require(kind);
        List<KubeObject> found = new ArrayList<>();
        for (Entry entry :
                reader.page(resource, new Reader.Query(namespace, null, 0, 0, "")).entries()) {
            found.add(resource.object(entry));
        }
        return found;
    }
}
