package kat.store;

import kat.base.Check;

/// Holds when the newest entry of `key` was written at `modRevision`.
///
/// @param modRevision 0 holds when there is no entry
public record Condition(String key, long modRevision) {

    public Condition {
        Check.argument(modRevision >= 0, "a revision is 0 or more");
    }
}
