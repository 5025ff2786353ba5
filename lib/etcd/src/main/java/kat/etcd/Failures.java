package kat.etcd;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;
import javax.net.ssl.SSLException;
import kat.store.StoreException;
import kat.store.StoreRefusedException;
import kat.store.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/// What a failed call means for the store.
///
/// **Source:** the codes and words of etcd's `api/v3rpc/rpctypes/error.go`.
final class Failures {

    /// The member understood the request and did not carry it out.
    private static final Set<Status.Code> REFUSALS =
            Set.of(
                    Status.Code.INVALID_ARGUMENT,
                    Status.Code.OUT_OF_RANGE,
                    Status.Code.FAILED_PRECONDITION,
                    Status.Code.RESOURCE_EXHAUSTED,
                    Status.Code.PERMISSION_DENIED,
                    Status.Code.UNAUTHENTICATED,
                    Status.Code.NOT_FOUND,
                    Status.Code.UNIMPLEMENTED);

    private Failures() {}

    static boolean isRefusal(Status status) {
        return REFUSALS.contains(status.getCode());
    }

    /// Whether no byte of the request can have come to the member.
    static boolean wasNeverSent(Status status) {
        for (Throwable e = status.getCause(); e != null; e = e.getCause()) {
            if (e instanceof ConnectException
                    || e instanceof NoRouteToHostException
                    || e instanceof UnknownHostException
                    || e instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    /// @param mayBeDone whether the request would have changed something
    static StoreException of(Status status, boolean mayBeDone) {
        String words = words(status);
        Throwable cause = status.asRuntimeException();
        if (isRefusal(status)) {
            return new StoreRefusedException(words, cause);
        }
        boolean isTimeout = status.getCode() == Status.Code.DEADLINE_EXCEEDED;
        boolean isUncertain = mayBeDone && !wasNeverSent(status);
        return new StoreUnavailableException(
                words, new StoreUnavailableException.Kind(isUncertain, isTimeout), cause);
    }

    /// etcd's own words; those of the connection when there was none.
    static String words(Status status) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "etcdserver: request timed out";
        }
        String told = status.getDescription();
        String socket = socketFault(status.getCause());
        if (socket != null) {
            return "etcd cannot be reached: " + socket;
        }
        return told == null ? "etcd cannot be reached: " + status.getCode() : told;
    }

    private static @Nullable String socketFault(@Nullable Throwable cause) {
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof SocketException
                    || e instanceof UnknownHostException
                    || e instanceof SSLException) {
                return e.getMessage();
            }
        }
        return null;
    }
}
