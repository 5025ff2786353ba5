package kat.ingress.route;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How often, and how many at once, clients of one Ingress may ask; each address for itself.
/// Those of IPv6 count by their first 64 bits: who has one address of such a network can take
/// any other, and would so have as many shares as it likes.
///
/// Requests fill a bucket that leaks at the allowed rate; what would overflow it is refused and
/// fills nothing. With 1 a minute and a burst of 2, from an address that was never seen:
///
/// | request at | bucket before | answer |
/// |---|---|---|
/// | 0 s | empty | enters, uncounted as nginx has it |
/// | 1 s, 2 s | 0, almost 1 | enter |
/// | 3 s | almost 2 | refused |
/// | 62 s | almost 1 | enters |
///
/// **Threads:** any.
///
/// **Source:** nginx, `ngx_http_limit_req_module` and `ngx_http_limit_conn_module`, which count
/// whole addresses; RFC 4291 §2.5.1, the length of a network of IPv6.
public final class ClientLimits {

    /// Addresses that are remembered; those that asked longest ago go first.
    static final int MOST_CLIENTS = 65_536;

    /// A bucket counts in thousandths of requests, and refills by the millisecond.
    private static final long ONE = 1000;

    private static final int NETWORK_BYTES = 8; // of an address of IPv6
    private static final long SECOND_MILLIS = 1000;
    private static final long MINUTE_MILLIS = 60_000;

    private final Settings.Rates rates;
    private final Map<ByteBuffer, Client> clients = new LinkedHashMap<>(); // guarded by this

    /// What is known of one address.
    private static final class Client {
        private long bySecond;
        private long byMinute;
        private long lastMillis;
        private int active;
    }

    public ClientLimits(Settings.Rates rates) {
        this.rates = rates;
    }

    /// Whether a request may go on; one that may is to [#leave].
    ///
    /// @param nanos of a clock that only goes forward
    public synchronized boolean enter(InetAddress address, long nanos) {
        long now = TimeUnit.NANOSECONDS.toMillis(nanos);
        ByteBuffer counted = counted(address);
        Client client = clients.remove(counted);
        if (client == null) {
            forgetOldest();
            client = new Client();
            client.bySecond = -ONE;
            client.byMinute = -ONE;
            client.lastMillis = now;
        }
        clients.put(counted, client); // the last in order is the one that asked last
        long passed = Math.max(0, now - client.lastMillis);
        long bySecond = filled(client.bySecond, rates.perSecond(), passed, SECOND_MILLIS);
        long byMinute = filled(client.byMinute, rates.perMinute(), passed, MINUTE_MILLIS);
        boolean isRefused =
                overflows(bySecond, rates.perSecond())
                        || overflows(byMinute, rates.perMinute())
                        || (rates.connections() > 0 && client.active >= rates.connections());
        if (isRefused) {
            return false;
        }
        client.bySecond = bySecond;
        client.byMinute = byMinute;
        client.lastMillis = now;
        client.active++;
        return true;
    }

    /// A request that entered has its answer.
    public synchronized void leave(InetAddress address) {
        Client client = clients.get(counted(address));
        if (client != null && client.active > 0) {
            client.active--;
        }
    }

    private static ByteBuffer counted(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, NETWORK_BYTES));
    }

    private long filled(long before, int rate, long passedMillis, long perMillis) {
        // Whatever the bucket holds has leaked by then, and the product stays small.
        long counted = Math.min(passedMillis, (rates.burst() + 1) * perMillis);
        return Math.max(0, before - rate * ONE * counted / perMillis + ONE);
    }

    private boolean overflows(long bucket, int rate) {
        return rate > 0 && bucket > (long) rate * rates.burst() * ONE;
    }

    private void forgetOldest() {
        if (clients.size() >= MOST_CLIENTS) {
            clients.remove(clients.keySet().iterator().next());
        }
    }
}
