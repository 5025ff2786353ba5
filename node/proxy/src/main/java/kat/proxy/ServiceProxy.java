package kat.proxy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Ticker;
import kat.client.Index;
import kat.client.Informer;
import kat.client.Informers;
import kat.nftables.Change;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.nftables.Nftables;
import kat.nftables.Transaction;
import kat.proxy.EndpointChoice.Here;
import org.jspecify.annotations.Nullable;

/// Keeps the packet rules of this node as Services, EndpointSlices and host ports want them.
///
/// Handlers of informers note names; one virtual thread computes what they stand for, changes what
/// differs and waits for the next name. The whole table is written at the start and after the
/// kernel refused a change, never otherwise.
///
/// **Threads:** [#start], [#close] and [#remove] by one thread after another.
public final class ServiceProxy implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.proxy");
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Index BY_SERVICE =
            new Index("proxy-service", slice -> List.of(SliceSpec.of(slice).service().toString()));

    private final Informers informers;
    private final NetworkConfig config;
    private final Nftables nftables;
    private final Conntrack conntrack;
    private final Ticker ticker;
    private final NotedNames<Owner> noted = new NotedNames<>();
    private volatile boolean closed;
    private @Nullable Thread thread;
    private final DesiredTable table; // of the runner's thread

    /// Whose part of the table: a Service's or a pod's.
    private record Owner(boolean isPod, ObjectKey key) implements Comparable<Owner> {
        @Override
        public int compareTo(Owner other) {
            int byKind = Boolean.compare(isPod, other.isPod);
            return byKind != 0 ? byKind : key.compareTo(other.key);
        }

        @Override
        public String toString() {
            return (isPod ? "pod " : "") + key;
        }
    }

    /// @param commands for the program `conntrack`
    public ServiceProxy(
            Informers informers,
            NetworkConfig config,
            Nftables nftables,
            Commands commands,
            Ticker ticker) {
        this.informers = informers;
        this.config = config;
        this.nftables = nftables;
        this.conntrack = new Conntrack(commands);
        this.ticker = ticker;
        this.table = new DesiredTable(config);
    }

    /// Begins to watch; the table is written once everything was seen.
    public void start() {
        Informer services = informers.informer(Kinds.SERVICE);
        Informer slices = informers.informer(Kinds.ENDPOINT_SLICE, BY_SERVICE);
        Informer pods = informers.informer(Kinds.POD);
        services.addHandler((before, after) -> note(false, key(before, after)));
        slices.addHandler(this::noteServices);
        pods.addHandler(this::notePod);
        thread =
                Thread.ofVirtual()
                        .name("kat-proxy")
                        .start(() -> run(List.of(services, slices, pods)));
    }

    /// Waits until the rules for everything noted so far are in the kernel.
    ///
    /// @return whether that was so before the time was over
    public boolean awaitWritten(Duration timeout) throws InterruptedException {
        return noted.awaitIdle(timeout);
    }

    /// Stops to follow changes and leaves the rules as they are, so that traffic goes on.
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes all rules away; after [#close].
    public void remove() throws InterruptedException {
        nftables.apply(new Transaction(config.table(), List.of(new Change.RemoveTable())));
    }

    private static ObjectKey key(@Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject object = after == null ? before : after;
        return object == null ? ObjectKey.of("", "") : object.key();
    }

    private void noteServices(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (before != null) {
            note(false, SliceSpec.of(before).service());
        }
        if (after != null) {
            note(false, SliceSpec.of(after).service());
        }
    }

    private void notePod(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (hasHostPorts(before) || hasHostPorts(after)) {
            note(true, key(before, after));
        }
    }

    private boolean hasHostPorts(@Nullable KubeObject pod) {
        if (pod == null) {
            return false;
        }
        HostPorts ports = HostPorts.of(pod);
        return ports.node().equals(config.nodeName()) && !ports.ports().isEmpty();
    }

    private void note(boolean isPod, ObjectKey key) {
        noted.note(new Owner(isPod, key));
    }

    private void run(List<Informer> watched) {
        try {
            for (Informer informer : watched) {
                while (!informer.awaitSynced(PATIENCE)) {
                    LOG.log(Level.WARNING, "still waiting for a list kind={0}", informer.kind());
                }
            }
            boolean whole = true;
            Duration retry = FIRST_RETRY;
            while (!closed) {
                if (write(noted.takeNow(), whole)) {
                    whole = false;
                    retry = FIRST_RETRY;
                    noted.finish();
                    noted.awaitOne();
                } else {
                    whole = true;
                    ticker.sleep(retry);
                    Duration doubled = retry.multipliedBy(2);
                    retry = doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean write(SequencedSet<Owner> names, boolean whole) throws InterruptedException {
        SequencedMap<String, Fragment> fragments = new TreeMap<>();
        for (Owner name : names) {
            fragments.put(name.toString(), compute(name));
        }
        DesiredTable.Step step = table.update(fragments);
        try {
            nftables.apply(whole ? table.whole() : step.change());
            if (!whole) {
                nftables.apply(step.cleaning());
            }
        } catch (CommandException e) {
            LOG.log(
                    Level.WARNING,
                    "cannot write packet rules, will write all of them again error={0}",
                    e.getMessage());
            return false;
        }
        conntrack.delete(step.goneFlows());
        conntrack.delete(step.newFrontEnds());
        return true;
    }

    private Fragment compute(Owner owner) {
        if (owner.isPod()) {
            KubeObject pod = informers.get(Kinds.POD, owner.key());
            return pod == null ? Fragment.EMPTY : HostPorts.of(pod).compute(config.nodeName());
        }
        KubeObject service = informers.get(Kinds.SERVICE, owner.key());
        if (service == null) {
            return Fragment.EMPTY;
        }
        List<SliceSpec> slices = new ArrayList<>();
        for (KubeObject slice :
                informers.indexed(Kinds.ENDPOINT_SLICE, BY_SERVICE, owner.key().toString())) {
            slices.add(SliceSpec.of(slice));
        }
        return ServiceRules.compute(
                ServiceSpec.of(service), slices, new Here(config.nodeName(), config.zone()));
    }
}
