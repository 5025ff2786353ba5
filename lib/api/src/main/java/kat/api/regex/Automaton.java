package kat.api.regex;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Tells whether a program matches somewhere, one step a character: all instructions that the
/// program could be at are one state. States are made when a text first leads to them, and
/// forgotten when they become too many.
///
/// **Threads:** any. Two may make the same state; one of both stays.
///
/// **Source:** Russ Cox, "Regular Expression Matching in the Wild".
final class Automaton {

    /// How many numbers all kept states may hold together.
    static final int MAX_KEPT = 16_000;

    private static final int BEGIN = 0;
    private static final int NEWLINE = 1;
    private static final int WORD = 2;
    private static final int OTHER = 3;

    private final Program program;
    private final Alphabet alphabet;
    private final State matched = new State(new int[0], OTHER, 0);
    private volatile Kept kept;

    Automaton(Program program) {
        this.program = program;
        this.alphabet = new Alphabet(program);
        this.kept = new Kept(first());
    }

    /// Whether there is a match at or after a place.
    ///
    /// @throws TooManyStepsException when the steps do not suffice
    boolean find(String text, int from, Steps steps) {
        Run run = new Run(steps);
        State state = begin(text, from);
        for (int at = from; at < text.length() && state.isOpen(); ) {
            int codePoint = text.codePointAt(at);
            state = run.next(state, alphabet.letter(codePoint));
            at += Character.charCount(codePoint);
        }
        return run.isMatchedAtEnd(state);
    }

    /// Whether there is a match in UTF-8.
    ///
    /// @throws TooManyStepsException when the steps do not suffice
    boolean find(byte[] text, int from, int to, Steps steps) {
        Run run = new Run(steps);
        State state = kept.first;
        for (int at = from; at < to && state.isOpen(); ) {
            byte each = text[at];
            if (each < 0) {
                return find(new String(text, from, to - from, UTF_8), 0, steps);
            }
            State next = run.next(state, alphabet.letter(each));
            at = next == state ? leaving(state, text, at + 1, to) : at + 1;
            state = next;
        }
        return run.isMatchedAtEnd(state);
    }

    /// The first byte that does not keep a state. Most texts are far from a match nearly
    /// everywhere, and this loop waits for no memory that depends on the byte before.
    private int leaving(State state, byte[] text, int from, int to) {
        @Nullable State[] nexts = state.nexts;
        int at = from;
        while (at < to && text[at] >= 0 && nexts[alphabet.letter(text[at])] == state) {
            at++;
        }
        return at;
    }

    private State begin(String text, int from) {
        if (from == 0) {
            return kept.first;
        }
        boolean starts = !program.isAtBeginning();
        int before = kind(text.codePointBefore(from));
        return keep(starts ? new int[] {program.start()} : new int[0], before);
    }

    private State first() {
        return new State(new int[] {program.start()}, BEGIN, alphabet.size() + 1);
    }

    private int kind(int codePoint) {
        if (!program.hasLooks()) {
            return OTHER;
        }
        if (codePoint == '\n') {
            return NEWLINE;
        }
        return CodePoints.WORD.contains(codePoint) ? WORD : OTHER;
    }

    /// The one kept state that is equal.
    private State keep(int[] places, int before) {
        State made = new State(places, before, alphabet.size() + 1);
        Kept now = kept;
        State known = now.states.putIfAbsent(made, made);
        if (known != null) {
            return known;
        }
        if (now.size.addAndGet(places.length + alphabet.size() + 16) > MAX_KEPT) {
            kept = new Kept(first());
        }
        return made;
    }

    private static final class Kept {
        private final State first; // where each text begins
        private final ConcurrentHashMap<State, State> states = new ConcurrentHashMap<>();
        private final AtomicInteger size = new AtomicInteger();

        Kept(State first) {
            this.first = first;
            states.put(first, first);
        }
    }

    /// One text's way through the states.
    private final class Run {

        private final Steps steps;
        private @Nullable Maker maker;

        Run(Steps steps) {
            this.steps = steps;
        }

        State next(State state, int letter) {
            State known = state.nexts[letter];
            return known == null ? made(state, letter) : known;
        }

        private State made(State state, int letter) {
            Maker now = maker;
            if (now == null) {
                now = new Maker(steps);
                maker = now;
            }
            State made = now.next(state, letter);
            state.nexts[letter] = made;
            return made;
        }

        /// Whether there was a match before the end of the text, or is one with it.
        boolean isMatchedAtEnd(State state) {
            State last = state.isOpen() ? next(state, alphabet.size()) : state;
            return last == matched;
        }
    }

    /// Instructions that the program could be at, conditions not yet asked.
    private static final class State {

        private final int[] places;
        private final int before; // what kind of character was read last
        private final @Nullable State[] nexts; // written by several threads, alike

        State(int[] places, int before, int letters) {
            this.places = places;
            this.before = before;
            this.nexts = new State[letters];
        }

        /// Whether more text may change whether there is a match.
        boolean isOpen() {
            return places.length > 0;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof State state
                    && before == state.before
                    && Arrays.equals(places, state.places);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(places) + before;
        }
    }

    /// Makes states that come after others.
    private final class Maker {

        private final Steps steps;
        private final int[] seen = new int[program.size()];
        private final int[] open = new int[program.size() + 1];
        private final int[] reached = new int[program.size()];
        private int round;

        Maker(Steps steps) {
            this.steps = steps;
        }

        /// What a letter leads to.
        ///
        /// @throws TooManyStepsException when the steps do not suffice
        State next(State state, int letter) {
            boolean end = letter == alphabet.size();
            int codePoint = end ? -1 : alphabet.example(letter);
            Between between = new Between(state.before, end, end ? OTHER : kind(codePoint));
            round++;
            int size = 0;
            int visited = 0;
            for (int place : state.places) {
                int depth = push(0, place);
                while (depth > 0) {
                    int at = open[--depth];
                    visited++;
                    switch (program.code(at)) {
                        case Program.DONE -> {
                            return matched;
                        }
                        case Program.ONE -> {
                            if (!end && program.set(at).contains(codePoint)) {
                                reached[size++] = program.next(at);
                            }
                        }
                        case Program.LOOK -> {
                            if (between.is(program.place(at))) {
                                depth = push(depth, program.next(at));
                            }
                        }
                        case Program.EITHER -> {
                            depth = push(depth, program.argument(at));
                            depth = push(depth, program.next(at));
                        }
                        default -> depth = push(depth, program.next(at));
                    }
                }
            }
            steps.take(visited + 4L * size + alphabet.size() / 8 + 8L);
            return keep(sorted(size), between.after);
        }

        private int push(int depth, int at) {
            if (seen[at] == round) {
                return depth;
            }
            seen[at] = round;
            open[depth] = at;
            return depth + 1;
        }

        /// What was reached, each place once, and where a match may begin anew.
        private int[] sorted(int size) {
            boolean again = !program.isAtBeginning();
            int[] places = Arrays.copyOf(reached, size + (again ? 1 : 0));
            if (again) {
                places[size] = program.start();
            }
            Arrays.sort(places);
            int kept = 0;
            for (int i = 0; i < places.length; i++) {
                if (i == 0 || places[i] != places[kept - 1]) {
                    places[kept++] = places[i];
                }
            }
            return kept == places.length ? places : Arrays.copyOf(places, kept);
        }
    }

    /// A place between two characters.
    private record Between(int before, boolean end, int after) {

        boolean is(Node.Place place) {
            return switch (place) {
                case TEXT_BEGINS -> before == BEGIN;
                case TEXT_ENDS -> end;
                case LINE_BEGINS -> before == BEGIN || before == NEWLINE;
                case LINE_ENDS -> end || after == NEWLINE;
                case WORD_BOUNDARY -> (before == WORD) != (after == WORD);
                case NO_WORD_BOUNDARY -> (before == WORD) == (after == WORD);
            };
        }
    }
}
