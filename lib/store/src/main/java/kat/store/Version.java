package kat.store;

import org.jspecify.annotations.Nullable;

/// What a key was from one revision on, linked to what it was before.
///
/// ```
/// slot → 9: deleted → 7: "b" → 4: "a"      at(8) is "b", at(9) is absent, at(3) is absent
/// ```
///
/// **Threads:** written by the one writer, read by anyone. The writer cuts [#older] off only once
/// no revision that may be read lies before this one.
final class Version {

    final long revision;
    final @Nullable Entry entry; // null: the key was deleted
    volatile @Nullable Version older;

    Version(long revision, @Nullable Entry entry, @Nullable Version older) {
        this.revision = revision;
        this.entry = entry;
        this.older = older;
    }
}
