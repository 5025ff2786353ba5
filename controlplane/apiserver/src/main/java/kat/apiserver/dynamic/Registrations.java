package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.apiserver.registry.Resource;
import kat.store.Store;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;

/// Knows which webhooks and policies are registered. What is stored is read again by the first
/// write after one of them changed; each version is parsed and compiled once.
///
/// **Threads:** any; never blocks.
final class Registrations implements AutoCloseable {

    private static final List<Kind> KINDS =
            List.of(
                    Kinds.MUTATING_WEBHOOKS,
                    Kinds.VALIDATING_WEBHOOKS,
                    Kinds.MUTATING_POLICY,
                    Kinds.MUTATING_POLICY_BINDING,
                    Kinds.VALIDATING_POLICY,
                    Kinds.VALIDATING_POLICY_BINDING);
    private static final int PER_POLL = 256;

    private final Cluster cluster;
    private final List<Watch> watches = new ArrayList<>();
    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Registered known;

    Registrations(Store store, Cluster cluster) {
        this.cluster = cluster;
        for (Kind kind : KINDS) {
            Resource resource = cluster.resources().require(kind);
            Watch watch = store.watch(new WatchQuery(resource.keys(""), store.revision()));
            watches.add(watch);
            listen(watch);
        }
    }

    private void listen(Watch watch) {
        while (watch.poll(PER_POLL) instanceof Watch.Events events && !events.events().isEmpty()) {
            changed();
        }
        watch.onReady(() -> forget(watch));
    }

    private void changed() {
        changes.incrementAndGet();
        known = null;
    }

    private void forget(Watch watch) {
        changed();
        if (!(watch.poll(1) instanceof Watch.Ended)) {
            listen(watch);
        }
    }

    Registered get() {
        Registered current = known;
        if (current == null) {
            long before = changes.get();
            current = read();
            known = current;
            if (changes.get() != before) {
                known = null;
            }
        }
        return current;
    }

    private Registered read() {
        return new Registered(
                webhooks(Kinds.MUTATING_WEBHOOKS),
                webhooks(Kinds.VALIDATING_WEBHOOKS),
                policies(Kinds.MUTATING_POLICY, Kinds.MUTATING_POLICY_BINDING),
                policies(Kinds.VALIDATING_POLICY, Kinds.VALIDATING_POLICY_BINDING));
    }

    private List<Webhook> webhooks(Kind kind) {
        List<Webhook> webhooks = new ArrayList<>();
        for (KubeObject configuration : cluster.list(kind)) {
            webhooks.addAll(Webhook.All.of(configuration).webhooks());
        }
        return List.copyOf(webhooks);
    }

    private List<Registered.Bound> policies(Kind kind, Kind bindingKind) {
        Map<String, List<PolicyBinding>> byPolicy = new HashMap<>();
        for (KubeObject each : cluster.list(bindingKind)) {
            PolicyBinding binding = PolicyBinding.of(each);
            byPolicy.computeIfAbsent(binding.policy(), _ -> new ArrayList<>()).add(binding);
        }
        List<Registered.Bound> bound = new ArrayList<>();
        for (KubeObject each : cluster.list(kind)) {
            List<PolicyBinding> bindings = byPolicy.get(each.name());
            if (bindings != null) {
                bound.add(new Registered.Bound(Policy.of(each), List.copyOf(bindings)));
            }
        }
        return List.copyOf(bound);
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
