package kat.api.regex;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads an expression, and refuses it in the words of Go.
///
/// **Threads:** one, for one expression.
///
/// **Source:** RE2's syntax page; Go's `regexp/syntax` for what is refused first and how.
final class Parser {

    /// Nodes that may stand above each other.
    private static final int MAX_HEIGHT = 1_000;

    /// Copies of what is repeated, within each other too.
    private static final int MAX_REPEAT = 1_000;

    /// What comes to more instructions is too large for Go before it looks at copies.
    private static final int LARGEST_OF_GO = 3_355_443;

    private static final int TOO_BIG = 100_000_000;

    private final String source;
    private final Scanner in;
    private final Escapes escapes;
    private final long largest;
    private final Deque<Open> open = new ArrayDeque<>();
    private Open now = new Open(0, Flags.NONE);
    private Flags flags = Flags.NONE;
    private int groups;
    private long size;

    /// Where the repeat began that was read last; negative when something else was.
    private int repeatedFrom = -1;

    /// @param largest how many instructions it may come to
    Parser(String source, long largest) {
        this.source = source;
        this.in = new Scanner(source);
        this.escapes = new Escapes(in, largest);
        this.largest = largest;
    }

    /// How many groups were counted.
    int groups() {
        return groups;
    }

    /// @throws IllegalArgumentException with the words of Go when it is none
    Node run() {
        while (!in.atEnd()) {
            int from = in.at();
            boolean repeated = element(in.peek());
            repeatedFrom = repeated ? Math.min(from, repeatStart(from)) : -1;
        }
        if (!open.isEmpty()) {
            throw Scanner.refused("missing closing )", source);
        }
        return bounded(now.finished());
    }

    private int repeatStart(int from) {
        return repeatedFrom < 0 ? from : repeatedFrom;
    }

    /// Reads one element.
    ///
    /// @return whether it was a repeat
    private boolean element(char next) {
        switch (next) {
            case '(' -> opens();
            case '|' -> {
                in.skip(1);
                now.alternatives.add(Node.sequence(now.parts));
                now.parts = new ArrayList<>();
            }
            case ')' -> closes();
            case '^' -> look(1, flags.multiLine ? Node.Place.LINE_BEGINS : Node.Place.TEXT_BEGINS);
            case '$' -> look(1, flags.multiLine ? Node.Place.LINE_ENDS : Node.Place.TEXT_ENDS);
            case '.' -> {
                in.skip(1);
                add(new Node.One(flags.dotAll ? CodePoints.ALL : CodePoints.NEWLINE.negated()));
            }
            case '[' -> add(new Node.One(escapes.characterClass(flags.anyCase)));
            case '*', '+', '?' -> {
                int from = in.at();
                in.skip(1);
                repeat(from, next == '+' ? 1 : 0, next == '?' ? 1 : -1, false);
                return true;
            }
            case '{' -> {
                return counted();
            }
            case '\\' -> escape();
            default -> literal(in.next());
        }
        return false;
    }

    private void literal(int codePoint) {
        CodePoints single = CodePoints.of(codePoint);
        add(new Node.One(flags.anyCase ? single.inAnyCase() : single));
    }

    private void look(int length, Node.Place place) {
        in.skip(length);
        add(new Node.Look(place));
    }

    private void add(Node node) {
        now.parts.add(node);
        size += node.size();
        if (size > largest) {
            throw Scanner.refused("expression too large", source);
        }
    }

    private Node bounded(Node node) {
        if (node.size() > largest) {
            throw Scanner.refused("expression too large", source);
        }
        if (node.height() > MAX_HEIGHT) {
            throw Scanner.refused("expression nests too deeply", source);
        }
        return node;
    }

    private void opens() {
        if (in.startsWith("(?")) {
            special();
            return;
        }
        in.skip(1);
        open(++groups);
    }

    private void open(int group) {
        open.push(now);
        now = new Open(group, flags);
    }

    private void closes() {
        if (open.isEmpty()) {
            throw Scanner.refused("unexpected )", source);
        }
        in.skip(1);
        Node inner = now.finished();
        Node whole = now.group > 0 ? new Node.Group(now.group, inner) : inner;
        flags = now.flagsBefore;
        now = open.pop();
        now.parts.add(bounded(whole));
    }

    /// What begins with `(?`: a name, flags, or both.
    private void special() {
        int from = in.at();
        boolean named = in.startsWith("(?P<") && in.left() > 4;
        if (named || (in.startsWith("(?<") && in.left() > 3)) {
            int end = source.indexOf('>', from);
            if (end < 0) {
                throw Scanner.refused("invalid named capture", source.substring(from));
            }
            String name = source.substring(from + (named ? 4 : 3), end);
            if (!name.matches("[A-Za-z0-9_]+")) {
                throw Scanner.refused("invalid named capture", source.substring(from, end + 1));
            }
            in.moveTo(end + 1);
            open(++groups);
            return;
        }
        in.skip(2);
        Flags before = flags;
        Flags read = flags();
        if (read == null) {
            throw Scanner.refused("invalid or unsupported Perl syntax", in.since(from));
        }
        if (source.charAt(in.at() - 1) == ':') {
            flags = before;
            open(0);
        }
        flags = read;
    }

    /// The flags up to `:` or `)`, which is read too; null when something else stands there.
    private @Nullable Flags flags() {
        Flags read = flags;
        boolean on = true;
        boolean saw = false;
        while (!in.atEnd()) {
            int next = in.next();
            if (next == ':' || next == ')') {
                return on || saw ? read : null;
            }
            if (next == '-' && on) {
                on = false;
                saw = false;
                continue;
            }
            Flags more = read.with(next, on);
            if (more == null) {
                return null;
            }
            read = more;
            saw = true;
        }
        return null;
    }

    private void repeat(int from, int least, int most, boolean counted) {
        boolean lazy = in.takes('?');
        if (repeatedFrom >= 0) {
            throw Scanner.refused("invalid nested repetition operator", in.since(repeatedFrom));
        }
        if (now.parts.isEmpty()) {
            throw Scanner.refused("missing argument to repetition operator", in.since(from));
        }
        boolean greedy = lazy == flags.lazy;
        Node repeated = Node.repeat(now.parts.removeLast(), least, most, greedy, counted);
        if ((least >= 2 || most >= 2)
                && repeated.size() <= LARGEST_OF_GO
                && !isValid(repeated, MAX_REPEAT)) {
            throw Scanner.refused("invalid repeat count", in.since(from));
        }
        now.parts.add(bounded(repeated));
    }

    /// What begins with a brace: a repeat, or the brace itself.
    private boolean counted() {
        int from = in.at();
        in.skip(1);
        int least = number();
        boolean range = least != Scanner.NONE && in.takes(',');
        boolean endless = range && !in.atEnd() && in.peek() == '}';
        int most = range && !endless ? number() : least;
        if (least == Scanner.NONE || most == Scanner.NONE || !in.takes('}')) {
            in.moveTo(from + 1);
            literal('{');
            return false;
        }
        if (least > MAX_REPEAT || (!endless && (most > MAX_REPEAT || least > most))) {
            throw Scanner.refused("invalid repeat count", in.since(from));
        }
        repeat(from, least, endless ? -1 : most, true);
        return true;
    }

    /// A number without leading zeros, or [Scanner#NONE].
    private int number() {
        int from = in.at();
        int value = 0;
        while (!in.atEnd() && in.peek() >= '0' && in.peek() <= '9') {
            value = Math.min(TOO_BIG, 10 * value + in.peek() - '0');
            in.skip(1);
        }
        int digits = in.at() - from;
        return digits == 0 || (digits > 1 && source.charAt(from) == '0') ? Scanner.NONE : value;
    }

    /// Whether no innermost element is copied more often than allowed. Go divides what is
    /// allowed on the way down, without a rest.
    private static boolean isValid(Node node, int allowed) {
        return switch (node) {
            case Node.Empty _, Node.One _, Node.Look _ -> true;
            case Node.Group group -> isValid(group.inner(), allowed);
            case Node.Sequence all -> all.parts().stream().allMatch(p -> isValid(p, allowed));
            case Node.Choice all -> all.parts().stream().allMatch(p -> isValid(p, allowed));
            case Node.Repeat repeat -> {
                if (!repeat.counted()) {
                    yield isValid(repeat.inner(), allowed);
                }
                int copies = repeat.most() < 0 ? repeat.least() : repeat.most();
                yield repeat.most() == 0
                        || (copies <= allowed
                                && isValid(repeat.inner(), allowed / Math.max(1, copies)));
            }
        };
    }

    private void escape() {
        char next = in.left() > 1 ? source.charAt(in.at() + 1) : 0;
        switch (next) {
            case 'A' -> look(2, Node.Place.TEXT_BEGINS);
            case 'z' -> look(2, Node.Place.TEXT_ENDS);
            case 'b' -> look(2, Node.Place.WORD_BOUNDARY);
            case 'B' -> look(2, Node.Place.NO_WORD_BOUNDARY);
            case 'C' -> throw Scanner.refused("invalid escape sequence", "\\C");
            case 'Q' -> quoted();
            default -> {
                CodePoints named = escapes.named(flags.anyCase);
                if (named != null) {
                    add(new Node.One(named));
                } else {
                    literal(escapes.single());
                }
            }
        }
    }

    private void quoted() {
        in.skip(2);
        int end = source.indexOf("\\E", in.at());
        int stop = end < 0 ? source.length() : end;
        while (in.at() < stop) {
            literal(in.next());
        }
        in.moveTo(end < 0 ? stop : end + 2);
    }

    /// Parentheses that are not closed yet, or the whole.
    private static final class Open {

        private final int group;
        private final Flags flagsBefore;
        private final List<Node> alternatives = new ArrayList<>();
        private List<Node> parts = new ArrayList<>();

        /// @param group 0 for parentheses that do not count
        Open(int group, Flags flagsBefore) {
            this.group = group;
            this.flagsBefore = flagsBefore;
        }

        Node finished() {
            alternatives.add(Node.sequence(parts));
            return Node.choice(alternatives);
        }
    }

    /// What `(?imsU)` switches.
    private record Flags(boolean anyCase, boolean multiLine, boolean dotAll, boolean lazy) {

        static final Flags NONE = new Flags(false, false, false, false);

        @Nullable Flags with(int letter, boolean on) {
            return switch (letter) {
                case 'i' -> new Flags(on, multiLine, dotAll, lazy);
                case 'm' -> new Flags(anyCase, on, dotAll, lazy);
                case 's' -> new Flags(anyCase, multiLine, on, lazy);
                case 'U' -> new Flags(anyCase, multiLine, dotAll, on);
                default -> null;
            };
        }
    }
}
