package kat.api.selector;

/// A selector that cannot be understood. The message is Kubernetes' sentence; requests that carry
/// such a selector are answered with 400.
public final class SelectorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SelectorException(String message) {
        super(message);
    }
}
