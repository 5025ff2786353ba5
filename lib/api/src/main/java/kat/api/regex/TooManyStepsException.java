package kat.api.regex;

/// A text takes too long: whether an expression matches it is not known. Who asks must not go
/// on as if it were known, for some refuse what matches and others what does not.
public final class TooManyStepsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooManyStepsException() {
        super("matching takes too many steps", null, false, false);
    }
}
