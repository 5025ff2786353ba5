package kat.api.schema;

/// A tree that does not fit its schema: a text where a number belongs, a quantity that is none. The
/// message is the sentence of Kubernetes' decoder.
public final class DecodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String ofTree;

    DecodeException(String message) {
        this(message, message);
    }

    /// @param ofTree what the server says when it held the tree, and not its text
    DecodeException(String message, String ofTree) {
        super(message);
        this.ofTree = ofTree;
    }

    /// The sentence for a tree that was made of parts, as by a strategic merge.
    public String ofTree() {
        return ofTree;
    }
}
