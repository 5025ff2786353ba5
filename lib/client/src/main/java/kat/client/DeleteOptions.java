package kat.client;

/// How a deletion is made.
///
/// @param uid only an object with this uid is deleted; empty for any
/// @param resourceVersion only this version is deleted; empty for any
/// @param graceSeconds negative for the object's own default; 0 deletes at once
/// @param propagation `Background`, `Foreground`, `Orphan`; empty for the kind's default
/// @param cause the revision that made the caller act; 0 for none
public record DeleteOptions(
        String uid, String resourceVersion, long graceSeconds, String propagation, long cause) {

    /// A uid that is asked for and that no object has.
    public static final String NO_UID = " ";

    public static final DeleteOptions NONE = new DeleteOptions("", "", -1, "", 0);

    public static DeleteOptions of(String uid) {
        return new DeleteOptions(uid, "", -1, "", 0);
    }

    public DeleteOptions withGrace(long seconds) {
        return new DeleteOptions(uid, resourceVersion, seconds, propagation, cause);
    }

    public DeleteOptions withPropagation(String policy) {
        return new DeleteOptions(uid, resourceVersion, graceSeconds, policy, cause);
    }

    public DeleteOptions because(long newCause) {
        return new DeleteOptions(uid, resourceVersion, graceSeconds, propagation, newCause);
    }
}
