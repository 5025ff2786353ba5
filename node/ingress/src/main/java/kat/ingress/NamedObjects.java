package kat.ingress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.client.Informer;
import kat.client.ListQuery;
import kat.client.Transport;
import org.jspecify.annotations.Nullable;

/// Single objects of a kind that are watched because an Ingress names them; no others are read.
///
/// **Threads:** one, but for the call back.
final class NamedObjects implements AutoCloseable {

    /// More names than this are not watched.
    private static final int MOST_WATCHED = 2000;

    private final Transport transport;
    private final Kind kind;
    private final Ticker ticker;
    private final Runnable changed;
    private final Map<ObjectKey, Informer> watched = new TreeMap<>();

    /// @param changed called from any thread when an object came, changed or went
    NamedObjects(Transport transport, Kind kind, Ticker ticker, Runnable changed) {
        this.transport = transport;
        this.kind = kind;
        this.ticker = ticker;
        this.changed = changed;
    }

    @Nullable KubeObject get(ObjectKey key) {
        Informer informer = watched.get(key);
        return informer == null ? null : informer.get(key);
    }

    /// Watches these and no others.
    ///
    /// @return whether names came that were not watched before
    boolean watch(Set<ObjectKey> wanted) {
        List<ObjectKey> gone = new ArrayList<>(watched.keySet());
        gone.removeAll(wanted);
        for (ObjectKey key : gone) {
            Informer informer = watched.remove(key);
            if (informer != null) {
                informer.close();
            }
        }
        boolean any = false;
        for (ObjectKey key : wanted) {
            if (!watched.containsKey(key) && watched.size() < MOST_WATCHED) {
                Informer informer = new Informer(transport, kind, only(key), ticker);
                informer.addHandler((_, _) -> changed.run());
                informer.start();
                watched.put(key, informer);
                any = true;
            }
        }
        return any;
    }

    private static ListQuery only(ObjectKey key) {
        return new ListQuery(key.namespace(), "", "metadata.name=" + key.name(), 0, "");
    }

    /// Waits until all that is watched was seen.
    void awaitSynced(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout, ticker);
        for (Informer informer : watched.values()) {
            boolean unused = informer.awaitSynced(deadline.remaining(ticker));
        }
    }

    @Override
    public void close() {
        watched.values().forEach(Informer::close);
        watched.clear();
    }
}
