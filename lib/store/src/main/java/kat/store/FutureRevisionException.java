package kat.store;

/// A revision was asked for that the store has not reached.
public final class FutureRevisionException extends StoreException {

    private final long revision;

    FutureRevisionException(long asked, long revision) {
        super("revision %d has not been reached, the newest is %d".formatted(asked, revision));
        this.revision = revision;
    }

    /// The newest revision when it was asked.
    public long revision() {
        return revision;
    }
}
