package kat.store;

/// The log could not be written, so the transaction was not acknowledged. Reads and watches go on;
/// the next commit tries the disk again.
public final class WriteFailedException extends StoreException {

    WriteFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
