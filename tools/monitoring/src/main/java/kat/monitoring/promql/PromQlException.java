package kat.monitoring.promql;

/// An expression is wrong; the message tells where and why.
public final class PromQlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PromQlException(int position, String why) {
        super("at character " + (position + 1) + ": " + why);
    }
}
