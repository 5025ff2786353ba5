package kat.client;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.OwnerReference;

/// A way to find objects by something other than their name.
///
/// @param name unique among the indexes of a kind
/// @param values under which an object is found
public record Index(String name, Function<KubeObject, Collection<String>> values) {

    /// By the uid of the managing owner.
    public static final Index BY_CONTROLLER =
            new Index(
                    "controller",
                    object -> {
                        OwnerReference owner = object.controller();
                        return owner == null ? List.of() : List.of(owner.uid());
                    });

    /// Pods by the node they are bound to.
    public static final Index BY_NODE =
            new Index(
                    "node",
                    object -> {
                        String node = object.spec().string("nodeName");
                        return node.isEmpty() ? List.of() : List.of(node);
                    });
}
