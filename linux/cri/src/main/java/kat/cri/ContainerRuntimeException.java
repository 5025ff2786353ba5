package kat.cri;

import org.jspecify.annotations.Nullable;

/// A request to the container runtime failed.
public final class ContainerRuntimeException extends RuntimeException {

    private final Code code;
    private final String description;

    /// Why it failed, as gRPC names it.
    public enum Code {
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

    /// @param what what was tried and on what, such as `start container 4f5a`
    /// @param description the runtime's own words
    public ContainerRuntimeException(
            Code code, String what, String description, @Nullable Throwable cause) {
        super("cannot " + what + ": " + description, cause);
        this.code = code;
        this.description = description;
    }

    public Code code() {
        return code;
    }

    /// The runtime's own words.
    public String description() {
        return description;
    }

    /// The failure as Kubernetes shows it in events and conditions:
    /// `rpc error: code = NotFound desc = …`.
    public String rpcError() {
        return "rpc error: code = " + code.goName + " desc = " + description;
    }
}
