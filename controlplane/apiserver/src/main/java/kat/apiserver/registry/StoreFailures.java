package kat.apiserver.registry;

import kat.api.Status;
import kat.store.StoreClosedException;
import kat.store.StoreException;
import kat.store.StoreRefusedException;
import kat.store.StoreUnavailableException;

/// What clients are told when the store fails them, as kube-apiserver tells of its etcd: words of
/// etcd stand as they are, without a reason.
///
/// **Source:** `ErrorToAPIStatus` in `apiserver/pkg/endpoints/handlers/responsewriters/status.go`.
public final class StoreFailures {

    private static final String TIMEOUT =
            "Timeout: request did not complete within requested timeout"
                    + " - context deadline exceeded";

    private StoreFailures() {}

    /// The answer for a failure.
    public static Status status(StoreException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case StoreClosedException _ ->
                    Status.serviceUnavailable("the server stops: " + message);
            case StoreUnavailableException away when away.isTimeout() -> Status.timeout(TIMEOUT);
            case StoreUnavailableException _, StoreRefusedException _ ->
                    new Status(500, "", message, Status.Details.NONE);
            default -> Status.internalError(message);
        };
    }
}
