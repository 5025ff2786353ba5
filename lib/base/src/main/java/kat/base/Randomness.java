package kat.base;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.UUID;

/// The only source of chance. [#system] is unpredictable; [#seeded] repeats for a seed.
///
/// **Threads:** safe for use by any number of threads.
public interface Randomness {

    /// A number from 0 up to, not including, `bound`.
    ///
    /// @param bound 1 or more
    int nextInt(int bound);

    /// Fills `bytes`; from [#system] they are fit for keys and tokens.
    void nextBytes(byte[] bytes);

    /// A fraction from 0.0 up to, not including, 1.0.
    default double nextDouble() {
        return nextInt(1 << 30) / (double) (1 << 30);
    }

    /// A version 4 UUID (RFC 9562 §5.4).
    default UUID nextUuid() {
        byte[] bytes = new byte[16];
        nextBytes(bytes);
        bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = (high << 8) | (bytes[i] & 0xff);
            low = (low << 8) | (bytes[i + 8] & 0xff);
        }
        return new UUID(high, low);
    }

    /// Unpredictable randomness, fit for secrets.
    static Randomness system() {
        SecureRandom random = new SecureRandom();
        return new Randomness() {
            @Override
            public int nextInt(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public void nextBytes(byte[] bytes) {
                random.nextBytes(bytes);
            }
        };
    }

    /// Randomness that gives the same sequence for the same seed; for tests and simulation only.
    static Randomness seeded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Randomness() {
            @Override
            public synchronized int nextInt(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public synchronized void nextBytes(byte[] bytes) {
                random.nextBytes(bytes);
            }
        };
    }
}
