package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.apiserver.registry.Derived;
import kat.apiserver.registry.Resource;
import kat.store.Store;

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

    private final Cluster cluster;
    private final Derived<Registered> registered;

    Registrations(Store store, Cluster cluster) {
        this.cluster = cluster;
        List<Resource> sources = KINDS.stream().map(cluster.resources()::require).toList();
        this.registered = new Derived<>(store, sources, this::read);
    }

    Registered get() {
        return registered.get();
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
        registered.close();
    }
}
