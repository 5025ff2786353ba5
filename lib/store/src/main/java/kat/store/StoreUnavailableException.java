package kat.store;

/// A log that lies elsewhere gave no answer. The store goes on by itself once it does.
public final class StoreUnavailableException extends StoreException {

    private final boolean isUncertain;
    private final boolean isTimeout;

    /// How a request ended without an answer.
    ///
    /// @param isUncertain whether it may have been carried out
    /// @param isTimeout whether time ran out, rather than the other side having failed
    public record Kind(boolean isUncertain, boolean isTimeout) {}

    /// @param message what failed, in the words of the other side where it has some
    public StoreUnavailableException(String message, Kind kind, Throwable cause) {
        super(message, cause);
        this.isUncertain = kind.isUncertain();
        this.isTimeout = kind.isTimeout();
    }

    /// @param message what was waited for
    public StoreUnavailableException(String message, Kind kind) {
        super(message);
        this.isUncertain = kind.isUncertain();
        this.isTimeout = kind.isTimeout();
    }

    /// Whether a commit that ended so may have been made; who repeats it must look first.
    public boolean isUncertain() {
        return isUncertain;
    }

    /// Whether time ran out.
    public boolean isTimeout() {
        return isTimeout;
    }
}
