package kat.nftables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kernel's rules through the program `nft`, one process for each transaction.
public final class NftProgram implements Nftables {

    private static final int SHOWN_ERROR_CHARACTERS = 600;

    /// A set with elements: its name, and what stands between their braces.
    private static final Pattern SET =
            Pattern.compile("\\bset (\\S+) \\{[^{}]*elements = \\{([^{}]*)\\}");

    private final Commands commands;
    private final IpFamily family;
    private final ReentrantLock one = new ReentrantLock();

    /// Tables of IPv4.
    public NftProgram(Commands commands) {
        this(commands, IpFamily.IPV4);
    }

    public NftProgram(Commands commands, IpFamily family) {
        this.commands = commands;
        this.family = family;
    }

    @Override
    public void apply(Transaction transaction) throws InterruptedException {
        if (transaction.isEmpty()) {
            return;
        }
        one.lockInterruptibly();
        try {
            run(List.of("nft", "-f", "-"), RulesetText.of(transaction, family));
        } finally {
            one.unlock();
        }
    }

    @Override
    public List<String> readTables() throws InterruptedException {
        List<String> names = new ArrayList<>();
        String begin = "table " + family.word() + " ";
        String listing = run(List.of("nft", "list", "tables", family.word()), "");
        for (String line : listing.split("\n", -1)) {
            if (line.startsWith(begin)) {
                names.add(line.substring(begin.length()).strip());
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    @Override
    public List<Element> readElements(String table, ElementSet set) throws InterruptedException {
        String kind = set.isMap() ? "map" : "set";
        return parseElements(
                run(List.of("nft", "-nn", "list", kind, family.word(), table, set.name()), ""));
    }

    @Override
    public SequencedMap<String, List<Element>> readTimed(String table) throws InterruptedException {
        return readTables().contains(table)
                ? parseTimed(run(List.of("nft", "-nn", "list", "table", family.word(), table), ""))
                : new TreeMap<>();
    }

    /// Reads the sets of a whole table's listing.
    static SequencedMap<String, List<Element>> parseTimed(String listing) {
        SequencedMap<String, List<Element>> timed = new TreeMap<>();
        Matcher set = SET.matcher(listing);
        while (set.find()) {
            List<Element> elements = new ArrayList<>();
            for (String entry : set.group(2).split(",", -1)) {
                if (entry.contains(" expires ")) {
                    elements.add(Element.of(entry.strip()));
                }
            }
            if (!elements.isEmpty()) {
                timed.put(set.group(1), elements);
            }
        }
        return timed;
    }

    /// Reads the part `elements = { a : b, c : d }` of a listing.
    static List<Element> parseElements(String listing) {
        int start = listing.indexOf("elements = {");
        if (start < 0) {
            return List.of();
        }
        int open = listing.indexOf('{', start);
        List<Element> elements = new ArrayList<>();
        for (String entry :
                listing.substring(open + 1, listing.indexOf('}', open)).split(",", -1)) {
            String[] sides = entry.strip().split(" : ", 2);
            if (!sides[0].contains(" expires ")) {
                elements.add(new Element(sides[0], sides.length > 1 ? sides[1] : ""));
            }
        }
        elements.sort(Comparator.comparing(Element::toString));
        return elements;
    }

    private String run(List<String> arguments, String input) throws InterruptedException {
        Commands.Result result = commands.run(arguments, input);
        if (result.status() == Commands.NOT_FOUND) {
            throw new CommandException(
                    "nft is not installed; install the package nftables to have Services");
        }
        if (!result.isSuccess()) {
            String error = result.error().strip();
            throw new CommandException(
                    "the kernel refused packet rules: "
                            + error.substring(0, Math.min(SHOWN_ERROR_CHARACTERS, error.length())));
        }
        return result.output();
    }
}
