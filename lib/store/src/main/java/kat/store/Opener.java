package kat.store;

import java.util.Iterator;

/// Opens values that are read back, and remembers what that tells: whether anything was sealed in
/// another way than it would be today, and what could not be opened.
///
/// What cannot be opened is a fault only where it is the newest value of its key: of a key that was
/// given up, a log may still hold values that were replaced since.
///
/// **Threads:** one.
final class Opener {

    private final Seal seal;
    private boolean isOutdated;
    private boolean isAnyClosed;

    /// Stands as the source of an entry that could not be opened.
    private record Closed(SealException why) {}

    Opener(Seal seal) {
        this.seal = seal;
    }

    /// @param start where the stamp of the value lies
    Value open(String key, int start, int length, byte[] stored) {
        try {
            byte[] value = seal.open(key, stored);
            isOutdated |= seal.isOutdated(key, stored);
            return Value.finished(value, start, length);
        } catch (SealException e) {
            isOutdated = true;
            isAnyClosed = true;
            return Value.closed(new Closed(e));
        }
    }

    /// Whether all should be written again.
    boolean isOutdated() {
        return isOutdated;
    }

    /// Whether there are values in the past that nobody may see.
    boolean isAnyClosed() {
        return isAnyClosed;
    }

    /// @throws SealException when the newest value of a key could not be opened
    void require(Iterator<Index.Slot> slots) throws SealException {
        while (isAnyClosed && slots.hasNext()) {
            Entry entry = slots.next().newest().entry;
            if (entry != null && entry.source() instanceof Closed(SealException why)) {
                throw new SealException(
                        "cannot open \""
                                + entry.key()
                                + "\": "
                                + why.getMessage()
                                + "; configure the key it was written with",
                        why);
            }
        }
    }
}
