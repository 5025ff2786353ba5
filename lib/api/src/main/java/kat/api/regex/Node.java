package kat.api.regex;

import java.util.ArrayList;
import java.util.List;

/// An expression as a tree.
sealed interface Node {

    Node EMPTY = new Empty();

    /// How many nodes stand above each other here, as Go counts them.
    int height();

    /// About how many instructions it takes.
    long size();

    /// Matches nothing, everywhere.
    record Empty() implements Node {
        @Override
        public int height() {
            return 1;
        }

        @Override
        public long size() {
            return 1;
        }
    }

    /// One character of a set.
    record One(CodePoints set) implements Node {
        @Override
        public int height() {
            return 1;
        }

        @Override
        public long size() {
            return 1;
        }
    }

    /// A condition on a place between characters.
    record Look(Place place) implements Node {
        @Override
        public int height() {
            return 1;
        }

        @Override
        public long size() {
            return 1;
        }
    }

    /// What was put in parentheses that count.
    ///
    /// @param number from 1
    record Group(int number, Node inner) implements Node {
        @Override
        public int height() {
            return 1 + inner.height();
        }

        @Override
        public long size() {
            return 2 + inner.size();
        }
    }

    /// One after the other.
    record Sequence(List<Node> parts, int height, long size) implements Node {}

    /// One or the other; the first one is preferred.
    record Choice(List<Node> parts, int height, long size) implements Node {}

    /// Several times.
    ///
    /// @param most -1 for any number
    /// @param greedy whether more is preferred
    /// @param counted whether it was written with numbers
    record Repeat(
            Node inner, int least, int most, boolean greedy, boolean counted, int height, long size)
            implements Node {}

    static Node sequence(List<Node> parts) {
        if (parts.size() <= 1) {
            return parts.isEmpty() ? EMPTY : parts.getFirst();
        }
        List<Node> flat = new ArrayList<>(parts.size());
        for (Node part : parts) {
            if (part instanceof Sequence inner) {
                flat.addAll(inner.parts);
            } else {
                flat.add(part);
            }
        }
        long size = 0;
        int height = 0;
        boolean literal = true;
        for (Node part : flat) {
            size += part.size();
            height = Math.max(height, part.height());
            literal &= part instanceof One one && one.set.isSingle();
        }
        return new Sequence(List.copyOf(flat), literal ? 1 : height + 1, size);
    }

    static Node choice(List<Node> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        List<Node> flat = new ArrayList<>(parts.size());
        for (Node part : parts) {
            if (part instanceof Choice inner) {
                flat.addAll(inner.parts);
            } else {
                flat.add(part);
            }
        }
        long size = flat.size() - 1L;
        int height = 0;
        for (Node part : flat) {
            size += part.size();
            height = Math.max(height, part.height());
        }
        return new Choice(List.copyOf(flat), height + 1, size);
    }

    static Node repeat(Node inner, int least, int most, boolean greedy, boolean counted) {
        long size;
        if (most < 0) {
            size = least == 0 ? 2 + inner.size() : 1 + least * inner.size();
        } else {
            size = most * inner.size() + most - least;
        }
        return new Repeat(
                inner, least, most, greedy, counted, 1 + inner.height(), Math.max(1, size));
    }

    /// Conditions on a place.
    enum Place {
        TEXT_BEGINS,
        TEXT_ENDS,
        LINE_BEGINS,
        LINE_ENDS,
        WORD_BOUNDARY,
        NO_WORD_BOUNDARY
    }
}
