package kat.ingress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.base.Deadline;
import kat.base.Threads;
import kat.base.Ticker;
import kat.ingress.route.Resolved;
import org.jspecify.annotations.Nullable;

/// Names outside of the cluster that an Ingress leads to. Each is resolved on a thread of its
/// own, and again and again; what was found last stays for a while when nobody answers.
///
/// **Threads:** one, but for the call back.
final class OutsideNames implements AutoCloseable {

    /// More names than this are not resolved.
    static final int MOST_WATCHED = 500;

    private static final int MOST_AT_ONCE = 4;
    private static final int MOST_ADDRESSES = 32;
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final Duration MOST_STALE = Duration.ofMinutes(5);

    private final Resolver resolver;
    private final Ticker ticker;
    private final Runnable changed;
    private final Threads.Permits lookups;
    private final Map<String, Watched> watched = new TreeMap<>();

    /// @param changed called from any thread when a name stands for something else
    OutsideNames(Resolver resolver, Ticker ticker, Runnable changed) {
        this.resolver = resolver;
        this.ticker = ticker;
        this.changed = changed;
        this.lookups = ticker.threads().permits(MOST_AT_ONCE);
    }

    /// Null while it is not known yet.
    @Nullable Resolved get(String name) {
        Watched one = watched.get(name);
        if (one != null) {
            return one.current;
        }
        boolean isFull = watched.size() >= MOST_WATCHED;
        return isFull ? none("is one of more than " + MOST_WATCHED) : null;
    }

    private static Resolved none(String fault) {
        return new Resolved(List.of(), fault);
    }

    /// Watches these and no others.
    ///
    /// @return whether names came that were not watched before
    boolean watch(Set<String> wanted) {
        List<String> gone = new ArrayList<>(watched.keySet());
        gone.removeAll(wanted);
        for (String name : gone) {
            Watched one = watched.remove(name);
            if (one != null) {
                one.thread.interrupt();
            }
        }
        boolean any = false;
        for (String name : wanted) {
            if (!watched.containsKey(name) && watched.size() < MOST_WATCHED) {
                watched.put(name, new Watched(name));
                any = true;
            }
        }
        return any;
    }

    /// Waits until something is known of all names.
    void awaitKnown(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout, ticker);
        for (Watched one : watched.values()) {
            if (one.current == null) {
                boolean unused = one.known.tryAcquire(deadline.remaining(ticker));
            }
        }
    }

    @Override
    public void close() {
        watched.values().forEach(one -> one.thread.interrupt());
        watched.clear();
    }

    private final class Watched {

        private final String name;
        private final Threads.Permits known = ticker.threads().permits(0);
        private final Threads.Running thread;
        private volatile @Nullable Resolved current;
        private long found; // of the thread: when addresses were found last

        Watched(String name) {
            this.name = name;
            this.thread = ticker.threads().start("ingress resolves a name", this::run);
        }

        private void run() {
            try {
                while (true) {
                    lookups.acquire();
                    try {
                        take(resolve());
                    } finally {
                        lookups.release();
                    }
                    ticker.sleep(INTERVAL);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /// What an address of the node is refused for may change: all are looked at each time.
        private Resolved resolve() {
            Set<String> addresses = new TreeSet<>();
            try {
                for (InetAddress address : resolver.resolve(name)) {
                    if (resolver.isOfNode(address)) {
                        return none(
                                "stands for "
                                        + address.getHostAddress()
                                        + ", an address of the node or for the node alone");
                    }
                    addresses.add(address.getHostAddress());
                }
            } catch (UnknownHostException e) {
                return stale();
            }
            found = ticker.nanos();
            return new Resolved(addresses.stream().limit(MOST_ADDRESSES).toList(), "");
        }

        private Resolved stale() {
            Resolved last = current;
            boolean isFresh = ticker.nanos() - found <= MOST_STALE.toNanos();
            return last != null && !last.addresses().isEmpty() && isFresh
                    ? last
                    : none("cannot be resolved");
        }

        private void take(Resolved next) {
            Resolved before = current;
            current = next;
            if (before == null) {
                known.release();
            }
            if (!next.equals(before)) {
                changed.run();
            }
        }
    }
}
