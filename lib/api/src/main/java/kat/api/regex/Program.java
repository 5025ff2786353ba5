package kat.api.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An expression as instructions: each reads a character of a set, notes a place, asks for a
/// condition, or goes on at two places of which the first is preferred.
///
/// **Threads:** immutable once made.
final class Program {

    static final int ONE = 0;
    static final int EITHER = 1;
    static final int NOTE = 2;
    static final int LOOK = 3;
    static final int DONE = 4;

    private final List<CodePoints> sets;
    private final List<Node.Place> looks;
    private final boolean atBeginning;
    private final int start;
    private final int groups;
    private final byte[] codes;
    private final int[] nexts;
    private final int[] arguments;

    private Program(Writer writer, int start, int groups, boolean atBeginning) {
        this.sets = List.copyOf(writer.sets.keySet());
        this.looks = List.copyOf(writer.looks);
        this.atBeginning = atBeginning;
        this.start = start;
        this.groups = groups;
        this.codes = Arrays.copyOf(writer.codes, writer.size);
        this.nexts = Arrays.copyOf(writer.nexts, writer.size);
        this.arguments = Arrays.copyOf(writer.arguments, writer.size);
    }

    /// @param groups how many the tree has
    static Program of(Node tree, int groups) {
        Writer writer = new Writer();
        int done = writer.add(DONE, 0, 0);
        int end = writer.add(NOTE, done, 1);
        int start = writer.add(NOTE, writer.write(tree, end), 0);
        return new Program(writer, start, groups, startsText(tree));
    }

    private static boolean startsText(Node node) {
        return switch (node) {
            case Node.Empty _, Node.One _ -> false;
            case Node.Look look -> look.place() == Node.Place.TEXT_BEGINS;
            case Node.Group group -> startsText(group.inner());
            case Node.Sequence all -> startsText(all.parts().getFirst());
            case Node.Choice all -> all.parts().stream().allMatch(Program::startsText);
            case Node.Repeat repeat -> repeat.least() > 0 && startsText(repeat.inner());
        };
    }

    int size() {
        return codes.length;
    }

    int groups() {
        return groups;
    }

    int start() {
        return start;
    }

    /// Whether it can only match where the text begins.
    boolean isAtBeginning() {
        return atBeginning;
    }

    /// Whether it has conditions on places.
    boolean hasLooks() {
        return !looks.isEmpty();
    }

    /// All sets, each once.
    List<CodePoints> sets() {
        return sets;
    }

    int code(int at) {
        return codes[at];
    }

    int next(int at) {
        return nexts[at];
    }

    /// Where [#EITHER] goes on else, the number of what [#NOTE] notes.
    int argument(int at) {
        return arguments[at];
    }

    CodePoints set(int at) {
        return sets.get(arguments[at]);
    }

    Node.Place place(int at) {
        return looks.get(arguments[at]);
    }

    /// Writes from the end to the beginning, so that each instruction knows the next one.
    private static final class Writer {

        private final Map<CodePoints, Integer> sets = new LinkedHashMap<>();
        private final List<Node.Place> looks = new ArrayList<>();
        private byte[] codes = new byte[16];
        private int[] nexts = new int[16];
        private int[] arguments = new int[16];
        private int size;

        int add(int code, int next, int argument) {
            if (size == codes.length) {
                codes = Arrays.copyOf(codes, 2 * size);
                nexts = Arrays.copyOf(nexts, 2 * size);
                arguments = Arrays.copyOf(arguments, 2 * size);
            }
            codes[size] = (byte) code;
            nexts[size] = next;
            arguments[size] = argument;
            return size++;
        }

        private int either(boolean greedy, int more, int less) {
            return greedy ? add(EITHER, more, less) : add(EITHER, less, more);
        }

        /// @param next where it goes on behind the node
        /// @return where the node begins
        int write(Node node, int next) {
            return switch (node) {
                case Node.Empty _ -> next;
                case Node.One one -> add(ONE, next, set(one.set()));
                case Node.Look look -> add(LOOK, next, look(look.place()));
                case Node.Group group -> {
                    int end = add(NOTE, next, 2 * group.number() + 1);
                    yield add(NOTE, write(group.inner(), end), 2 * group.number());
                }
                case Node.Sequence all -> {
                    int begin = next;
                    for (Node part : all.parts().reversed()) {
                        begin = write(part, begin);
                    }
                    yield begin;
                }
                case Node.Choice all -> {
                    int begin = write(all.parts().getLast(), next);
                    for (int i = all.parts().size() - 2; i >= 0; i--) {
                        begin = add(EITHER, write(all.parts().get(i), next), begin);
                    }
                    yield begin;
                }
                case Node.Repeat repeat -> repeat(repeat, next);
            };
        }

        private int look(Node.Place place) {
            if (!looks.contains(place)) {
                looks.add(place);
            }
            return looks.indexOf(place);
        }

        private int set(CodePoints set) {
            return sets.computeIfAbsent(set, _ -> sets.size());
        }

        private int repeat(Node.Repeat repeat, int next) {
            Node inner = repeat.inner();
            int begin = next;
            if (inner == Node.EMPTY) {
                return next;
            }
            if (repeat.most() < 0) {
                begin = loop(repeat, next);
            } else {
                for (int i = repeat.least(); i < repeat.most(); i++) {
                    begin = either(repeat.greedy(), write(inner, begin), next);
                }
            }
            int copies = repeat.most() < 0 ? repeat.least() - 1 : repeat.least();
            for (int i = 0; i < copies; i++) {
                begin = write(inner, begin);
            }
            return begin;
        }

        /// At least once, or any number of times. What can match nothing is tried once before
        /// it is passed by, as Go does, so that its groups are noted.
        private int loop(Node.Repeat repeat, int next) {
            int again = either(repeat.greedy(), 0, next);
            int begin = write(repeat.inner(), again);
            if (repeat.greedy()) {
                nexts[again] = begin;
            } else {
                arguments[again] = begin;
            }
            if (repeat.least() > 0) {
                return begin;
            }
            return canBeEmpty(repeat.inner()) ? either(repeat.greedy(), begin, next) : again;
        }

        private boolean canBeEmpty(Node node) {
            return switch (node) {
                case Node.Empty _, Node.Look _ -> true;
                case Node.One _ -> false;
                case Node.Group group -> canBeEmpty(group.inner());
                case Node.Sequence all -> all.parts().stream().allMatch(this::canBeEmpty);
                case Node.Choice all -> all.parts().stream().anyMatch(this::canBeEmpty);
                case Node.Repeat repeat -> repeat.least() == 0 || canBeEmpty(repeat.inner());
            };
        }
    }
}
