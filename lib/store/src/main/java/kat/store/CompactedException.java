package kat.store;

/// A revision was asked for that has been compacted.
public final class CompactedException extends StoreException {

    private final long compactedRevision;

    CompactedException(long asked, long compactedRevision) {
        super(
                "revision %d was compacted, the oldest kept is %d"
                        .formatted(asked, compactedRevision));
        this.compactedRevision = compactedRevision;
    }

    /// The oldest revision that can be read and watched from.
    public long compactedRevision() {
        return compactedRevision;
    }
}
