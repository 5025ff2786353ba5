package kat.proxy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
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

/// Keeps the packet rules of this node as Services, EndpointSlices, host ports and NetworkPolicies
/// want them.
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
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final Index BY_SERVICE =
            new Index("proxy-service", slice -> List.of(SliceSpec.of(slice).service().toString()));

    private final Informers informers;
    private final NetworkConfig config;
    private final Nftables nftables;
    private final Conntrack conntrack;
    private final Ticker ticker;
    private final NotedNames<Name> noted = new NotedNames<>();
    private volatile boolean closed;
    private @Nullable Thread thread;
    private final DesiredTable table; // of the runner's thread
    private final PolicyTable policies; // of the runner's thread
    private final HealthChecks healthChecks; // of the runner's thread, until close

    /// Why a name was noted.
    private enum Cause {
        SERVICE,
        HOST_PORTS,
        POLICY,
        POLICY_POD,
        POLICY_NAMESPACE
    }

    private record Name(Cause cause, ObjectKey key) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int byCause = cause.compareTo(other.cause);
            return byCause != 0 ? byCause : key.compareTo(other.key);
        }
    }

    /// @param config of one family of addresses: each has a proxy of its own
    /// @param nftables of that family
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
        this.conntrack = new Conntrack(commands, config.family());
        this.ticker = ticker;
        this.table = new DesiredTable(config);
        this.policies = new PolicyTable(informers, config.nodeName(), config.family());
        this.healthChecks = new HealthChecks(config.nodePortAddresses());
    }

    /// Begins to watch; the table is written once everything was seen.
    public void start() {
        Informer services = informers.informer(Kinds.SERVICE);
        Informer slices = informers.informer(Kinds.ENDPOINT_SLICE, BY_SERVICE);
        Informer pods = informers.informer(Kinds.POD);
        Informer namespaces = informers.informer(Kinds.NAMESPACE);
        Informer netPolicies = informers.informer(Kinds.NETWORK_POLICY);
        Informer nodes = informers.informer(Kinds.NODE);
        services.addHandler((before, after) -> note(Cause.SERVICE, key(before, after)));
        slices.addHandler(this::noteServices);
        netPolicies.addHandler((before, after) -> note(Cause.POLICY, key(before, after)));
        namespaces.addHandler(this::noteNamespace);
        pods.addHandler(this::notePod);
        nodes.addHandler(this::noteNode);
        List<Informer> watched = List.of(services, slices, pods, namespaces, netPolicies, nodes);
        thread = Thread.ofVirtual().name("kat-proxy").start(() -> run(watched));
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
            healthChecks.close();
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
            note(Cause.SERVICE, SliceSpec.of(before).service());
        }
        if (after != null) {
            note(Cause.SERVICE, SliceSpec.of(after).service());
        }
    }

    private void notePod(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (hasHostPorts(before) || hasHostPorts(after)) {
            note(Cause.HOST_PORTS, key(before, after));
        }
        if (hasPolicies() && isNewsForPolicies(before, after)) {
            note(Cause.POLICY_POD, key(before, after));
        }
    }

    private static boolean isNewsForPolicies(
            @Nullable KubeObject before, @Nullable KubeObject after) {
        return before == null || after == null || !PolicyPod.of(before).equals(PolicyPod.of(after));
    }

    /// What is meant for the zone of this node depends on which that is.
    private void noteNode(@Nullable KubeObject before, @Nullable KubeObject after) {
        boolean isHere = key(before, after).name().equals(config.nodeName());
        if (isHere && !zone(before).equals(zone(after))) {
            for (KubeObject service : informers.list(Kinds.SERVICE, "")) {
                note(Cause.SERVICE, service.key());
            }
        }
    }

    private static String zone(@Nullable KubeObject node) {
        return node == null ? "" : node.label(ZONE);
    }

    private void noteNamespace(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (hasPolicies()) {
            note(Cause.POLICY_NAMESPACE, key(before, after));
        }
    }

    /// Without policies there is nothing to do; the first one looks at everything.
    private boolean hasPolicies() {
        return !informers.list(Kinds.NETWORK_POLICY, "").isEmpty();
    }

    private boolean hasHostPorts(@Nullable KubeObject pod) {
        if (pod == null) {
            return false;
        }
        HostPorts ports = HostPorts.of(pod);
        return ports.node().equals(config.nodeName()) && !ports.ports().isEmpty();
    }

    private void note(Cause cause, ObjectKey key) {
        noted.note(new Name(cause, key));
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

    private boolean write(SequencedSet<Name> names, boolean whole) throws InterruptedException {
        SequencedMap<String, Fragment> fragments = policies.update(keys(names));
        for (Name name : names) {
            if (name.cause() == Cause.SERVICE) {
                fragments.put(name.key().toString(), service(name.key()));
            } else if (name.cause() == Cause.HOST_PORTS) {
                fragments.put("pod " + name.key(), hostPorts(name.key()));
            }
        }
        DesiredTable.Step step = table.update(fragments);
        try {
            nftables.apply(whole ? table.whole(nftables.readTimed(config.table())) : step.change());
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

    private static PolicyTable.Noted keys(SequencedSet<Name> names) {
        Map<Cause, List<ObjectKey>> keys = new EnumMap<>(Cause.class);
        for (Name name : names) {
            keys.computeIfAbsent(name.cause(), _ -> new ArrayList<>()).add(name.key());
        }
        return new PolicyTable.Noted(
                keys.getOrDefault(Cause.POLICY, List.of()),
                keys.getOrDefault(Cause.POLICY_POD, List.of()),
                keys.getOrDefault(Cause.POLICY_NAMESPACE, List.of()));
    }

    private Fragment hostPorts(ObjectKey key) {
        KubeObject pod = informers.get(Kinds.POD, key);
        return pod == null
                ? Fragment.EMPTY
                : HostPorts.of(pod).compute(config.nodeName(), config.family());
    }

    private Fragment service(ObjectKey key) {
        KubeObject service = informers.get(Kinds.SERVICE, key);
        if (service == null) {
            healthChecks.update(key, 0, 0);
            return Fragment.EMPTY;
        }
        List<SliceSpec> slices = new ArrayList<>();
        for (KubeObject slice :
                informers.indexed(Kinds.ENDPOINT_SLICE, BY_SERVICE, key.toString())) {
            SliceSpec known = SliceSpec.of(slice);
            if (known.family() == config.family()) {
                slices.add(known);
            }
        }
        ServiceSpec spec = ServiceSpec.of(service).of(config.family());
        healthChecks.update(key, spec.isProxied() ? spec.healthPort() : 0, readyHere(slices));
        return ServiceRules.compute(spec, slices, here());
    }

    private Here here() {
        KubeObject node = informers.get(Kinds.NODE, ObjectKey.of("", config.nodeName()));
        return new Here(config.nodeName(), zone(node));
    }

    private int readyHere(List<SliceSpec> slices) {
        return (int)
                slices.stream()
                        .flatMap(slice -> slice.endpoints().stream())
                        .filter(e -> e.ready() && e.node().equals(config.nodeName()))
                        .map(SliceSpec.Endpoint::address)
                        .distinct()
                        .count();
    }
}
