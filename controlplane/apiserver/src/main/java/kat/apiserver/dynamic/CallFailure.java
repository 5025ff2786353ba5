package kat.apiserver.dynamic;

/// A webhook could not be asked, or its answer is none.
final class CallFailure extends Exception {

    private static final long serialVersionUID = 1;

    CallFailure(String message) {
        super(message);
    }

    CallFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
