package kat.apiserver.services;

import java.util.BitSet;
import kat.base.Randomness;

/// Numbers of which each may be taken once. What nobody asked for by name comes from the upper part
/// as long as that lasts, so that the lower part stays free for those who ask.
///
/// **Threads:** guarded by its owner.
///
/// **Source:** KEP-3070, KEP-3668: reserved bands for static allocation.
final class NumberPool {

    static final int NONE = -1;

    private final int size;
    private final int lower;
    private final BitSet taken = new BitSet();
    private final Randomness randomness;

    /// @param size how many numbers, from 0
    /// @param lower how many of them are left to those who ask by name
    NumberPool(int size, int lower, Randomness randomness) {
        this.size = size;
        this.lower = Math.min(lower, size);
        this.randomness = randomness;
    }

    /// The band that Kubernetes leaves for a range of this size.
    static int lowerBand(int size, int least, int step, int most) {
        return size < least ? 0 : Math.min(Math.max(least, size / step), most);
    }

    int size() {
        return size;
    }

    /// How many are taken.
    int taken() {
        return taken.cardinality();
    }

    boolean take(int number) {
        if (taken.get(number)) {
            return false;
        }
        taken.set(number);
        return true;
    }

    void free(int number) {
        taken.clear(number);
    }

    /// [#NONE] when all are taken.
    int takeAny() {
        int found = between(lower, size);
        return found == NONE ? between(0, lower) : found;
    }

    private int between(int from, int to) {
        if (to <= from) {
            return NONE;
        }
        int start = from + randomness.nextInt(to - from);
        int found = taken.nextClearBit(start);
        if (found >= to) {
            found = taken.nextClearBit(from);
        }
        if (found >= to) {
            return NONE;
        }
        taken.set(found);
        return found;
    }
}
