package kat.controllers.podautoscaler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.selector.LabelSelector;

/// Which autoscalers scale the same pods, by the selectors that their targets had when each was
/// looked at last.
///
/// **Threads:** any.
///
/// **Source:** `hpasControllingPodsUnderSelector` in
/// `pkg/controller/podautoscaler/horizontal.go`.
final class Rivals {

    private final Map<ObjectKey, LabelSelector> selectors = new ConcurrentHashMap<>();

    void note(ObjectKey autoscaler, LabelSelector selector) {
        selectors.put(autoscaler, selector);
    }

    void forget(ObjectKey autoscaler) {
        selectors.remove(autoscaler);
    }

    /// @param pods of one namespace
    /// @return the autoscalers of that namespace that scale at least one of them, by name
    List<ObjectKey> of(String namespace, List<KubeObject> pods) {
        List<ObjectKey> found = new ArrayList<>();
        selectors.forEach(
                (autoscaler, selector) -> {
                    if (autoscaler.namespace().equals(namespace)
                            && pods.stream().anyMatch(pod -> selector.matches(pod.labels()))) {
                        found.add(autoscaler);
                    }
                });
        found.sort(Comparator.comparing(ObjectKey::name));
        return found;
    }
}
