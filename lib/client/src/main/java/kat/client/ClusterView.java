package kat.client;

import java.util.Collection;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// What a decision may look at: the objects of the kinds that its controller watches, as last seen.
/// Objects are immutable; two calls may see different versions.
///
/// **Order:** lists are sorted by namespace and name, so that a decision repeats.
public interface ClusterView {

    @Nullable KubeObject get(Kind kind, ObjectKey key);

    /// @param namespace empty for all
    List<KubeObject> list(Kind kind, String namespace);

    /// Those that an index files under `value`.
    ///
    /// @throws IllegalStateException when the controller did not declare the index
    Collection<KubeObject> indexed(Kind kind, Index index, String value);
}
