package kat.apiserver.http;

import java.util.List;

/// A body in pieces of a size that is worth a write of its own.
///
/// **Threads:** one.
final class Pieces {

    static final int MOST_BYTES = 64 << 10;

    private final List<byte[]> parts;
    private int part;
    private int at; // in the part

    Pieces(List<byte[]> parts) {
        this.parts = parts;
    }

    /// The next bytes, at most [#MOST_BYTES]; none at the end.
    byte[] next() {
        byte[] piece = new byte[length()];
        int filled = 0;
        while (filled < piece.length) {
            byte[] from = parts.get(part);
            int taken = Math.min(from.length - at, piece.length - filled);
            System.arraycopy(from, at, piece, filled, taken);
            filled += taken;
            at += taken;
            if (at == from.length) {
                part++;
                at = 0;
            }
        }
        return piece;
    }

    private int length() {
        long sum = -at;
        for (int i = part; i < parts.size() && sum < MOST_BYTES; i++) {
            sum += parts.get(i).length;
        }
        return (int) Math.min(sum, MOST_BYTES);
    }
}
