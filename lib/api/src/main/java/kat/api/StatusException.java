package kat.api;

/// A request that failed, with the answer that says why.
public final class StatusException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Status status;

    public StatusException(Status status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    public Status status() {
        return status;
    }

    /// Whether the answer has this reason, for example `Conflict`.
    public boolean is(String reason) {
        return status.reason().equals(reason);
    }
}
