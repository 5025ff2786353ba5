package kat.apiserver.encryption;

import java.util.Arrays;

/// The authenticator Poly1305, in five limbs of 26 bits.
///
/// **Source:** RFC 8439 §2.5.
final class Poly1305 {

    static final int KEY = 32; // bytes
    static final int TAG = 16; // bytes

    private static final int LIMBS = 5;
    private static final int BITS = 26;
    private static final long MASK = (1 << BITS) - 1;
    private static final long WORD = 0xFFFF_FFFFL;

    private Poly1305() {}

    /// @param key of which 32 bytes are taken
    static byte[] tag(byte[] key, byte[] message, int from, int length) {
        long[] r = limbs(clamped(key), 0);
        long[] sum = new long[LIMBS];
        byte[] block = new byte[TAG + 1];
        for (int at = 0; at < length; at += TAG) {
            int taken = Math.min(TAG, length - at);
            Arrays.fill(block, (byte) 0);
            System.arraycopy(message, from + at, block, 0, taken);
            block[taken] = 1;
            long[] next = limbs(block, block[TAG]);
            for (int i = 0; i < LIMBS; i++) {
                sum[i] += next[i];
            }
            multiply(sum, r);
        }
        return finish(sum, key);
    }

    private static byte[] clamped(byte[] key) {
        byte[] r = Arrays.copyOf(key, TAG);
        for (int i = 3; i < TAG; i += 4) {
            r[i] &= 15;
        }
        for (int i = 4; i < TAG; i += 4) {
            r[i] &= (byte) 252;
        }
        return r;
    }

    /// @param top the bit above the 128 of `bytes`
    private static long[] limbs(byte[] bytes, int top) {
        long low = word(bytes, 0) | (word(bytes, 4) << 32);
        long high = word(bytes, 8) | (word(bytes, 12) << 32);
        return new long[] {
            low & MASK,
            (low >>> 26) & MASK,
            ((low >>> 52) | (high << 12)) & MASK,
            (high >>> 14) & MASK,
            (high >>> 40) | ((long) top << 24),
        };
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int i = 3; i >= 0; i--) {
            word = (word << 8) | (bytes[at + i] & 0xFF);
        }
        return word;
    }

    /// `sum = sum * r`, as far as needed modulo 2¹³⁰ − 5: what overflows comes back five times.
    private static void multiply(long[] sum, long[] r) {
        long[] product = new long[LIMBS];
        for (int i = 0; i < LIMBS; i++) {
            for (int j = 0; j < LIMBS; j++) {
                int place = i + j;
                product[place % LIMBS] += sum[i] * r[j] * (place < LIMBS ? 1 : 5);
            }
        }
        System.arraycopy(product, 0, sum, 0, LIMBS);
        carry(sum);
    }

    private static void carry(long[] sum) {
        long over = 0;
        for (int i = 0; i < LIMBS; i++) {
            sum[i] += over;
            over = sum[i] >>> BITS;
            sum[i] &= MASK;
        }
        sum[0] += 5 * over;
        sum[1] += sum[0] >>> BITS;
        sum[0] &= MASK;
    }

    private static byte[] finish(long[] sum, byte[] key) {
        carry(sum);
        carry(sum);
        long[] less = sum.clone(); // sum + 5 - 2^130: not negative where sum is too large
        less[0] += 5;
        for (int i = 0; i < LIMBS - 1; i++) {
            less[i + 1] += less[i] >>> BITS;
            less[i] &= MASK;
        }
        long[] value = less[4] >>> BITS > 0 ? less : sum;
        value[4] &= MASK;
        long low = value[0] | (value[1] << 26) | (value[2] << 52);
        long high = (value[2] >>> 12) | (value[3] << 14) | (value[4] << 40);
        byte[] tag = new byte[TAG];
        long over = 0;
        for (int i = 0; i < 4; i++) {
            long part = (i < 2 ? low : high) >>> (32 * (i % 2)) & WORD;
            over += part + word(key, TAG + 4 * i);
            for (int b = 0; b < 4; b++) {
                tag[4 * i + b] = (byte) (over >>> (8 * b));
            }
            over >>>= 32;
        }
        return tag;
    }
}
