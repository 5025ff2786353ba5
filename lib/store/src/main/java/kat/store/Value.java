package kat.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// Bytes to be written. At one place they may carry the revision of their own write, as a decimal
/// number: only the store knows it, and it puts it in before anyone reads the value.
///
/// The arrays are used as they are, not copied; whoever made them must not change them.
public final class Value {

    private final byte[] bytes;
    private final int stampStart;
    private final int stampLength;
    private final @Nullable Object source;

    /// @param stampLength [#NO_STAMP], or how many bytes at `stampStart` the revision replaces
    private Value(byte[] bytes, int stampStart, int stampLength, @Nullable Object source) {
        this.bytes = bytes;
        this.stampStart = stampStart;
        this.stampLength = stampLength;
        this.source = source;
    }

    private static final int NO_STAMP = -1;

    /// These bytes as they are.
    public static Value of(byte[] bytes) {
        return new Value(bytes, 0, NO_STAMP, null);
    }

    /// `head`, the decimal revision of the write, `tail`.
    public static Value around(byte[] head, byte[] tail) {
        byte[] joined = new byte[head.length + tail.length];
        System.arraycopy(head, 0, joined, 0, head.length);
        System.arraycopy(tail, 0, joined, head.length, tail.length);
        return new Value(joined, head.length, 0, null);
    }

    /// `bytes` with the decimal revision of the write at `at`; saves a copy beside [#around].
    public static Value stampedAt(byte[] bytes, int at) {
        Check.argument(at >= 0 && at <= bytes.length, "the stamp lies within the bytes");
        return new Value(bytes, at, 0, null);
    }

    /// As [#stampedAt], made from `source`, which readers get with the entry ([Entry#source]) and
    /// which spares them decoding the bytes.
    public static Value stampedAt(byte[] bytes, int at, Object source) {
        Check.argument(at >= 0 && at <= bytes.length, "the stamp lies within the bytes");
        return new Value(bytes, at, 0, source);
    }

    /// A value read back from the log, whose stamp, if any, is in place.
    static Value finished(byte[] bytes, int stampStart, int stampLength) {
        return new Value(bytes, stampStart, stampLength, null);
    }

    /// The bytes without a stamp, for a log that puts it in when they are read.
    public byte[] unstamped() {
        Check.state(stampLength <= 0, "the value carries no stamp yet");
        return bytes;
    }

    /// Where in [#unstamped] the stamp goes; -1 when there is none.
    public int stampAt() {
        return stampLength == NO_STAMP ? NO_STAMP : stampStart;
    }

    /// A value that is stored and cannot be read.
    static Value closed(Object why) {
        return new Value(new byte[0], 0, NO_STAMP, why);
    }

    /// This value with the stamp of `revision`; itself when it carries none.
    Value stamped(long revision) {
        if (stampLength == NO_STAMP || isStamped(revision)) {
            return this;
        }
        byte[] stamp = Long.toString(revision).getBytes(ISO_8859_1);
        int tail = stampStart + stampLength;
        byte[] result = new byte[bytes.length - stampLength + stamp.length];
        System.arraycopy(bytes, 0, result, 0, stampStart);
        System.arraycopy(stamp, 0, result, stampStart, stamp.length);
        System.arraycopy(bytes, tail, result, stampStart + stamp.length, bytes.length - tail);
        return new Value(result, stampStart, stamp.length, null);
    }

    /// Whether the stamp of `revision` is in place, as in what is read back from the log.
    private boolean isStamped(long revision) {
        long rest = revision;
        for (int i = stampStart + stampLength - 1; i >= stampStart; i--) {
            if (bytes[i] != '0' + rest % 10) {
                return false;
            }
            rest /= 10;
        }
        return rest == 0 && stampLength > 0;
    }

    @Nullable Object source() {
        return source;
    }

    byte[] bytes() {
        return bytes;
    }

    int stampStart() {
        return stampStart;
    }

    int stampLength() {
        return stampLength;
    }
}
