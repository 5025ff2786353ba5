package kat.controllers.job;

import java.util.BitSet;
import kat.api.KubeObject;

/// Completion indexes of an Indexed job, written as `0-2,5`. Immutable.
final class Indexes {

    static final String KEY = "batch.kubernetes.io/job-completion-index";

    static final Indexes NONE = new Indexes(new BitSet());

    /// The index of a pod that has none.
    static final int UNKNOWN = -1;

    private static final String NUMBER = "[0-9]{1,9}";

    private final BitSet bits;

    private Indexes(BitSet bits) {
        this.bits = bits;
    }

    /// Parts that are no numbers are passed over.
    ///
    /// @param completions indexes from here on do not exist
    static Indexes parse(String text, long completions) {
        BitSet bits = new BitSet();
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", 2);
            String last = ends[ends.length - 1];
            if (!ends[0].matches(NUMBER) || !last.matches(NUMBER)) {
                continue;
            }
            long from = Long.parseLong(ends[0]);
            long to = Math.min(Long.parseLong(last) + 1, completions);
            if (from < to) {
                bits.set((int) from, (int) to);
            }
        }
        return new Indexes(bits);
    }

    static Indexes of(Iterable<KubeObject> pods) {
        BitSet bits = new BitSet();
        for (KubeObject pod : pods) {
            int index = of(pod);
            if (index != UNKNOWN) {
                bits.set(index);
            }
        }
        return new Indexes(bits);
    }

    Indexes and(Indexes more) {
        BitSet both = (BitSet) bits.clone();
        both.or(more.bits);
        return new Indexes(both);
    }

    boolean has(int index) {
        return index >= 0 && bits.get(index);
    }

    int count() {
        return bits.cardinality();
    }

    boolean isEmpty() {
        return bits.isEmpty();
    }

    /// How many of these are also among `others`.
    int countIn(Indexes others) {
        BitSet common = (BitSet) bits.clone();
        common.and(others.bits);
        return common.cardinality();
    }

    /// The first index from `index` on that is not here.
    int nextMissing(int index) {
        return bits.nextClearBit(index);
    }

    /// Two neighbours stand apart, as Kubernetes writes them: `0,1`, but `0-2`.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                text.append(end - first == 2 ? "," : "-").append(end - 1);
            }
            first = bits.nextSetBit(end);
        }
        return text.toString();
    }

    /// The pod's index; [#UNKNOWN] when it has none.
    static int of(KubeObject pod) {
        String text = pod.annotation(KEY);
        return text.matches(NUMBER) ? Integer.parseInt(text) : UNKNOWN;
    }
}
