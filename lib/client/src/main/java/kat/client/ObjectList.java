package kat.client;

import java.util.List;
import kat.api.KubeObject;

/// A consistent list of objects.
///
/// @param items ordered by namespace and name
/// @param revision the state it shows; a watch from here misses nothing
/// @param continueToken asks for the rest; empty when there is none
public record ObjectList(List<KubeObject> items, long revision, String continueToken) {
    public ObjectList {
        items = List.copyOf(items);
    }
}
