package kat.api.apply;

import kat.api.KubeObject;
import kat.api.Status;

/// What came of a server-side apply.
public sealed interface Applied {

    /// The object as it is to be written.
    ///
    /// @param changed whether a value changed; when not, only owners may have
    record Merged(KubeObject object, boolean changed) implements Applied {}

    /// Other managers own what the applied object would change.
    ///
    /// @param status the answer, 409
    record Conflicting(Status status) implements Applied {}

    /// The applied object is not one that can be applied.
    ///
    /// @param status the answer, 400 or 500
    record Refused(Status status) implements Applied {}
}
