package kat.kubelet.admission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kat.api.KubeObject;
import kat.api.quota.Amounts;
import kat.api.quota.PodAmounts;
import org.jspecify.annotations.Nullable;

/// Who runs on this node and what each pod was promised. A pod that asks for more later keeps what
/// it has until there is room.
///
/// | event              | what becomes of the pod's entry                                      |
/// |--------------------|----------------------------------------------------------------------|
/// | it fits            | made, holding what it asks for                                       |
/// | it does not        | none                                                                 |
/// | it asks for more   | replaced when it fits; else it waits, with the reason                |
/// | it has ended       | removed; then those that wait are tried again, by urgency          |
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/allocation/allocation_manager.go`; KEP-1287.
public final class Allocations {

    private final Map<String, Entry> entries = new LinkedHashMap<>(); // guarded by this

    /// @param pod as it was promised room
    /// @param asked what it waits for; null when it waits for nothing
    /// @param since when it began to wait
    private record Entry(
            KubeObject pod, @Nullable KubeObject asked, String why, @Nullable Instant since) {

        static Entry of(KubeObject pod) {
            return new Entry(pod, null, "", null);
        }

        boolean asksForMore() {
            KubeObject wanted = Objects.requireNonNull(asked);
            Amounts before = PodAmounts.requests(pod.tree());
            Amounts after = PodAmounts.requests(wanted.tree());
            return after.get("cpu").compareTo(before.get("cpu")) > 0
                    || after.get("memory").compareTo(before.get("memory")) > 0;
        }
    }

    /// What a pod may have now.
    ///
    /// @param pod with the resources that it was promised
    /// @param why it waits for what it asks for; empty when it does not wait
    public record Allocation(KubeObject pod, String why) {

        public boolean isDeferred() {
            return !why.isEmpty();
        }
    }

    /// Takes a pod in if it fits; harmless when it is in.
    ///
    /// @return null when it is in
    public synchronized @Nullable Refusal admit(KubeObject pod, NodeView node) {
        if (entries.containsKey(pod.uid())) {
            return null;
        }
        Refusal refusal = NodeFit.check(pod, others(pod.uid()), node);
        if (refusal == null) {
            entries.put(pod.uid(), Entry.of(PodResizes.forget(pod)));
        }
        return refusal;
    }

    /// Takes a pod in that runs already, with what it was given.
    public synchronized void adopt(KubeObject pod) {
        entries.computeIfAbsent(pod.uid(), _ -> Entry.of(PodResizes.asGiven(pod)));
    }

    /// What the pod may have, after a look at what it asks for.
    ///
    /// @param pod as the API has it
    public synchronized Allocation allocate(KubeObject pod, NodeView node, Instant now) {
        Entry entry = entries.get(pod.uid());
        if (entry == null) {
            return new Allocation(pod, "");
        }
        KubeObject wanted = PodResizes.forget(pod);
        if (PodResizes.areEqual(wanted, entry.pod())) {
            entries.put(pod.uid(), Entry.of(wanted));
            return new Allocation(pod, "");
        }
        Instant since = entry.since() == null ? now : entry.since();
        Entry next = settle(new Entry(entry.pod(), wanted, "", since), node);
        entries.put(pod.uid(), next);
        return next.asked() == null
                ? new Allocation(pod, "")
                : new Allocation(PodResizes.withResourcesOf(pod, next.pod()), next.why());
    }

    /// Whether there is nothing to decide about: the pod holds what it asks for, or is not in.
    public synchronized boolean isSettled(KubeObject pod) {
        Entry entry = entries.get(pod.uid());
        return entry == null || (entry.asked() == null && PodResizes.areEqual(pod, entry.pod()));
    }

    /// Forgets a pod that holds nothing any more.
    ///
    /// @return whether it was in
    public synchronized boolean remove(String uid) {
        return entries.remove(uid) != null;
    }

    /// Tries again what waits, for example after another pod has become smaller.
    ///
    /// @return the uids of pods that got what they had been waiting for
    public synchronized List<String> retry(NodeView node) {
        List<Entry> waiting = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.asked() != null) {
                waiting.add(entry);
            }
        }
        waiting.sort(URGENCY);
        List<String> settled = new ArrayList<>();
        for (Entry entry : waiting) {
            Entry next = settle(entry, node);
            entries.put(next.pod().uid(), next);
            if (next.asked() == null) {
                settled.add(next.pod().uid());
            }
        }
        return List.copyOf(settled);
    }

    /// Whether somebody waits for room.
    public synchronized boolean hasWaiting() {
        return entries.values().stream().anyMatch(entry -> entry.asked() != null);
    }

    private Entry settle(Entry entry, NodeView node) {
        KubeObject wanted = Objects.requireNonNull(entry.asked());
        Refusal refusal = NodeFit.check(wanted, others(wanted.uid()), node);
        return refusal == null
                ? Entry.of(wanted)
                : new Entry(entry.pod(), wanted, refusal.message(), entry.since());
    }

    private List<KubeObject> others(String uid) {
        List<KubeObject> others = new ArrayList<>();
        entries.forEach(
                (each, entry) -> {
                    if (!each.equals(uid)) {
                        others.add(entry.pod());
                    }
                });
        return others;
    }

    /// Who asks for less goes first, then the pod of higher priority, then Guaranteed ones, then
    /// who has waited longest.
    private static final Comparator<Entry> URGENCY =
            Comparator.comparing(Entry::asksForMore)
                    .thenComparing(entry -> -entry.pod().spec().integer("priority", 0))
                    .thenComparing(entry -> !isGuaranteed(entry.pod()))
                    .thenComparing(entry -> Objects.requireNonNull(entry.since()));

    private static boolean isGuaranteed(KubeObject pod) {
        return pod.status().string("qosClass").equals("Guaranteed");
    }
}
