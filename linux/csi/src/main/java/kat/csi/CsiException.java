package kat.csi;

import org.jspecify.annotations.Nullable;

/// A request to a plug-in failed. The message is as Kubernetes shows it:
/// `rpc error: code = NotFound desc = …`.
public final class CsiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Code code;

    /// Why it failed, as gRPC names it.
    public enum Code {
        OK("OK"),
        CANCELLED("Canceled"),
        UNKNOWN("Unknown"),
        INVALID_ARGUMENT("InvalidArgument"),
        DEADLINE_EXCEEDED("DeadlineExceeded"),
        NOT_FOUND("NotFound"),
        ALREADY_EXISTS("AlreadyExists"),
        PERMISSION_DENIED("PermissionDenied"),
        RESOURCE_EXHAUSTED("ResourceExhausted"),
        FAILED_PRECONDITION("FailedPrecondition"),
        ABORTED("Aborted"),
        OUT_OF_RANGE("OutOfRange"),
        UNIMPLEMENTED("Unimplemented"),
        INTERNAL("Internal"),
        UNAVAILABLE("Unavailable"),
        DATA_LOSS("DataLoss"),
        UNAUTHENTICATED("Unauthenticated");

        private final String goName;

        Code(String goName) {
            this.goName = goName;
        }
    }

    /// @param description the plug-in's own words
    public CsiException(Code code, String description, @Nullable Throwable cause) {
        super("rpc error: code = " + code.goName + " desc = " + description, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /// Whether nothing goes on any more in the plug-in; else what was asked may yet happen.
    ///
    /// **Source:** `isFinalError` in `pkg/volume/csi/csi_client.go`.
    public boolean isFinal() {
        return switch (code) {
            case CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED -> false;
            default -> true;
        };
    }
}
