package kat.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.ClusterView;
import kat.nftables.IpFamily;
import kat.proxy.PolicySpec.Peer;
import kat.proxy.PolicySpec.Rule;
import org.jspecify.annotations.Nullable;

/// The NetworkPolicies of the cluster and what they see, as last looked at. From the names of what
/// changed it computes the parts of the table that may differ.
///
/// While there is no policy it holds nothing and looks at nothing.
///
/// **Threads:** one.
final class PolicyTable implements PolicyRules.Pods {

    private static final String ENTRIES = "policies";

    private final ClusterView view;
    private final String node;
    private final IpFamily family;
    private final SequencedMap<ObjectKey, PolicySpec> policies = new TreeMap<>();
    private final Map<String, SequencedMap<String, String>> namespaces = new HashMap<>();
    private final SequencedMap<String, SequencedMap<ObjectKey, PolicyPod>> pods = new TreeMap<>();
    private final SequencedSet<ObjectKey> isolated = new TreeSet<>();

    /// What changed.
    record Noted(
            Collection<ObjectKey> policies,
            Collection<ObjectKey> pods,
            Collection<ObjectKey> namespaces) {}

    /// @param node the Node whose pods are isolated here
    /// @param family of the table
    PolicyTable(ClusterView view, String node, IpFamily family) {
        this.view = view;
        this.node = node;
        this.family = family;
    }

    @Override
    public IpFamily family() {
        return family;
    }

    /// The parts that may differ now, by owner.
    SequencedMap<String, Fragment> update(Noted noted) {
        SequencedSet<ObjectKey> touchedPolicies = new TreeSet<>();
        SequencedSet<ObjectKey> touchedPods = new TreeSet<>();
        boolean none = policies.isEmpty();
        for (ObjectKey key : noted.policies()) {
            takePolicy(key, touchedPolicies, touchedPods);
        }
        if (policies.isEmpty()) {
            forgetWorld(touchedPods);
        } else if (none) {
            lookAtWorld(touchedPods);
        } else {
            noted.namespaces().forEach(key -> takeNamespace(key.name(), touchedPolicies));
            noted.pods().forEach(key -> takePod(key, touchedPolicies, touchedPods));
        }
        return fragments(touchedPolicies, touchedPods);
    }

    private SequencedMap<String, Fragment> fragments(
            SequencedSet<ObjectKey> touchedPolicies, SequencedSet<ObjectKey> touchedPods) {
        SequencedMap<String, Fragment> fragments = new TreeMap<>();
        for (ObjectKey key : touchedPolicies) {
            PolicySpec policy = policies.get(key);
            fragments.put(
                    "policy " + key,
                    policy == null ? Fragment.EMPTY : PolicyRules.allowances(policy, this));
        }
        for (ObjectKey key : touchedPods) {
            Fragment fragment = isolation(pod(key));
            fragments.put("isolated " + key, fragment);
            if (fragment.chains().isEmpty()) {
                isolated.remove(key);
            } else {
                isolated.add(key);
            }
        }
        if (!fragments.isEmpty()) {
            fragments.put(ENTRIES, isolated.isEmpty() ? Fragment.EMPTY : PolicyRules.entries());
        }
        return fragments;
    }

    private Fragment isolation(@Nullable PolicyPod pod) {
        if (pod == null || !pod.node().equals(node)) {
            return Fragment.EMPTY;
        }
        List<PolicySpec> acting =
                policies.values().stream().filter(policy -> policy.selects(pod)).toList();
        return acting.isEmpty() ? Fragment.EMPTY : PolicyRules.isolation(pod, acting, family);
    }

    private void takePolicy(
            ObjectKey key,
            SequencedSet<ObjectKey> touchedPolicies,
            SequencedSet<ObjectKey> touchedPods) {
        KubeObject object = view.get(Kinds.NETWORK_POLICY, key);
        PolicySpec before = policies.get(key);
        PolicySpec after = object == null ? null : PolicySpec.of(object);
        if (after == null) {
            policies.remove(key);
        } else {
            policies.put(key, after);
        }
        touchedPolicies.add(key);
        for (PolicyPod pod : inNamespace(key.namespace())) {
            if ((before != null && before.selects(pod)) || (after != null && after.selects(pod))) {
                touchedPods.add(pod.key());
            }
        }
    }

    /// Before the first policy.
    private void lookAtWorld(SequencedSet<ObjectKey> touchedPods) {
        for (KubeObject namespace : view.list(Kinds.NAMESPACE, "")) {
            namespaces.put(namespace.name(), namespace.labels());
        }
        for (KubeObject object : view.list(Kinds.POD, "")) {
            PolicyPod pod = PolicyPod.of(object);
            put(pod.key(), pod);
            touchedPods.add(pod.key());
        }
    }

    /// After the last policy.
    private void forgetWorld(SequencedSet<ObjectKey> touchedPods) {
        namespaces.clear();
        pods.clear();
        touchedPods.addAll(isolated);
    }

    private void takeNamespace(String name, SequencedSet<ObjectKey> touchedPolicies) {
        KubeObject namespace = view.get(Kinds.NAMESPACE, ObjectKey.of("", name));
        SequencedMap<String, String> after =
                namespace == null ? JsonObject.EMPTY.strings() : namespace.labels();
        SequencedMap<String, String> before =
                namespace == null ? namespaces.remove(name) : namespaces.put(name, after);
        if (!after.equals(before)) {
            touchedPolicies.addAll(policies.keySet());
        }
    }

    private void takePod(
            ObjectKey key,
            SequencedSet<ObjectKey> touchedPolicies,
            SequencedSet<ObjectKey> touchedPods) {
        KubeObject object = view.get(Kinds.POD, key);
        PolicyPod before = pod(key);
        PolicyPod after = object == null ? null : PolicyPod.of(object);
        if (after == null ? before == null : after.equals(before)) {
            return;
        }
        for (PolicySpec policy : policies.values()) {
            if ((before != null && sees(policy, before))
                    || (after != null && sees(policy, after))) {
                touchedPolicies.add(policy.key());
            }
        }
        put(key, after);
        touchedPods.add(key);
    }

    /// Whether a pod may stand in a set of the policy.
    private boolean sees(PolicySpec policy, PolicyPod pod) {
        Predicate<Rule> named =
                rule -> rule.ports().stream().anyMatch(port -> !port.name().isEmpty());
        return sees(policy, policy.from(), pod)
                || sees(policy, policy.to(), pod)
                || policy.to().stream().anyMatch(named)
                || (policy.selects(pod) && policy.from().stream().anyMatch(named));
    }

    private boolean sees(PolicySpec policy, List<Rule> rules, PolicyPod pod) {
        for (Rule rule : rules) {
            for (Peer peer : rule.peers()) {
                if (peer instanceof Peer.Pods some
                        && matches(policy.key().namespace(), some, pod)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean matches(String own, Peer.Pods peer, PolicyPod pod) {
        return isNamespaceMatched(own, peer, pod.key().namespace())
                && peer.pods().matches(pod.labels());
    }

    private boolean isNamespaceMatched(String own, Peer.Pods peer, String namespace) {
        return peer.namespaceMatches(
                own, namespace, namespaces.getOrDefault(namespace, JsonObject.EMPTY.strings()));
    }

    private @Nullable PolicyPod pod(ObjectKey key) {
        SequencedMap<ObjectKey, PolicyPod> some = pods.get(key.namespace());
        return some == null ? null : some.get(key);
    }

    private void put(ObjectKey key, @Nullable PolicyPod pod) {
        SequencedMap<ObjectKey, PolicyPod> some =
                pods.computeIfAbsent(key.namespace(), _ -> new TreeMap<>());
        if (pod == null) {
            some.remove(key);
        } else {
            some.put(key, pod);
        }
    }

    private Collection<PolicyPod> inNamespace(String namespace) {
        SequencedMap<ObjectKey, PolicyPod> some = pods.get(namespace);
        return some == null ? List.of() : some.values();
    }

    @Override
    public List<PolicyPod> matching(String own, Peer.Pods peer) {
        List<PolicyPod> found = new ArrayList<>();
        pods.forEach(
                (namespace, some) -> {
                    if (isNamespaceMatched(own, peer, namespace)) {
                        for (PolicyPod pod : some.values()) {
                            if (!pod.address(family).isEmpty()
                                    && peer.pods().matches(pod.labels())) {
                                found.add(pod);
                            }
                        }
                    }
                });
        return found;
    }

    @Override
    public List<PolicyPod> selected(PolicySpec policy) {
        return inNamespace(policy.key().namespace()).stream()
                .filter(pod -> !pod.address(family).isEmpty() && policy.selects(pod))
                .toList();
    }

    @Override
    public List<PolicyPod> all() {
        return pods.values().stream()
                .flatMap(some -> some.values().stream())
                .filter(pod -> !pod.address(family).isEmpty())
                .toList();
    }
}
