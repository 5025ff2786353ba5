package kat.logging.store;

import java.util.Arrays;

/// The words of a block, each once: a table of where each stands first in the folded text.
///
/// **Threads:** one owner; used again for the next block.
final class DistinctWords {

    /// Words are told apart by so many of their first bytes.
    static final int LONGEST = 64; // bytes

    private static final int FIRST_SLOTS = 1 << 14;
    private static final int MULTIPLIER = 0x9E3779B1;

    private byte[] folded = new byte[0];
    private int[] starts = new int[FIRST_SLOTS];
    private int[] sizes = new int[FIRST_SLOTS];
    private int[] hashes = new int[FIRST_SLOTS];
    private int count;

    /// Replaces what was there by the words of a text.
    void read(byte[] text, int length) {
        if (folded.length < length) {
            folded = new byte[length];
        }
        Words.fold(text, length, folded);
        Arrays.fill(sizes, 0);
        count = 0;
        int start = 0;
        int hash = 0;
        for (int i = 0; i < length; i++) {
            byte next = folded[i];
            if (next != 0) {
                if (i - start < LONGEST) {
                    hash = (hash ^ next) * MULTIPLIER;
                    hash ^= hash >>> 15;
                }
                continue;
            }
            add(start, i, hash);
            start = i + 1;
            hash = 0;
        }
        add(start, length, hash);
    }

    private void add(int start, int end, int hash) {
        int size = Math.min(LONGEST, end - start);
        if (size == 0) {
            return;
        }
        int mask = starts.length - 1;
        int slot = hash & mask;
        while (sizes[slot] != 0) {
            if (hashes[slot] == hash && sizes[slot] == size && same(starts[slot], start, size)) {
                return;
            }
            slot = (slot + 1) & mask;
        }
        starts[slot] = start;
        sizes[slot] = size;
        hashes[slot] = hash;
        if (++count > starts.length / 2) {
            grow();
        }
    }

    private boolean same(int one, int other, int size) {
        return Arrays.equals(folded, one, one + size, folded, other, other + size);
    }

    private void grow() {
        int[] oldStarts = starts;
        int[] oldSizes = sizes;
        int[] oldHashes = hashes;
        starts = new int[2 * oldStarts.length];
        sizes = new int[starts.length];
        hashes = new int[starts.length];
        for (int i = 0; i < oldSizes.length; i++) {
            if (oldSizes[i] != 0) {
                int slot = oldHashes[i] & (starts.length - 1);
                while (sizes[slot] != 0) {
                    slot = (slot + 1) & (starts.length - 1);
                }
                starts[slot] = oldStarts[i];
                sizes[slot] = oldSizes[i];
                hashes[slot] = oldHashes[i];
            }
        }
    }

    int count() {
        return count;
    }

    /// The folded text, which [#startOf] and [#sizeOf] point into.
    byte[] bytes() {
        return folded;
    }

    /// The next slot that holds a word; -1 after the last.
    ///
    /// @param slot the one before; -1 for the first
    int next(int slot) {
        for (int i = slot + 1; i < sizes.length; i++) {
            if (sizes[i] != 0) {
                return i;
            }
        }
        return -1;
    }

    int startOf(int slot) {
        return starts[slot];
    }

    int sizeOf(int slot) {
        return sizes[slot];
    }
}
