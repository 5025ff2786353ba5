package kat.monitoring;

/// Part of an object cannot be used; the message says which part, and why.
final class InvalidException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidException(String path, String why) {
        super(path + ": " + why);
    }
}
