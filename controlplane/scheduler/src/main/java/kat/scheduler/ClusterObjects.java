package kat.scheduler;

import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Objects other than nodes and pods that decisions depend on: namespaces, claims, volumes,
/// budgets.
public interface ClusterObjects {

    /// The object as last seen; null when there is none.
    @Nullable KubeObject get(Kind kind, ObjectKey key);

    List<KubeObject> list(Kind kind, String namespace);

    /// Whether a ResourceClaim is about to get its devices, by a decision being written.
    default boolean isBeingAllotted(KubeObject claim) {
        return false;
    }

    /// A cluster without any.
    ClusterObjects NONE =
            new ClusterObjects() {
                @Override
                public @Nullable KubeObject get(Kind kind, ObjectKey key) {
                    return null;
                }

                @Override
                public List<KubeObject> list(Kind kind, String namespace) {
                    return List.of();
                }
            };
}
