package kat.statemetrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A long text of bytes, without one array for all of it.
///
/// **Threads:** one owner.
final class Pieces {

    private static final int PIECE = 256 * 1024; // bytes

    private final List<byte[]> full = new ArrayList<>();
    private byte[] last = new byte[PIECE];
    private int length;

    void add(byte[] bytes) {
        add(bytes, 0, bytes.length);
    }

    void add(byte[] bytes, int start, int end) {
        int from = start;
        while (from < end) {
            if (length == PIECE) {
                full.add(last);
                last = new byte[PIECE];
                length = 0;
            }
            int part = Math.min(end - from, PIECE - length);
            System.arraycopy(bytes, from, last, length, part);
            length += part;
            from += part;
        }
    }

    List<byte[]> all() {
        List<byte[]> all = new ArrayList<>(full);
        if (length > 0) {
            all.add(Arrays.copyOf(last, length));
        }
        return all;
    }
}
