package kat.store;

import kat.base.Check;

/// Which changes to watch.
///
/// @param after changes at later revisions only; 0 for all since the beginning
public record WatchQuery(KeyRange keys, long after) {

    public WatchQuery {
        Check.argument(after >= 0, "a revision is 0 or more");
    }
}
