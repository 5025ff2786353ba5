package kat.store;

import kat.base.Check;

/// Why a transaction was made. It is written to the log with it and read from each [Entry].
///
/// @param actor who made it, in the words of the layer above
/// @param revision the revision that made the actor act; 0 when unknown
public record Cause(String actor, long revision) {

    public Cause {
        Check.argument(revision >= 0, "a revision is 0 or more");
    }

    /// A cause of which only the actor is known.
    public static Cause by(String actor) {
        return new Cause(actor, 0);
    }
}
