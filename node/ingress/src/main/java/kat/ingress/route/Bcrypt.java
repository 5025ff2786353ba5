package kat.ingress.route;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.util.Arrays;

/// Passwords hashed with bcrypt (`$2a$`, `$2b$`, `$2y$`).
///
/// **Source:** N. Provos, D. Mazières, "A Future-Adaptable Password Scheme"; Blowfish's tables are
/// the binary digits of π after the point.
final class Bcrypt {

    private static final String DIGITS =
            "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int SUBKEYS = 18;
    private static final int BOXES = 4 * 256;
    private static final int LONGEST_PASSWORD = 72;
    private static final int SALT_DIGITS = 22;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 23;

    /// More would take minutes; a tenth of a second is usual.
    private static final int MOST_COST = 15;

    private static final int LEAST_COST = 4;
    private static final int ROUNDS = 64;
    private static final byte[] MAGIC = "OrpheanBeholderScryDoubt".getBytes(US_ASCII);

    private final int[] subkeys;
    private final int[] boxes;

    private Bcrypt() {
        this.subkeys = Arrays.copyOf(Pi.WORDS, SUBKEYS);
        this.boxes = Arrays.copyOfRange(Pi.WORDS, SUBKEYS, SUBKEYS + BOXES);
    }

    static boolean matches(byte[] password, String hash) {
        if (!hash.matches("\\$2[aby]?\\$[0-9]{2}\\$[./A-Za-z0-9]{53}")) {
            return false;
        }
        int start = hash.indexOf('$', 1) + 1;
        int cost = Integer.parseInt(hash.substring(start, start + 2));
        if (cost < LEAST_COST || cost > MOST_COST) {
            return false;
        }
        String coded = hash.substring(start + 3);
        byte[] salt = decode(coded.substring(0, SALT_DIGITS), SALT_BYTES);
        byte[] wanted = decode(coded.substring(SALT_DIGITS), HASH_BYTES);
        byte[] key = Arrays.copyOf(password, Math.min(password.length + 1, LONGEST_PASSWORD));
        return java.security.MessageDigest.isEqual(new Bcrypt().hash(key, salt, cost), wanted);
    }

    private byte[] hash(byte[] key, byte[] salt, int cost) {
        expand(key, salt);
        byte[] none = new byte[SALT_BYTES];
        for (long left = 1L << cost; left > 0; left--) {
            expand(key, none);
            expand(salt, none);
        }
        int[] text = words(MAGIC, MAGIC.length / Integer.BYTES);
        int[] block = new int[2];
        for (int i = 0; i < text.length; i += 2) {
            block[0] = text[i];
            block[1] = text[i + 1];
            for (int round = 0; round < ROUNDS; round++) {
                encrypt(block);
            }
            text[i] = block[0];
            text[i + 1] = block[1];
        }
        byte[] result = new byte[HASH_BYTES];
        for (int i = 0; i < HASH_BYTES; i++) {
            result[i] = (byte) (text[i / 4] >>> (24 - 8 * (i % 4)));
        }
        return result;
    }

    private void expand(byte[] key, byte[] salt) {
        int[] keyWords = words(key, SUBKEYS);
        for (int i = 0; i < SUBKEYS; i++) {
            subkeys[i] ^= keyWords[i];
        }
        int[] saltWords = words(salt, SALT_BYTES / Integer.BYTES);
        int[] block = new int[2];
        int at = fill(subkeys, block, saltWords, 0);
        int unused = fill(boxes, block, saltWords, at);
    }

    private int fill(int[] table, int[] block, int[] salt, int start) {
        int at = start;
        for (int i = 0; i < table.length; i += 2) {
            block[0] ^= salt[at];
            block[1] ^= salt[at + 1];
            at = (at + 2) % salt.length;
            encrypt(block);
            table[i] = block[0];
            table[i + 1] = block[1];
        }
        return at;
    }

    private void encrypt(int[] block) {
        int left = block[0] ^ subkeys[0];
        int right = block[1];
        for (int i = 1; i <= 16; i += 2) {
            right ^= mix(left) ^ subkeys[i];
            left ^= mix(right) ^ subkeys[i + 1];
        }
        block[0] = right ^ subkeys[SUBKEYS - 1];
        block[1] = left;
    }

    private int mix(int word) {
        int sum = boxes[word >>> 24] + boxes[256 + ((word >>> 16) & 0xff)];
        return (sum ^ boxes[512 + ((word >>> 8) & 0xff)]) + boxes[768 + (word & 0xff)];
    }

    /// Big-endian words of a text that is repeated as often as needed.
    private static int[] words(byte[] bytes, int count) {
        int[] words = new int[count];
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < Integer.BYTES; j++) {
                words[i] = words[i] << 8 | (bytes[at] & 0xff);
                at = (at + 1) % bytes.length;
            }
        }
        return words;
    }

    private static byte[] decode(String text, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int bit = i * 8;
            int high = DIGITS.indexOf(text.charAt(bit / 6));
            int next = bit / 6 + 1;
            int low = next < text.length() ? DIGITS.indexOf(text.charAt(next)) : 0;
            bytes[i] = (byte) ((high << 6 | low) >>> (4 - bit % 6));
        }
        return bytes;
    }

    /// The first digits of π, computed when they are first needed.
    private static final class Pi {

        private static final int BITS = (SUBKEYS + BOXES) * Integer.SIZE;
        private static final int GUARD_BITS = 64;
        static final int[] WORDS = compute();

        private Pi() {}

        /// Machin's formula: π = 16 arctan(1/5) − 4 arctan(1/239).
        private static int[] compute() {
            BigInteger pi =
                    arctan(5)
                            .shiftLeft(4)
                            .subtract(arctan(239).shiftLeft(2))
                            .shiftRight(GUARD_BITS);
            int[] words = new int[SUBKEYS + BOXES];
            for (int i = 0; i < words.length; i++) {
                words[i] = pi.shiftRight(BITS - (i + 1) * Integer.SIZE).intValue();
            }
            return words;
        }

        private static BigInteger arctan(int inverse) {
            BigInteger square = BigInteger.valueOf((long) inverse * inverse);
            BigInteger power =
                    BigInteger.ONE.shiftLeft(BITS + GUARD_BITS).divide(BigInteger.valueOf(inverse));
            BigInteger sum = BigInteger.ZERO;
            for (int n = 1; power.signum() != 0; n += 2) {
                BigInteger term = power.divide(BigInteger.valueOf(n));
                sum = n % 4 == 1 ? sum.add(term) : sum.subtract(term);
                power = power.divide(square);
            }
            return sum;
        }
    }
}
