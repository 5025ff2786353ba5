package kat.store;

import kat.base.Check;

/// Which entries to read.
///
/// @param revision as they stood then; 0 for the newest
/// @param limit how many at most; 0 for all
public record RangeQuery(KeyRange keys, long revision, int limit) {

    public RangeQuery {
        Check.argument(revision >= 0, "a revision is 0 or more");
        Check.argument(limit >= 0, "a limit is 0 or more");
    }

    /// All entries of `keys` at the newest revision.
    public static RangeQuery latest(KeyRange keys) {
        return new RangeQuery(keys, 0, 0);
    }

    public RangeQuery at(long atRevision) {
        return new RangeQuery(keys, atRevision, limit);
    }

    public RangeQuery withLimit(int most) {
        return new RangeQuery(keys, revision, most);
    }
}
