package kat.packages;

/// What was asked for cannot be done; the message is for the person who asked.
final class HelmException extends RuntimeException {

    HelmException(String message) {
        super(message);
    }
}
