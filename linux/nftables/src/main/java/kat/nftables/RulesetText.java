package kat.nftables;

import java.util.List;

/// Turns transactions into nft's own language.
///
/// All sets come first, then all empty chains, then rules, then elements: so a chain may name one
/// that comes later. Cost: linear in the number of rules and elements.
///
/// **Source:** nft(8).
public final class RulesetText {

    private static final int ELEMENT_CHARACTERS = 64;

    private final StringBuilder text = new StringBuilder();
    private final IpFamily family;
    private final String table;

    private RulesetText(IpFamily family, String table) {
        this.family = family;
        this.table = table;
    }

    /// The input for `nft -f -`.
    ///
    /// @param family of the table; rules and types are translated into its words
    public static String of(Transaction transaction, IpFamily family) {
        RulesetText writer = new RulesetText(family, transaction.table());
        List<Change> changes = transaction.changes();
        changes.forEach(writer::writeDeclaration);
        changes.forEach(writer::writeContent);
        return writer.text.toString();
    }

    private void writeDeclaration(Change change) {
        switch (change) {
            case Change.ReplaceTable _ -> {
                command("add table", "");
                command("delete table", "");
                command("add table", "");
            }
            case Change.RemoveTable _ -> {
                command("add table", "");
                command("delete table", "");
            }
            case Change.AddSet(ElementSet set) ->
                    command(
                            set.isMap() ? "add map" : "add set",
                            set.name()
                                    + " { "
                                    + family.inItsWords(String.join("; ", set.properties()))
                                    + "; }");
            case Change.AddChain(Chain chain) ->
                    command(
                            "add chain",
                            chain.isBase()
                                    ? chain.name() + " { " + chain.hook() + "; policy accept; }"
                                    : chain.name());
            case Change.ReplaceRules _,
                    Change.RemoveChain _,
                    Change.RemoveSet _,
                    Change.AddElements _,
                    Change.RemoveElements _ -> {}
        }
    }

    private void writeContent(Change change) {
        switch (change) {
            case Change.AddChain(Chain chain) -> writeRules(chain);
            case Change.ReplaceRules(Chain chain) -> {
                command("flush chain", chain.name());
                writeRules(chain);
            }
            case Change.RemoveChain(String chain) -> {
                command("flush chain", chain);
                command("delete chain", chain);
            }
            case Change.RemoveSet(ElementSet set) ->
                    command(set.isMap() ? "delete map" : "delete set", set.name());
            case Change.AddElements(String set, List<Element> elements) ->
                    writeElements("add element", set, elements, true);
            case Change.RemoveElements(String set, List<Element> elements) ->
                    writeElements("delete element", set, elements, false);
            case Change.ReplaceTable _, Change.RemoveTable _, Change.AddSet _ -> {}
        }
    }

    private void writeRules(Chain chain) {
        for (String rule : chain.rules()) {
            command("add rule", chain.name() + " " + family.inItsWords(rule));
        }
    }

    private void writeElements(
            String verb, String set, List<Element> elements, boolean withValues) {
        if (elements.isEmpty()) {
            return;
        }
        text.ensureCapacity(text.length() + elements.size() * ELEMENT_CHARACTERS);
        text.append(verb)
                .append(' ')
                .append(family.word())
                .append(' ')
                .append(table)
                .append(' ')
                .append(set)
                .append(" { ");
        String separator = "";
        for (Element element : elements) {
            text.append(separator).append(element.key());
            if (withValues && !element.value().isEmpty()) {
                text.append(" : ").append(element.value());
            }
            separator = ", ";
        }
        text.append(" }\n");
    }

    private void command(String verb, String rest) {
        text.append(verb).append(' ').append(family.word()).append(' ').append(table);
        if (!rest.isEmpty()) {
            text.append(' ').append(rest);
        }
        text.append('\n');
    }
}
