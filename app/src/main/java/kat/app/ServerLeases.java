package kat.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.controllers.endpointslice.ApiServerService.Server;
import kat.store.Cause;
import kat.store.Change;
import kat.store.Commit;
import kat.store.Entry;
import kat.store.KeyRange;
import kat.store.RangeQuery;
import kat.store.Store;
import kat.store.StoreException;
import kat.store.Transaction;
import kat.store.Value;

/// Which servers share a store and are alive: each keeps a lease below
/// `/registry/masterleases/` and renews it. A lease that did not change for [#LASTING] is that
/// of a server that has gone; clocks of other machines do not count. Kubernetes names leases by
/// address alone; here the port belongs to it, since servers of one machine differ by nothing
/// else.
///
/// **Threads:** one renews, any may ask.
///
/// **Source:** kube-apiserver `pkg/controlplane/reconcilers/lease.go`.
final class ServerLeases implements AutoCloseable {

    /// How often a lease is renewed, and leases are looked at.
    static final Duration PERIOD = Duration.ofSeconds(10);

    /// How long a lease lasts.
    static final Duration LASTING = Duration.ofSeconds(15);

    private static final String ROOT = "/registry/masterleases/";
    private static final Cause CAUSE = Cause.by("kube-apiserver");
    private static final System.Logger LOG = System.getLogger("kat.app.leases");

    private final Store store;
    private final Ticker ticker;
    private final Server own;
    private final Object lock = new Object();
    private final Map<String, Seen> seen = new HashMap<>(); // guarded by lock
    private Ticker.Scheduled next = () -> false; // guarded by lock
    private boolean closed; // guarded by lock
    private long generation; // guarded by lock

    /// @param since by the ticker
    private record Seen(long revision, long since) {}

    ServerLeases(Store store, Ticker ticker, Server own) {
        this.store = store;
        this.ticker = ticker;
        this.own = own;
    }

    /// Takes the lease, and keeps it until [#close].
    void start() {
        renew();
    }

    private void renew() {
        long number;
        synchronized (lock) {
            if (closed) {
                return;
            }
            number = ++generation;
            next = ticker.schedule(PERIOD, () -> ticker.threads().start("lease", this::renew));
        }
        try {
            Value value = Value.of(lease(number).toBytes());
            Commit unused =
                    store.commit(
                            new Transaction(
                                    List.of(), List.of(new Change.Put(key(own), value)), CAUSE));
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.WARNING, "lease not renewed error={0}", e.getMessage());
        }
        if (isClosed()) {
            giveUp(); // what was written just now may have come after it was given up
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private static String key(Server server) {
        return ROOT + server.address() + ":" + server.port();
    }

    private JsonObject lease(long number) {
        JsonObject subset =
                JsonObject.of(
                        "addresses",
                        JsonArray.of(JsonObject.of("ip", Json.of(own.address()))),
                        "ports",
                        JsonArray.of(JsonObject.of("port", Json.of(own.port()))));
        return JsonObject.builder()
                .put("apiVersion", "v1")
                .put("kind", "Endpoints")
                .put("metadata", JsonObject.of("generation", Json.of(number)))
                .put("subsets", JsonArray.of(subset))
                .build();
    }

    /// The servers that are alive, this one among them. Leases of others that have ended go.
    List<Server> alive() {
        List<Server> alive = new ArrayList<>(List.of(own));
        List<Entry> ended = new ArrayList<>();
        long now = ticker.nanos();
        List<Entry> leases = store.range(RangeQuery.latest(KeyRange.prefix(ROOT))).entries();
        synchronized (lock) {
            seen.keySet().retainAll(leases.stream().map(Entry::key).toList());
            for (Entry lease : leases) {
                Seen known = seen.get(lease.key());
                if (known == null || known.revision() != lease.modRevision()) {
                    known = new Seen(lease.modRevision(), now);
                    seen.put(lease.key(), known);
                }
                if (now - known.since() >= LASTING.toNanos()) {
                    ended.add(lease);
                } else if (!lease.key().equals(key(own))) {
                    alive.addAll(servers(lease));
                }
            }
        }
        ended.forEach(this::end);
        return alive;
    }

    /// The servers of a lease; none where it is not one of KAT's, which stays until its time is
    /// over.
    private static List<Server> servers(Entry lease) {
        List<Server> found = new ArrayList<>();
        try {
            JsonObject object =
                    Json.parse(lease.bytes()) instanceof JsonObject parsed
                            ? parsed
                            : JsonObject.EMPTY;
            for (JsonObject subset : object.array("subsets").objects()) {
                for (JsonObject address : subset.array("addresses").objects()) {
                    for (JsonObject port : subset.array("ports").objects()) {
                        long number = port.integer("port", 0);
                        found.add(new Server(address.string("ip"), Math.toIntExact(number)));
                    }
                }
            }
        } catch (JsonException | ArithmeticException e) {
            LOG.log(System.Logger.Level.DEBUG, "not a lease of KAT's key=" + lease.key(), e);
        }
        return found;
    }

    /// Removes a lease, unless its server is back.
    private void end(Entry lease) {
        try {
            Commit unused =
                    store.commit(Transaction.delete(lease.key(), lease.modRevision(), CAUSE));
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.WARNING, "lease not removed error={0}", e.getMessage());
        }
    }

    /// Gives the lease up, so that nobody is led here any more.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            boolean unused = next.cancel();
        }
        giveUp();
    }

    private void giveUp() {
        try {
            Commit unused =
                    store.commit(
                            new Transaction(
                                    List.of(), List.of(new Change.Delete(key(own))), CAUSE));
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.WARNING, "lease not given up error={0}", e.getMessage());
        }
    }
}
