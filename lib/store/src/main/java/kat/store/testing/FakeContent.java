package kat.store.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import kat.base.Randomness;

/// The bytes of a fake file twice: as they are read now, and as they are sure to survive.
final class FakeContent {

    private static final int SECTOR = 512; // bytes

    private byte[] current = new byte[0];
    private byte[] forced = new byte[0];
    private final SortedSet<Integer> dirty = new TreeSet<>(); // sectors that may differ

    int size() {
        return current.length;
    }

    int read(int offset, ByteBuffer into) {
        int count = Math.clamp((long) current.length - offset, 0, into.remaining());
        into.put(current, Math.min(offset, current.length), count);
        return count;
    }

    void write(int offset, ByteBuffer from, int count) {
        if (offset + count > current.length) {
            resize(offset + count);
        }
        from.get(current, offset, count);
        touch(offset, offset + count);
    }

    void truncate(int size) {
        if (size < current.length) {
            resize(size);
        }
    }

    private void resize(int size) {
        int from = Math.min(size, current.length);
        int to = Math.max(size, current.length);
        current = Arrays.copyOf(current, size);
        touch(from, to);
    }

    private void touch(int from, int to) {
        for (int sector = from / SECTOR; sector * SECTOR < to; sector++) {
            dirty.add(sector);
        }
    }

    void flip(int offset) {
        current[offset] ^= 0x10;
        forced[offset] ^= 0x10;
    }

    void force() {
        dirty.forEach(this::keep);
        forced = Arrays.copyOf(forced, current.length);
        dirty.clear();
    }

    /// Some sectors get to the disk, and the others are taken for clean.
    void forceInVain(Randomness randomness) {
        keepSome(randomness);
        dirty.clear();
    }

    void crash(Randomness randomness) {
        keepSome(randomness);
        current = forced.clone();
        dirty.clear();
    }

    /// Lets any of the sectors not forced reach the disk: all, none, or some.
    private void keepSome(Randomness randomness) {
        int oneIn = 1 + randomness.nextInt(3);
        boolean isSizeKept = randomness.nextInt(2) == 0;
        for (int sector : dirty) {
            if (randomness.nextInt(oneIn) == 0) {
                keep(sector);
            }
        }
        if (isSizeKept) {
            forced = Arrays.copyOf(forced, current.length);
        }
    }

    private void keep(int sector) {
        int from = sector * SECTOR;
        int to = Math.min(from + SECTOR, current.length);
        if (from >= to) {
            return;
        }
        if (to > forced.length) {
            forced = Arrays.copyOf(forced, to);
        }
        System.arraycopy(current, from, forced, from, to - from);
    }
}
