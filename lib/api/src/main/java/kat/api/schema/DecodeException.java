package kat.api.schema;

/// A tree that does not fit its schema: a text where a number belongs, a quantity that is none. The
/// message is the sentence of Kubernetes' decoder.
public final class DecodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DecodeException(String message) {
        super(message);
    }
}
