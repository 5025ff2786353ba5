package kat.api.json;

/// Bytes that are not JSON. The message is the sentence that Go's decoder gives, since Kubernetes
/// shows it to users.
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int offset;

    JsonException(String message, int offset) {
        super(message);
        this.offset = offset;
    }

    /// Where the fault lies, in bytes from the start.
    public int offset() {
        return offset;
    }
}
