package kat.apiserver.rest;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import kat.apiserver.http.Request;
import kat.base.Randomness;

/// Tells the server's log of each request that came over HTTP, once it is answered. The id is that
/// of the audit log, and the client is given it in the header `Audit-Id`. Nothing is made while it
/// is off.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/server/httplog/httplog.go`.
public final class RequestLog {

    /// The level of `--v` from which on Kubernetes logs requests.
    public static final int LEVEL = 3;

    private static final Logger LOG = System.getLogger("kat.apiserver.requests");
    private static final double NANOS_PER_MILLI = 1e6;

    private final boolean isOn;
    private final Randomness randomness;

    public RequestLog(boolean isOn, Randomness randomness) {
        this.isOn = isOn;
        this.randomness = randomness;
    }

    /// Gives a request an id that has none.
    void begin(Tracked tracked) {
        if (isOn && tracked.id().isEmpty()) {
            tracked.identifiedBy(randomness.nextUuid().toString());
        }
    }

    void answered(Tracked tracked, int code, long nanos) {
        if (!isOn) {
            return;
        }
        RequestInfo info = tracked.info(); // of what was allowed
        Request request = tracked.request();
        String query = request.rawQuery();
        String agent = request.header("user-agent");
        LOG.log(
                Level.INFO,
                "request verb={0} uri={1} code={2} latency={3}ms id={4} from={5} agent={6}",
                info == null ? request.method() : info.verb().toUpperCase(Locale.ROOT),
                query.isEmpty() ? request.path() : request.path() + "?" + query,
                Integer.toString(code),
                String.format(Locale.ROOT, "%.3f", nanos / NANOS_PER_MILLI),
                tracked.id(),
                request.peer().address(),
                agent == null ? "" : agent);
    }
}
