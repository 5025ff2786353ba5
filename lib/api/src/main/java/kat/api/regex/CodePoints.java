package kat.api.regex;

import java.util.Arrays;

/// A set of characters, as ranges in their order that neither touch nor overlap.
///
/// **Threads:** immutable.
final class CodePoints {

    static final CodePoints NONE = new CodePoints(new int[0]);
    static final CodePoints ALL = new CodePoints(new int[] {0, Character.MAX_CODE_POINT});
    static final CodePoints NEWLINE = of('\n');
    static final CodePoints WORD = of("09AZ__az");

    /// First and last of each range, one after the other.
    private final int[] ranges;

    private CodePoints(int[] ranges) {
        this.ranges = ranges;
    }

    static CodePoints of(int single) {
        return new CodePoints(new int[] {single, single});
    }

    /// @param ends the first and the last of each range, in their order
    static CodePoints of(String ends) {
        return new CodePoints(ends.chars().toArray());
    }

    /// How many ranges there are.
    int size() {
        return ranges.length / 2;
    }

    boolean isSingle() {
        return ranges.length == 2 && ranges[0] == ranges[1];
    }

    int first(int range) {
        return ranges[2 * range];
    }

    int last(int range) {
        return ranges[2 * range + 1];
    }

    boolean contains(int codePoint) {
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (codePoint < first(middle)) {
                high = middle - 1;
            } else if (codePoint > last(middle)) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /// All others.
    CodePoints negated() {
        Builder others = new Builder();
        int from = 0;
        for (int i = 0; i < size(); i++) {
            if (first(i) > from) {
                others.add(from, first(i) - 1);
            }
            from = last(i) + 1;
        }
        if (from <= Character.MAX_CODE_POINT) {
            others.add(from, Character.MAX_CODE_POINT);
        }
        return others.build();
    }

    /// With all that differ from one of these in their case alone.
    CodePoints inAnyCase() {
        Builder all = new Builder();
        all.add(this);
        Folding.addOthers(this, all);
        return all.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodePoints set && Arrays.equals(ranges, set.ranges);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ranges);
    }

    /// Takes ranges in any order.
    static final class Builder {

        private long[] ranges = new long[4];
        private int size;

        void add(int first, int last) {
            if (size == ranges.length) {
                ranges = Arrays.copyOf(ranges, 2 * size);
            }
            ranges[size++] = ((long) first << Integer.SIZE) | last;
        }

        void add(CodePoints others) {
            for (int i = 0; i < others.size(); i++) {
                add(others.first(i), others.last(i));
            }
        }

        CodePoints build() {
            Arrays.sort(ranges, 0, size);
            int[] merged = new int[2 * size];
            int at = 0;
            for (int i = 0; i < size; i++) {
                int first = (int) (ranges[i] >>> Integer.SIZE);
                int last = (int) ranges[i];
                if (at > 0 && first <= merged[at - 1] + 1) {
                    merged[at - 1] = Math.max(merged[at - 1], last);
                } else {
                    merged[at++] = first;
                    merged[at++] = last;
                }
            }
            return new CodePoints(Arrays.copyOf(merged, at));
        }
    }
}
