package kat.monitoring;

import kat.api.KubeObject;

/// What is wrong with an object.
///
/// @param isFatal whether nothing of the object is used
record Problem(KubeObject of, String message, boolean isFatal) {

    /// By what it is remembered: the kind and the name.
    String key() {
        return of.kind() + "." + of.namespace() + "." + of.name();
    }
}
