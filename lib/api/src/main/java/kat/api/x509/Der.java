package kat.api.x509;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One value of DER: a tag, and what it holds.
///
/// **Threads:** immutable.
///
/// **Source:** X.690; the words of faults are those of Go's `encoding/asn1`.
final class Der {

    static final int INTEGER = 0x02;
    static final int BITS = 0x03;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;

    private static final int LONG_FORM = 0x80;
    private static final int MOST_LENGTH_BYTES = 4;

    private final int tag;
    private final byte[] bytes;
    private final int start;
    private final int from;
    private final int to;

    private Der(int tag, byte[] bytes, int start, int from, int to) {
        this.tag = tag;
        this.bytes = bytes;
        this.start = start;
        this.from = from;
        this.to = to;
    }

    /// A fault in the bytes.
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String why) {
            super(why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    /// The one sequence that all the bytes are.
    ///
    /// @param type as Go calls what is read
    static Der sequence(byte[] bytes, String type) throws Malformed {
        if (bytes.length == 0) {
            throw new Malformed("asn1: syntax error: sequence truncated");
        }
        if (bytes.length > 1 && bytes[0] != SEQUENCE && bytes[1] >= 0) {
            new Der(bytes[0] & 0xFF, bytes, 0, 2, 2 + bytes[1]).require(SEQUENCE, type);
        }
        Der value = read(bytes, 0, bytes.length).require(SEQUENCE, type);
        if (value.to != bytes.length) {
            throw new Malformed("asn1: syntax error: trailing data");
        }
        return value;
    }

    private static Der read(byte[] bytes, int at, int end) throws Malformed {
        if (end - at < 2) {
            throw new Malformed("asn1: syntax error: truncated tag or length");
        }
        int length = bytes[at + 1] & 0xFF;
        int from = at + 2;
        if (length >= LONG_FORM) {
            int count = length & 0x7F;
            if (count == 0 || count > MOST_LENGTH_BYTES) {
                throw new Malformed(
                        count == 0
                                ? "asn1: syntax error: indefinite length found (not DER)"
                                : "asn1: structure error: length too large");
            }
            if (count > end - from) {
                throw new Malformed("asn1: syntax error: truncated tag or length");
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = (length << 8) | (bytes[from + i] & 0xFF);
            }
            from += count;
        }
        if (length < 0 || length > end - from) {
            throw new Malformed("asn1: syntax error: data truncated");
        }
        return new Der(bytes[at] & 0xFF, bytes, at, from, from + length);
    }

    int tag() {
        return tag;
    }

    byte[] content() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /// With its tag and length.
    byte[] whole() {
        return Arrays.copyOfRange(bytes, start, to);
    }

    /// The values that it holds.
    ///
    /// @param least how many there must be
    List<Der> parts(int least) throws Malformed {
        List<Der> found = new ArrayList<>();
        int at = from;
        while (at < to) {
            Der next = read(bytes, at, to);
            found.add(next);
            at = next.to;
        }
        if (found.size() < least) {
            throw new Malformed("asn1: syntax error: sequence truncated");
        }
        return found;
    }

    /// @param type as Go calls what is read
    /// @throws Malformed when it is something else
    Der require(int wanted, String type) throws Malformed {
        if (tag == wanted) {
            return this;
        }
        String why =
                "asn1: structure error: tags don't match (%d vs {class:%d tag:%d length:%d"
                        + " isCompound:%b}) {optional:false explicit:false application:false"
                        + " private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0"
                        + " set:false omitEmpty:false} %s @%d";
        boolean isCompound = (tag & 0x20) != 0;
        throw new Malformed(
                why.formatted(
                        wanted & 0x1F,
                        tag >> 6,
                        tag & 0x1F,
                        to - from,
                        isCompound,
                        type,
                        from - start));
    }

    /// The object identifier that it is, in dots.
    String oid() throws Malformed {
        require(OID, "ObjectIdentifier");
        StringBuilder text = new StringBuilder();
        long value = 0;
        for (int i = from; i < to; i++) {
            value = (value << 7) | (bytes[i] & 0x7F);
            if ((bytes[i] & 0x80) != 0) {
                continue;
            }
            if (text.isEmpty()) {
                long first = Math.min(value / 40, 2);
                text.append(first).append('.').append(value - first * 40);
            } else {
                text.append('.').append(value);
            }
            value = 0;
        }
        return text.toString();
    }

    /// The whole bytes of a string of bits.
    byte[] bits() throws Malformed {
        require(BITS, "BitString");
        if (from == to) {
            throw new Malformed("asn1: syntax error: zero length BIT STRING");
        }
        return Arrays.copyOfRange(bytes, from + 1, to);
    }
}
