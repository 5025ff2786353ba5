package kat.apiserver.dynamic;

/// A webhook could not be asked, or its answer is none.
final class CallFailure extends Exception {

    private static final long serialVersionUID = 1;

    private static final int UNAVAILABLE = 503;
    private static final int INTERNAL = 500;

    private final int code;

    CallFailure(String message) {
        super(message);
        this.code = UNAVAILABLE;
    }

    CallFailure(String message, Throwable cause) {
        this(message, cause, UNAVAILABLE);
    }

    private CallFailure(String message, Throwable cause, int code) {
        super(message, cause);
        this.code = code;
    }

    /// One of a webhook whose configuration does not let it be asked at all.
    static CallFailure before(String message, Throwable cause) {
        return new CallFailure(message, cause, INTERNAL);
    }

    /// As what it is counted.
    int code() {
        return code;
    }
}
