package kat.simulation.invariants;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.simulation.cluster.Commit;
import kat.simulation.cluster.Objects;

/// Each eviction that a PodDisruptionBudget grants costs it one disruption of those that it
/// has, and no ready pod is evicted that its budget did not grant.
final class BudgetsAreSpentOnce implements Invariant {

    private static final String ALLOWED = "disruptionsAllowed";
    private static final String GRANTED = "disruptedPods";
    private final Set<String> granted = new HashSet<>(); // budget's uid and pod's name

    @Override
    public Optional<String> violation(Commit commit, Objects objects) {
        KubeObject before = commit.before();
        KubeObject after = commit.after();
        if (before == null || after == null) {
            return Optional.empty();
        }
        if (commit.isOf("poddisruptionbudgets.policy")) {
            return ofBudget(commit, before, after);
        }
        boolean isEviction =
                commit.isOf("pods")
                        && isEvicted(after)
                        && !isEvicted(before)
                        && !before.isDeleting()
                        && isReady(before);
        return isEviction ? ofPod(commit, after, objects) : Optional.empty();
    }

    private Optional<String> ofBudget(Commit commit, KubeObject before, KubeObject after) {
        JsonObject known = before.status().object(GRANTED);
        int fresh = 0;
        for (String pod : after.status().object(GRANTED).names()) {
            granted.add(after.uid() + "/" + pod);
            fresh += known.has(pod) ? 0 : 1;
        }
        long had = before.status().integer(ALLOWED, 0);
        long has = after.status().integer(ALLOWED, 0);
        boolean isPaid = fresh == 1 && had > 0 && has == had - 1;
        return has < 0 || (fresh > 0 && !isPaid)
                ? Optional.of(
                        "%s granted %d evictions, had %d, has %d"
                                .formatted(commit.name(), fresh, had, has))
                : Optional.empty();
    }

    private Optional<String> ofPod(Commit commit, KubeObject pod, Objects objects) {
        for (KubeObject budget : objects.all("poddisruptionbudgets.policy")) {
            boolean covers =
                    budget.namespace().equals(pod.namespace())
                            && LabelSelector.parse(budget.spec().object("selector"))
                                    .matches(pod.labels());
            if (covers && !granted.contains(budget.uid() + "/" + pod.name())) {
                return Optional.of(commit.name() + " was evicted against " + budget.key());
            }
        }
        return Optional.empty();
    }

    private static boolean isEvicted(KubeObject pod) {
        return pod.status().array("conditions").objects().stream()
                .anyMatch(each -> each.string("reason").equals("EvictionByEvictionAPI"));
    }

    private static boolean isReady(KubeObject pod) {
        return pod.status().array("conditions").objects().stream()
                .anyMatch(
                        each ->
                                each.string("type").equals("Ready")
                                        && each.string("status").equals("True"));
    }
}
