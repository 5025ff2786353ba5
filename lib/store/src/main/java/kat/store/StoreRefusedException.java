package kat.store;

/// A log that lies elsewhere refused a request: nothing was changed, and the same request would be
/// refused again.
public final class StoreRefusedException extends StoreException {

    /// @param message the reason, in the words of the other side
    public StoreRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
