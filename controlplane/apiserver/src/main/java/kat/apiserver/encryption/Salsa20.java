package kat.apiserver.encryption;

/// The stream cipher Salsa20 with its long nonce (XSalsa20).
///
/// **Source:** D. J. Bernstein, "Extending the Salsa20 nonce".
final class Salsa20 {

    private static final int BLOCK = 64; // bytes
    private static final int ROUNDS = 20;

    /// "expand 32-byte k".
    private static final int[] CONSTANT = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    /// Where a double round mixes: first columns, then rows.
    private static final int[][] QUARTERS = {
        {0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11},
        {0, 1, 2, 3}, {5, 6, 7, 4}, {10, 11, 8, 9}, {15, 12, 13, 14},
    };

    private final int[] state;

    private Salsa20(int[] state) {
        this.state = state;
    }

    /// @param key 32 bytes
    /// @param nonce of which 24 bytes are taken
    static Salsa20 extended(byte[] key, byte[] nonce) {
        int[] inner = rounds(state(words(key, 0, 8), words(nonce, 0, 4)));
        int[] derived = {
            inner[0], inner[5], inner[10], inner[15], inner[6], inner[7], inner[8], inner[9],
        };
        int[] rest = words(nonce, 16, 2);
        return new Salsa20(state(derived, new int[] {rest[0], rest[1], 0, 0}));
    }

    /// Mixes the stream, from its beginning, into `bytes`.
    void mix(byte[] bytes) {
        for (int at = 0; at < bytes.length; at += BLOCK) {
            int[] block = rounds(state);
            for (int i = 0; i < 16; i++) {
                int word = block[i] + state[i];
                for (int b = 0; b < 4; b++) {
                    int place = at + 4 * i + b;
                    if (place < bytes.length) {
                        bytes[place] ^= (byte) (word >>> (8 * b));
                    }
                }
            }
            state[8]++;
            if (state[8] == 0) {
                state[9]++;
            }
        }
    }

    private static int[] state(int[] key, int[] input) {
        return new int[] {
            CONSTANT[0], key[0], key[1], key[2],
            key[3], CONSTANT[1], input[0], input[1],
            input[2], input[3], CONSTANT[2], key[4],
            key[5], key[6], key[7], CONSTANT[3],
        };
    }

    private static int[] rounds(int[] from) {
        int[] x = from.clone();
        for (int round = 0; round < ROUNDS; round += 2) {
            for (int[] q : QUARTERS) {
                x[q[1]] ^= Integer.rotateLeft(x[q[0]] + x[q[3]], 7);
                x[q[2]] ^= Integer.rotateLeft(x[q[1]] + x[q[0]], 9);
                x[q[3]] ^= Integer.rotateLeft(x[q[2]] + x[q[1]], 13);
                x[q[0]] ^= Integer.rotateLeft(x[q[3]] + x[q[2]], 18);
            }
        }
        return x;
    }

    private static int[] words(byte[] bytes, int from, int count) {
        int[] words = new int[count];
        for (int i = 0; i < 4 * count; i++) {
            words[i / 4] |= (bytes[from + i] & 0xFF) << (8 * (i % 4));
        }
        return words;
    }
}
