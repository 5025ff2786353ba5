package kat.api.regex;

/// A regular expression in RE2's syntax, the one of Go, which refuses in Go's words what it
/// does not have: back references, look-around, possessive quantifiers.
///
/// Time is in proportion to the text, and to the size of the expression with its repeats
/// written out. An expression of more than [#LARGEST] instructions is refused (Go takes 3.3
/// million). A text that would take more than [#MOST_STEPS] steps is given up, where Go goes
/// on: `a.{200}x`, of which a text of `a` and `b` in no order is at some hundred places at
/// once, comes to that after some 190,000 characters.
///
/// **Threads:** immutable, but for what it remembers of earlier texts, which any thread may
/// add.
///
/// **Source:** RE2's syntax page; Go 1.26's `regexp`.
public final class Regex {

    /// How many instructions an expression may come to, and how many ranges its characters.
    public static final int LARGEST = 100_000;

    /// How many steps one text may take, some nanoseconds each.
    public static final long MOST_STEPS = 100_000_000;

    private final String source;
    private final Program program;
    private final Automaton automaton;

    private Regex(String source, Program program) {
        this.source = source;
        this.program = program;
        this.automaton = new Automaton(program);
    }

    /// @throws IllegalArgumentException with the words of Go when it is no such expression
    public static Regex compile(String source) {
        return compile(source, LARGEST);
    }

    /// @param largest how many instructions it may come to; at most [#LARGEST]
    /// @throws IllegalArgumentException with the words of Go when it is no such expression
    public static Regex compile(String source, int largest) {
        Parser parser = new Parser(source, Math.min(largest, LARGEST));
        Node tree = parser.run();
        return new Regex(source, Program.of(tree, parser.groups()));
    }

    /// Whether it matches anywhere in the text.
    ///
    /// @throws TooManyStepsException when that takes too long to tell
    public boolean find(String text) {
        return find(text, MOST_STEPS);
    }

    /// Whether it matches anywhere in the text.
    ///
    /// @param steps how many the text may take; at most [#MOST_STEPS]
    /// @throws TooManyStepsException when that takes too long to tell
    public boolean find(String text, long steps) {
        return automaton.find(text, 0, new Steps(Math.min(steps, MOST_STEPS)));
    }

    /// Whether it matches anywhere in a text of UTF-8, without a copy where that is ASCII.
    ///
    /// @param from the text's first byte
    /// @param to the byte after its last
    /// @param steps how many the text may take; at most [#MOST_STEPS]
    /// @throws TooManyStepsException when that takes too long to tell
    public boolean find(byte[] text, int from, int to, long steps) {
        return automaton.find(text, from, to, new Steps(Math.min(steps, MOST_STEPS)));
    }

    /// The matches of one text, one after the other.
    ///
    /// @param groups how many groups' texts are wanted; fewer are told when it has fewer
    public Matches matcher(String text, int groups) {
        return new Matches(this, text, Math.min(groups, program.groups()));
    }

    /// How many instructions it is.
    int size() {
        return program.size();
    }

    @Override
    public String toString() {
        return source;
    }

    /// Walks from match to match. All of them share one count of steps.
    ///
    /// **Threads:** one.
    public static final class Matches {

        private final Regex regex;
        private final String text;
        private final Steps steps = new Steps(MOST_STEPS);
        private final Walk walk;
        private final int[] found;

        private Matches(Regex regex, String text, int groups) {
            this.regex = regex;
            this.text = text;
            this.walk = new Walk(regex.program, groups, text, steps);
            this.found = new int[2 * (groups + 1)];
        }

        /// Whether there is a match at or after a position.
        ///
        /// @throws TooManyStepsException when that, with what was asked before, takes too long
        ///     to tell
        public boolean find(int from) {
            if (from > text.length()) {
                return false;
            }
            boolean inside =
                    from > 0
                            && from < text.length()
                            && Character.isSurrogatePair(text.charAt(from - 1), text.charAt(from));
            int start = inside ? from + 1 : from;
            return regex.automaton.find(text, start, steps) && walk.find(start, found);
        }

        public int start() {
            return found[0];
        }

        public int end() {
            return found[1];
        }

        /// How many groups are told of.
        public int groups() {
            return found.length / 2 - 1;
        }

        /// A group's text; empty when the group took no part.
        public String group(int number) {
            return has(number) ? text.substring(found[2 * number], found[2 * number + 1]) : "";
        }

        /// Whether a group took part.
        public boolean has(int number) {
            return found[2 * number] >= 0 && found[2 * number + 1] >= 0;
        }
    }
}
