package kat.packages;

/// What was asked for cannot be done; the message is for the person who asked.
final class HelmException extends RuntimeException {

    HelmException(String message) {
        super(message);
    }

    HelmException(String message, Throwable cause) {
        super(message + ": " + reason(cause), cause);
    }

    /// The message of a fault, or its kind where it has none.
    static String reason(Throwable fault) {
        String message = fault.getMessage();
        return message == null ? fault.getClass().getSimpleName() : message;
    }
}
