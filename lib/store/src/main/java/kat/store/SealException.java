package kat.store;

import java.io.IOException;

/// A stored value cannot be opened: the key it was sealed with is not known, or it was changed.
public final class SealException extends IOException {
    private static final long serialVersionUID = 1L;

    public SealException(String message) {
        super(message);
    }

    public SealException(String message, Throwable cause) {
        super(message, cause);
    }
}
