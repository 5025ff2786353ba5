package kat.store;

import java.util.List;

/// Entries of a range of keys at one revision.
///
/// @param entries sorted by key
/// @param remaining how many more the range holds beyond the limit; 0 when these are all
/// @param revision the revision at which all of them stood so
public record Range(List<Entry> entries, long remaining, long revision) {

    /// Whether the limit cut the range short.
    public boolean more() {
        return remaining > 0;
    }
}
