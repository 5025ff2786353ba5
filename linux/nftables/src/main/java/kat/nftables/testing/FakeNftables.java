package kat.nftables.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.nftables.Change;
import kat.nftables.CommandException;
import kat.nftables.Element;
import kat.nftables.ElementSet;
import kat.nftables.Nftables;
import kat.nftables.Transaction;

/// Tables in memory. It refuses what the kernel refuses: names that are not there, elements that
/// are there with another value, elements to remove that are not there. It reads no rule's text.
public final class FakeNftables implements Nftables {

    private Map<String, FakeTable> tables = new TreeMap<>(); // guarded by this
    private final List<Transaction> applied = new ArrayList<>(); // guarded by this
    private boolean failing; // guarded by this

    private record FakeTable(
            Map<String, Map<String, String>> sets, Map<String, List<String>> chains) {

        FakeTable() {
            this(new TreeMap<>(), new TreeMap<>());
        }

        FakeTable copy() {
            Map<String, Map<String, String>> copied = new TreeMap<>();
            sets.forEach((name, elements) -> copied.put(name, new HashMap<>(elements)));
            return new FakeTable(copied, new TreeMap<>(chains));
        }
    }

    @Override
    public synchronized void apply(Transaction transaction) {
        if (failing) {
            throw new CommandException("the kernel refused packet rules: told to fail");
        }
        Map<String, FakeTable> next = new TreeMap<>();
        tables.forEach((name, table) -> next.put(name, table.copy()));
        for (Change change : transaction.changes()) {
            apply(next, transaction.table(), change);
        }
        tables = next;
        applied.add(transaction);
    }

    /// Makes every transaction from now on fail, or succeed again.
    public synchronized void fail(boolean failing) {
        this.failing = failing;
    }

    /// All transactions that took effect, oldest first.
    public synchronized List<Transaction> applied() {
        return List.copyOf(applied);
    }

    /// The rules of a chain.
    ///
    /// @throws CommandException when there is no such chain
    public synchronized List<String> rules(String table, String chain) {
        return require(require(tables, table).chains(), chain);
    }

    @Override
    public synchronized List<String> readTables() {
        return List.copyOf(tables.keySet());
    }

    @Override
    public synchronized List<Element> readElements(String table, ElementSet set) {
        List<Element> elements = new ArrayList<>();
        require(require(tables, table).sets(), set.name())
                .forEach((key, value) -> elements.add(new Element(key, value)));
        elements.removeIf(FakeNftables::isTimed);
        elements.sort(Comparator.comparing(Element::toString));
        return elements;
    }

    private static boolean isTimed(Element element) {
        return element.key().contains(" expires ");
    }

    @Override
    public synchronized SequencedMap<String, List<Element>> readTimed(String table) {
        SequencedMap<String, List<Element>> timed = new TreeMap<>();
        FakeTable there = tables.get(table);
        if (there != null) {
            there.sets()
                    .forEach(
                            (name, elements) -> {
                                List<Element> some =
                                        elements.keySet().stream()
                                                .map(Element::of)
                                                .filter(FakeNftables::isTimed)
                                                .toList();
                                if (!some.isEmpty()) {
                                    timed.put(name, some);
                                }
                            });
        }
        return timed;
    }

    private static void apply(Map<String, FakeTable> tables, String name, Change change) {
        switch (change) {
            case Change.ReplaceTable _ -> tables.put(name, new FakeTable());
            case Change.RemoveTable _ -> tables.remove(name);
            default -> applyInside(require(tables, name), change);
        }
    }

    private static void applyInside(FakeTable table, Change change) {
        switch (change) {
            case Change.AddSet(ElementSet set) ->
                    table.sets().computeIfAbsent(set.name(), _ -> new HashMap<>());
            case Change.RemoveSet(ElementSet set) -> {
                require(table.sets(), set.name());
                table.sets().remove(set.name());
            }
            case Change.AddChain(var chain) -> {
                List<String> rules =
                        new ArrayList<>(table.chains().getOrDefault(chain.name(), List.of()));
                rules.addAll(chain.rules());
                table.chains().put(chain.name(), rules);
            }
            case Change.ReplaceRules(var chain) -> {
                require(table.chains(), chain.name());
                table.chains().put(chain.name(), chain.rules());
            }
            case Change.RemoveChain(String chain) -> {
                require(table.chains(), chain);
                table.chains().remove(chain);
            }
            case Change.AddElements(String set, List<Element> elements) -> {
                Map<String, String> there = require(table.sets(), set);
                for (Element element : elements) {
                    String before = there.putIfAbsent(element.key(), element.value());
                    if (before != null && !before.equals(element.value())) {
                        throw new CommandException(set + " holds another " + element.key());
                    }
                }
            }
            case Change.RemoveElements(String set, List<Element> elements) -> {
                Map<String, String> there = require(table.sets(), set);
                for (Element element : elements) {
                    if (there.remove(element.key()) == null) {
                        throw new CommandException(set + " does not hold " + element.key());
                    }
                }
            }
            case Change.ReplaceTable _, Change.RemoveTable _ -> {}
        }
    }

    private static <T> T require(Map<String, T> there, String name) {
        T found = there.get(name);
        if (found == null) {
            throw new CommandException("the kernel refused packet rules: no such file: " + name);
        }
        return found;
    }
}
