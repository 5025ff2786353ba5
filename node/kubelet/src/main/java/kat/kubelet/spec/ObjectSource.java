package kat.kubelet.spec;

import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Where ConfigMaps, Secrets and other objects that a pod names come from.
public interface ObjectSource {

    /// The object as it stands now; null when there is none.
    ///
    /// @throws kat.api.StatusException when it may not be read
    @Nullable KubeObject find(Kind kind, ObjectKey key);
}
