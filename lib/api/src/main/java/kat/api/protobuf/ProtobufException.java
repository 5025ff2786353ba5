package kat.api.protobuf;

/// Bytes that are not the message they should be. The message is the sentence that Go's decoder
/// gives, since Kubernetes shows it to users.
public final class ProtobufException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProtobufException(String message) {
        super(message);
    }

    static ProtobufException truncated() {
        return new ProtobufException("unexpected EOF");
    }
}
