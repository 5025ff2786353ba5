package kat.api.regex;

import java.util.Arrays;

/// Finds where a program matches and what its groups hold: all its ways through the text go on
/// side by side, the preferred ones first, and of two at the same instruction the second ends.
///
/// **Threads:** one, for one text.
///
/// **Source:** Rob Pike's way, as told in Russ Cox, "Regular Expression Matching: the Virtual
/// Machine Approach". Among matches at one place that of a backtracking engine is preferred.
final class Walk {

    /// Above each entry that restores a place, in the stack.
    private static final int RESTORE = -1;

    private final Program program;
    private final String text;
    private final Steps steps;
    private final int notes;
    private final int[] now;
    private final int[] stack;
    private Ways ways;
    private Ways after;

    /// @param groups whose places it tells
    Walk(Program program, int groups, String text, Steps steps) {
        this.program = program;
        this.text = text;
        this.steps = steps;
        this.notes = 2 * (groups + 1);
        this.now = new int[notes];
        this.stack = new int[4 * program.size() + 4];
        this.ways = new Ways(program.size(), notes);
        this.after = new Ways(program.size(), notes);
    }

    /// Looks for a match at or after a place.
    ///
    /// @param found takes first and last place of the match and of each group; -1 for a group
    ///     that took no part
    /// @return whether there is one
    /// @throws TooManyStepsException when the steps do not suffice
    boolean find(int from, int[] found) {
        boolean matched = false;
        ways.clear();
        int at = from;
        while (true) {
            boolean begins = !matched && (!program.isAtBeginning() || at == 0);
            if (ways.size == 0 && !begins) {
                return matched;
            }
            if (begins) {
                Arrays.fill(now, -1);
                add(program.start(), at);
            }
            steps.take(4L + ways.size);
            int codePoint = at < text.length() ? text.codePointAt(at) : -1;
            int next = at + (codePoint < 0 ? 0 : Character.charCount(codePoint));
            matched |= step(codePoint, next, found);
            if (codePoint < 0) {
                return matched;
            }
            at = next;
        }
    }

    /// Takes all ways over one character.
    ///
    /// @param codePoint -1 behind the text
    /// @return whether one of them has come to its end, which ends all that are less preferred
    private boolean step(int codePoint, int next, int[] found) {
        Ways before = ways;
        ways = after;
        after = before;
        ways.clear();
        for (int i = 0; i < before.size; i++) {
            int at = before.places[i];
            if (program.code(at) == Program.DONE) {
                System.arraycopy(before.notes, at * notes, found, 0, notes);
                return true;
            }
            if (codePoint >= 0 && program.set(at).contains(codePoint)) {
                System.arraycopy(before.notes, at * notes, now, 0, notes);
                add(program.next(at), next);
            }
        }
        return false;
    }

    /// Adds an instruction and all that follow without a character.
    private void add(int start, int place) {
        int depth = 0;
        stack[depth++] = start;
        long visited = 0;
        while (depth > 0) {
            int at = stack[--depth];
            if (at == RESTORE) {
                int note = stack[--depth];
                now[note] = stack[--depth];
                continue;
            }
            if (!ways.take(at)) {
                continue;
            }
            visited++;
            switch (program.code(at)) {
                case Program.EITHER -> {
                    stack[depth++] = program.argument(at);
                    stack[depth++] = program.next(at);
                }
                case Program.NOTE -> {
                    int note = program.argument(at);
                    if (note < notes) {
                        stack[depth++] = now[note];
                        stack[depth++] = note;
                        stack[depth++] = RESTORE;
                        now[note] = place;
                    }
                    stack[depth++] = program.next(at);
                }
                case Program.LOOK -> {
                    if (is(program.place(at), place)) {
                        stack[depth++] = program.next(at);
                    }
                }
                default -> {
                    ways.places[ways.size++] = at;
                    System.arraycopy(now, 0, ways.notes, at * notes, notes);
                }
            }
        }
        steps.take(visited);
    }

    private boolean is(Node.Place place, int at) {
        return switch (place) {
            case TEXT_BEGINS -> at == 0;
            case TEXT_ENDS -> at == text.length();
            case LINE_BEGINS -> at == 0 || text.charAt(at - 1) == '\n';
            case LINE_ENDS -> at == text.length() || text.charAt(at) == '\n';
            case WORD_BOUNDARY -> isWord(at - 1) != isWord(at);
            case NO_WORD_BOUNDARY -> isWord(at - 1) == isWord(at);
        };
    }

    private boolean isWord(int at) {
        return at >= 0 && at < text.length() && CodePoints.WORD.contains(text.charAt(at));
    }

    /// Instructions that are gone through at one place of the text, the preferred ones first.
    private static final class Ways {

        private final int[] places;
        private final int[] seen;
        private final int[] notes; // of each instruction
        private int size;
        private int round;

        Ways(int instructions, int notes) {
            this.places = new int[instructions];
            this.seen = new int[instructions];
            this.notes = new int[instructions * notes];
        }

        void clear() {
            size = 0;
            round++;
        }

        /// Whether the instruction is there for the first time since all were cleared.
        boolean take(int at) {
            boolean first = seen[at] != round;
            seen[at] = round;
            return first;
        }
    }
}
