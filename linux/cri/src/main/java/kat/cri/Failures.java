package kat.cri;

import io.grpc.Status;
import kat.cri.ContainerRuntimeException.Code;
import org.jspecify.annotations.Nullable;

/// Turns gRPC's outcomes into the module's own.
final class Failures {

    private Failures() {}

    static ContainerRuntimeException of(String what, Status status, @Nullable Throwable cause) {
        String description = status.getDescription();
        return new ContainerRuntimeException(
                code(status.getCode()),
                what,
                description == null ? status.getCode().name() : description,
                cause);
    }

    private static Code code(Status.Code code) {
        return switch (code) {
            case CANCELLED -> Code.CANCELLED;
            case OK, UNKNOWN -> Code.UNKNOWN;
            case INVALID_ARGUMENT -> Code.INVALID_ARGUMENT;
            case DEADLINE_EXCEEDED -> Code.DEADLINE_EXCEEDED;
            case NOT_FOUND -> Code.NOT_FOUND;
            case ALREADY_EXISTS -> Code.ALREADY_EXISTS;
            case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
            case RESOURCE_EXHAUSTED -> Code.RESOURCE_EXHAUSTED;
            case FAILED_PRECONDITION -> Code.FAILED_PRECONDITION;
            case ABORTED -> Code.ABORTED;
            case OUT_OF_RANGE -> Code.OUT_OF_RANGE;
            case UNIMPLEMENTED -> Code.UNIMPLEMENTED;
            case INTERNAL -> Code.INTERNAL;
            case UNAVAILABLE -> Code.UNAVAILABLE;
            case DATA_LOSS -> Code.DATA_LOSS;
            case UNAUTHENTICATED -> Code.UNAUTHENTICATED;
        };
    }
}
