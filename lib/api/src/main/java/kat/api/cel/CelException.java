package kat.api.cel;

/// An evaluation that has no value: a missing key, a division by zero, a wrong type …
public class CelException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CelException(String message) {
        super(message, null, false, false);
    }

    static CelException noKey(Object key) {
        return new CelException("no such key: " + key);
    }

    static CelException noOverload() {
        return new CelException("no such overload");
    }

    /// The evaluation did more than it may; nothing catches it on the way.
    static final class TooCostly extends CelException {
        private static final long serialVersionUID = 1;

        TooCostly() {
            super("operation cancelled: actual cost limit exceeded");
        }
    }
}
