package kat.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.nftables.Chain;
import kat.nftables.Change;
import kat.nftables.Element;
import kat.nftables.ElementSet;
import kat.nftables.Transaction;
import kat.proxy.Fragment.ElementKey;
import kat.proxy.Fragment.Pick;
import kat.proxy.Fragment.UdpFlow;
import org.jspecify.annotations.Nullable;

/// The table as it should be: the fragments of all owners, and who has an element that several
/// want. Cost of a change: the sizes of the fragments that changed, whatever else is there.
///
/// **Threads:** one.
final class DesiredTable {

    private final NetworkConfig config;
    private final Map<String, Fragment> fragments = new HashMap<>();
    private final Map<ElementKey, List<Claim>> claims = new HashMap<>();
    private final Set<Pick> picks = new TreeSet<>();
    private final Map<FrontEnds, Integer> indexes = new EnumMap<>(FrontEnds.class);

    /// An owner's wish for an element; lists of claims are sorted by owner.
    private record Claim(String owner, String value) {}

    /// What has to be done to get from one state to another.
    ///
    /// @param change to apply first
    /// @param cleaning to apply then: chains and sets that nothing names any more
    /// @param goneFlows UDP flows that must not go on
    /// @param newFrontEnds front ends for UDP that lead somewhere for the first time; `endpoint` is
    ///     empty
    record Step(
            Transaction change,
            Transaction cleaning,
            SequencedSet<UdpFlow> goneFlows,
            SequencedSet<UdpFlow> newFrontEnds) {}

    DesiredTable(NetworkConfig config) {
        this.config = config;
    }

    int size() {
        return claims.size();
    }

    /// Takes new fragments of some owners; an empty fragment takes the owner out.
    Step update(SequencedMap<String, Fragment> changed) {
        Map<String, Fragment> before = new LinkedHashMap<>();
        TreeMap<ElementKey, String> had = new TreeMap<>();
        changed.forEach(
                (owner, after) -> {
                    Fragment old = fragments.getOrDefault(owner, Fragment.EMPTY);
                    before.put(owner, old);
                    old.elements().keySet().forEach(key -> remember(key, had));
                    after.elements().keySet().forEach(key -> remember(key, had));
                });
        changed.forEach(this::replace);
        List<Change> changes = new ArrayList<>();
        addPicks(changed.values(), changes);
        List<Change> cleaning = new ArrayList<>();
        changed.forEach(
                (owner, after) ->
                        compareOwn(
                                Objects.requireNonNull(before.get(owner)),
                                after,
                                changes,
                                cleaning));
        compareElements(had, changed.values(), changes);
        return new Step(
                new Transaction(config.table(), changes),
                new Transaction(config.table(), cleaning),
                goneFlows(before.values(), changed.values()),
                newFrontEnds(before.values(), changed.values()));
    }

    /// The whole table, made anew in one transaction.
    Transaction whole() {
        return whole(new TreeMap<>());
    }

    /// @param remembered what the table before knows of clients that come back, by set
    Transaction whole(SequencedMap<String, List<Element>> remembered) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.ReplaceTable());
        changes.addAll(TableLayout.changes(config));
        indexes.forEach(
                (kind, count) -> {
                    for (int i = 0; i < count; i++) {
                        changes.addAll(TableLayout.endpoints(kind, i));
                    }
                });
        for (Pick pick : picks) {
            changes.add(new Change.AddChain(TableLayout.pick(pick)));
        }
        for (Fragment fragment : new TreeMap<>(fragments).values()) {
            fragment.sets().values().forEach(set -> changes.add(new Change.AddSet(set)));
            fragment.chains().values().forEach(chain -> changes.add(new Change.AddChain(chain)));
        }
        SequencedMap<String, List<Element>> bySet = new TreeMap<>();
        for (Fragment fragment : fragments.values()) {
            for (String set : fragment.sets().keySet()) {
                bySet.put(set, new ArrayList<>(remembered.getOrDefault(set, List.of())));
            }
        }
        claims.forEach(
                (key, wanted) ->
                        bySet.computeIfAbsent(key.set(), _ -> new ArrayList<>())
                                .add(new Element(key.key(), wanted.getFirst().value())));
        bySet.forEach((set, elements) -> changes.add(new Change.AddElements(set, elements)));
        return new Transaction(config.table(), changes);
    }

    private void remember(ElementKey key, Map<ElementKey, String> had) {
        String value = value(key);
        if (value != null) {
            had.put(key, value);
        }
    }

    private @Nullable String value(ElementKey key) {
        List<Claim> wanted = claims.get(key);
        return wanted == null ? null : wanted.getFirst().value();
    }

    private void replace(String owner, Fragment after) {
        Fragment before =
                after == Fragment.EMPTY ? fragments.remove(owner) : fragments.put(owner, after);
        if (before != null) {
            for (ElementKey key : before.elements().keySet()) {
                claims.computeIfPresent(
                        key,
                        (_, wanted) -> {
                            List<Claim> rest =
                                    wanted.stream().filter(c -> !c.owner().equals(owner)).toList();
                            return rest.isEmpty() ? null : rest;
                        });
            }
        }
        after.elements()
                .forEach(
                        (key, value) ->
                                claims.merge(
                                        key, List.of(new Claim(owner, value)), DesiredTable::join));
    }

    private static List<Claim> join(List<Claim> some, List<Claim> more) {
        List<Claim> all = new ArrayList<>(some);
        all.addAll(more);
        all.sort((a, b) -> a.owner().compareTo(b.owner()));
        return List.copyOf(all);
    }

    /// Chains for picking stay: they cost nothing, and the next change may want them again.
    private void addPicks(Collection<Fragment> after, List<Change> changes) {
        for (Fragment fragment : after) {
            for (Pick pick : fragment.picks()) {
                if (picks.add(pick)) {
                    addIndexes(pick, changes);
                    changes.add(new Change.AddChain(TableLayout.pick(pick)));
                }
            }
        }
    }

    private void addIndexes(Pick pick, List<Change> changes) {
        int there = indexes.getOrDefault(pick.frontEnds(), 0);
        for (int i = there; i < pick.count(); i++) {
            changes.addAll(TableLayout.endpoints(pick.frontEnds(), i));
        }
        indexes.put(pick.frontEnds(), Math.max(there, pick.count()));
    }

    private static void compareOwn(
            Fragment before, Fragment after, List<Change> changes, List<Change> cleaning) {
        for (ElementSet set : after.sets().values()) {
            ElementSet old = before.sets().get(set.name());
            if (old == null) {
                changes.add(new Change.AddSet(set));
            }
        }
        for (Chain chain : after.chains().values()) {
            Chain old = before.chains().get(chain.name());
            if (old == null) {
                changes.add(new Change.AddChain(chain));
            } else if (!old.equals(chain)) {
                changes.add(new Change.ReplaceRules(chain));
            }
        }
        List<Change> gone = new ArrayList<>();
        for (String name : before.chains().keySet()) {
            if (!after.chains().containsKey(name)) {
                changes.add(new Change.ReplaceRules(Chain.inner(name)));
                gone.add(new Change.RemoveChain(name));
            }
        }
        for (ElementSet set : before.sets().values()) {
            if (!after.sets().containsKey(set.name())) {
                gone.add(new Change.RemoveSet(set));
            }
        }
        cleaning.addAll(gone);
    }

    private void compareElements(
            Map<ElementKey, String> had, Collection<Fragment> after, List<Change> changes) {
        SequencedMap<String, List<Element>> removed = new TreeMap<>();
        SequencedMap<String, List<Element>> added = new TreeMap<>();
        Set<ElementKey> touched = new TreeSet<>(had.keySet());
        after.forEach(fragment -> touched.addAll(fragment.elements().keySet()));
        for (ElementKey key : touched) {
            String old = had.get(key);
            String now = value(key);
            if (Objects.equals(old, now)) {
                continue;
            }
            if (old != null) {
                removed.computeIfAbsent(key.set(), _ -> new ArrayList<>())
                        .add(new Element(key.key(), old));
            }
            if (now != null) {
                added.computeIfAbsent(key.set(), _ -> new ArrayList<>())
                        .add(new Element(key.key(), now));
            }
        }
        removed.forEach((set, all) -> changes.add(new Change.RemoveElements(set, all)));
        added.forEach((set, all) -> changes.add(new Change.AddElements(set, all)));
    }

    private static SequencedSet<UdpFlow> goneFlows(
            Collection<Fragment> before, Collection<Fragment> after) {
        TreeSet<UdpFlow> gone = new TreeSet<>();
        before.forEach(fragment -> gone.addAll(fragment.flows()));
        after.forEach(fragment -> gone.removeAll(fragment.flows()));
        return gone;
    }

    private static SequencedSet<UdpFlow> newFrontEnds(
            Collection<Fragment> before, Collection<Fragment> after) {
        TreeSet<UdpFlow> fresh = new TreeSet<>();
        after.forEach(fragment -> fragment.flows().forEach(f -> fresh.add(frontEnd(f))));
        before.forEach(fragment -> fragment.flows().forEach(f -> fresh.remove(frontEnd(f))));
        return fresh;
    }

    private static UdpFlow frontEnd(UdpFlow flow) {
        return new UdpFlow(flow.address(), flow.port(), "");
    }
}
