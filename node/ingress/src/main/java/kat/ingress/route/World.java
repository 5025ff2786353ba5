package kat.ingress.route;

import java.util.Collection;
import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/// The objects that routes are made from, as last seen.
public interface World {

    List<KubeObject> ingresses();

    List<KubeObject> classes();

    @Nullable KubeObject service(ObjectKey key);

    /// The EndpointSlices of a Service.
    Collection<KubeObject> slices(ObjectKey service);

    /// Null when there is none, or it was not seen yet.
    @Nullable KubeObject secret(ObjectKey key);

    /// Null when there is none, or it was not seen yet.
    @Nullable KubeObject configMap(ObjectKey key);

    /// What a name outside of the cluster stands for; null while that is not known.
    @Nullable Resolved resolved(String name);
}
