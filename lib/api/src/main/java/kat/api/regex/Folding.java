package kat.api.regex;

import java.util.Arrays;

/// Characters that differ in their case alone, each a single one for a single one.
///
/// **Source:** Unicode's simple case folding.
final class Folding {

    /// Capital I with a dot and small i without one have no other case but a Turkish one.
    private static final int DOTTED_CAPITAL_I = 0x130;

    private static final int DOTLESS_SMALL_I = 0x131;
    private static final int BEHIND_ALL_CASES = 0x1f000;

    private Folding() {}

    /// Adds what differs in its case alone from a member of the set, and is perhaps a member.
    static void addOthers(CodePoints set, CodePoints.Builder out) {
        for (int i = 0; i < set.size(); i++) {
            int at = Arrays.binarySearch(Pairs.SORTED, (long) set.first(i) << Integer.SIZE);
            for (int p = at < 0 ? -at - 1 : at; p < Pairs.SORTED.length; p++) {
                if ((Pairs.SORTED[p] >>> Integer.SIZE) > set.last(i)) {
                    break;
                }
                int other = (int) Pairs.SORTED[p];
                out.add(other, other);
            }
        }
    }

    private static int folded(int codePoint) {
        return codePoint == DOTTED_CAPITAL_I || codePoint == DOTLESS_SMALL_I
                ? codePoint
                : Character.toLowerCase(Character.toUpperCase(codePoint));
    }

    /// Made when the first expression asks for it.
    private static final class Pairs {

        /// A character in the upper half, one that differs from it in its case in the lower.
        static final long[] SORTED = sorted();

        private static long[] sorted() {
            long[] byFolded = new long[BEHIND_ALL_CASES];
            for (int c = 0; c < BEHIND_ALL_CASES; c++) {
                byFolded[c] = ((long) folded(c) << Integer.SIZE) | c;
            }
            Arrays.sort(byFolded);
            long[] pairs = new long[BEHIND_ALL_CASES];
            int size = 0;
            int from = 0;
            for (int to = 1; to <= byFolded.length; to++) {
                if (to < byFolded.length
                        && byFolded[to] >>> Integer.SIZE == byFolded[from] >>> Integer.SIZE) {
                    continue;
                }
                for (int a = from; a < to; a++) {
                    for (int b = from; b < to; b++) {
                        if (a != b) {
                            pairs[size++] =
                                    ((byFolded[a] & 0xffff_ffffL) << Integer.SIZE)
                                            | (byFolded[b] & 0xffff_ffffL);
                        }
                    }
                }
                from = to;
            }
            long[] exact = Arrays.copyOf(pairs, size);
            Arrays.sort(exact);
            return exact;
        }
    }
}
